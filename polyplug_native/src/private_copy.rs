//! The files of one load, copied where nobody else changes them, under names that were never used.
//!
//! The linker knows an opened library by its path, and one that another library needs by its mere
//! name. So every copy has a path of its own, and siblings get names of their own too, written into
//! the copies in place of the old ones: otherwise a new version would be bound to the sibling of the
//! version before, which is still open.

use crate::inspection::{Unusable, linked_names};
use crate::private_folder::{PrivateFolder, private};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How much of a sibling's name is replaced: enough for a million loads, short enough that a person
/// sees which file it is.
const FRESH_LETTERS: usize = 4;

/// How many bytes of a bundle's name are in a copy's.
const LONGEST_LABEL: usize = 64;

/// How many bytes of a file's name are in a copy's. With the label, two numbers and dots that is below
/// the 255 that file systems allow.
const LONGEST_FILE: usize = 128;

/// A file that is to be copied: its path below the bundle's folder, and its bytes.
#[derive(Clone, Copy)]
pub(crate) struct Original<'a> {
    pub(crate) path: &'a str,
    pub(crate) bytes: &'a [u8],
}

/// The copies of one load. They go when this is dropped.
#[derive(Debug)]
pub(crate) struct PrivateCopy {
    /// The library.
    library: PathBuf,
    /// What all paths of this copy begin with, and no others: a file's path, or a folder's with a
    /// separator.
    prefix: PathBuf,
    extent: Extent,
    /// Outlives the files in it.
    _folder: Arc<PrivateFolder>,
}

/// What has to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    File,
    Folder,
}

impl PrivateCopy {
    /// Copies `library` and its siblings. `label` says which load of which bundle it is.
    pub(crate) fn make(
        folder: &Arc<PrivateFolder>,
        label: &str,
        library: Original<'_>,
        siblings: &[Original<'_>],
    ) -> io::Result<Self> {
        static COPIES: AtomicU64 = AtomicU64::new(0);
        let number = COPIES.fetch_add(1, Ordering::Relaxed);
        let label = format!("{}.{number}", ending(&file_name_of(label), LONGEST_LABEL));
        if siblings.is_empty() {
            let file = ending(base_name(library.path), LONGEST_FILE);
            let path = folder.path().join(format!("{label}.{file}"));
            let copy = Self {
                prefix: path.clone(),
                library: path,
                extent: Extent::File,
                _folder: Arc::clone(folder),
            };
            write(&copy.library, library.bytes)?;
            return Ok(copy);
        }
        let root = folder.path().join(label);
        let copy = Self {
            library: root.join(library.path),
            prefix: root,
            extent: Extent::Folder,
            _folder: Arc::clone(folder),
        };
        let names = FreshNames::of(siblings);
        copy.write_inside(library.path, &names.written_into(library.bytes)?)?;
        for sibling in siblings {
            let path = names.path_of(sibling.path);
            copy.write_inside(&path, &names.written_into(sibling.bytes)?)?;
        }
        Ok(copy)
    }

    /// The library's copy.
    pub(crate) fn library(&self) -> &Path {
        &self.library
    }

    /// Whether `path` is one of these files.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        path.starts_with(&self.prefix)
    }

    fn write_inside(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.prefix.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        write(&path, bytes)
    }
}

impl Drop for PrivateCopy {
    fn drop(&mut self) {
        // What cannot be removed now goes with the folder, or is swept by the next process.
        let _ = match self.extent {
            Extent::File => fs::remove_file(&self.library),
            Extent::Folder => fs::remove_dir_all(&self.prefix),
        };
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    private(options.write(true).create_new(true)).open(path)?.write_all(bytes)
}

/// A bundle's name as part of a file's.
fn file_name_of(label: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
    label.chars().map(|letter| if ".-".contains(letter) { letter } else { plain(letter) }).collect()
}

/// The last letters of `name`, `most` bytes of them.
fn ending(name: &str, most: usize) -> &str {
    let mut start = name.len().saturating_sub(most);
    while !name.is_char_boundary(start) {
        start += 1;
    }
    &name[start..]
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// New names for siblings, as long as the old ones.
struct FreshNames(BTreeMap<String, String>);

impl FreshNames {
    /// A fresh name for each sibling whose name is long enough to be told apart.
    fn of(siblings: &[Original<'_>]) -> Self {
        let mut names: Vec<&str> = siblings.iter().map(|sibling| base_name(sibling.path)).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
        for name in names {
            // A linker may store the shorter name as the end of the longer; then both are replaced at
            // one place, and must get the same letters.
            let longer = numbers.iter().find(|(longer, _)| longer.ends_with(name));
            let number = longer.map_or_else(fresh_number, |(_, number)| *number);
            numbers.insert(name, number);
        }
        let fresh = |(name, number): (&str, u64)| (name.to_owned(), fresh_name(name, number));
        Self(numbers.into_iter().map(fresh).collect())
    }

    fn path_of(&self, path: &str) -> String {
        let base = base_name(path);
        let folder = &path[..path.len() - base.len()];
        let name = self.0.get(base).map_or(base, String::as_str);
        format!("{folder}{name}")
    }

    /// `bytes` with the new names where the linker reads them.
    fn written_into<'a>(&self, bytes: &'a [u8]) -> io::Result<Cow<'a, [u8]>> {
        let places = names_in(bytes).map_err(io::Error::other)?;
        let mut bytes = Cow::Borrowed(bytes);
        for (place, name) in places {
            let Some(fresh) = self.0.get(&name) else { continue };
            bytes.to_mut()[place..place + fresh.len()].copy_from_slice(fresh.as_bytes());
        }
        Ok(bytes)
    }
}

/// The names that the linker reads, with their places. Formats other than ELF are copied as they are: a
/// library finds its siblings by path there.
fn names_in(bytes: &[u8]) -> Result<Vec<(usize, String)>, Unusable> {
    if cfg!(any(windows, target_vendor = "apple")) { Ok(Vec::new()) } else { linked_names(bytes) }
}

/// `libhelper.so.1` with the end of its stem replaced by a number's letters: `libhe1z4c.so.1`.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn fresh_name(name: &str, number: u64) -> String {
    let stem = name.find('.').filter(|end| *end > 0).unwrap_or(name.len());
    // Never inside a character: what is replaced must be plain letters.
    let plain = name[..stem].bytes().rev().take_while(u8::is_ascii).count().min(FRESH_LETTERS);
    let start = stem - plain;
    format!("{}{}{}", &name[..start], letters(number, plain), &name[stem..])
}

/// Names are kept where they are not read.
#[cfg(any(windows, target_vendor = "apple"))]
fn fresh_name(name: &str, _number: u64) -> String {
    let _ = (FRESH_LETTERS, letters);
    name.to_owned()
}

/// A number that differs from the others of this copy of the loader, and most likely from those of
/// other copies in the process.
fn fresh_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if NEXT.load(Ordering::Relaxed) == 0 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let start = now.map_or(1, |now| u64::from(now.subsec_nanos()) + 1);
        let _ = NEXT.compare_exchange(0, start, Ordering::Relaxed, Ordering::Relaxed);
    }
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The last `count` digits of `number` to the base 36.
fn letters(mut number: u64, count: usize) -> String {
    let mut letters = vec!['0'; count];
    for letter in letters.iter_mut().rev() {
        *letter = char::from_digit((number % 36) as u32, 36).unwrap_or('0');
        number /= 36;
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_name_is_as_long_as_the_old_one_and_looks_like_it() {
        for name in ["libhelper.so.1", "a.so", "libz.so", "größe.so", "noextension"] {
            let (first, second) =
                (fresh_name(name, fresh_number()), fresh_name(name, fresh_number()));
            assert_eq!((first.len(), second.len()), (name.len(), name.len()));
            assert_ne!(first, second);
        }
        assert_eq!(fresh_name("libhelper.so.1", 36), "libhe0010.so.1");
    }

    #[test]
    fn a_name_that_ends_another_gets_the_same_letters() {
        let original = |path| Original { path, bytes: b"" };
        let siblings = ["helper.so", "lib/libhelper.so", "libother.so"].map(original);

        let names = FreshNames::of(&siblings).0;

        assert!(names["libhelper.so"].ends_with(&names["helper.so"]), "{names:?}");
        assert_ne!(names["libother.so"][5..], names["libhelper.so"][6..], "{names:?}");
    }

    #[test]
    fn long_names_are_cut_where_file_systems_would_refuse_them() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Arc::new(PrivateFolder::make(parent.path()).unwrap());
        let (label, file) = (format!("{}.1", "库".repeat(80)), format!("{}.so", "x".repeat(250)));

        let copy = PrivateCopy::make(&folder, &label, Original { path: &file, bytes: b"x" }, &[]);

        let copy = copy.unwrap();
        assert!(copy.library().exists() && copy.library().display().to_string().contains("库.1."));
    }

    #[test]
    fn a_copy_keeps_bundle_and_file_in_its_name_and_goes_with_its_owner() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Arc::new(PrivateFolder::make(parent.path()).unwrap());
        let original = Original { path: "lib/libgame.so", bytes: b"x" };

        let first = PrivateCopy::make(&folder, "my/bundle.3", original, &[]).unwrap();
        let second = PrivateCopy::make(&folder, "my/bundle.3", original, &[]).unwrap();

        let name = first.library().file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with("my_bundle.3.") && name.ends_with(".libgame.so"), "{name}");
        assert_ne!(first.library(), second.library());
        assert!(first.contains(first.library()) && !first.contains(second.library()));
        let path = first.library().to_owned();
        drop(first);
        assert!(!path.exists() && second.library().exists());
    }
}
