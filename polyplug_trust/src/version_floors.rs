//! Which version of each bundle is the oldest that is still accepted, so that an old bundle with its true
//! signature cannot be put back for a fault that was mended since. It only ever rises.
//!
//! With a file it also holds for other processes and after a restart:
//!
//! ```text
//! polyplug version floors 1
//! floor 1.2.0 score
//! ```

use crate::file_lock::FileLock;
use crate::floor::{Floor, FloorSource};
use crate::private_file;
use crate::signature::is_bundle_name;
use crate::store_error::{StoreError, StoreProblem};
use crate::version_text::{quoted, version};
use parking_lot::Mutex;
use polyplug_abi::Version;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The first line of the file.
const TITLE: &str = "polyplug version floors 1";

/// How long a runtime waits for another to change the file. It commits nothing else meanwhile.
const PATIENCE: Duration = Duration::from_secs(2);

const FLOOR: &str = "floor ";

/// The oldest version that is accepted, by name of the bundle.
type Floors = BTreeMap<String, Version>;

/// The oldest version of each bundle that is still accepted.
#[derive(Debug, Default)]
pub struct VersionFloors {
    file: Kept,
    known: Mutex<Known>,
    /// The file could not be locked the last time, so the next one does not wait for it again.
    is_stuck: AtomicBool,
}

/// Floors by who says so.
#[derive(Debug, Default)]
struct Known {
    host: Floors,
    /// Of signatures that this process has accepted.
    signed: Floors,
    /// What was in the file when it was read last, and before.
    kept: Floors,
}

/// Where floors outlive the process.
#[derive(Debug, Default)]
enum Kept {
    #[default]
    Nowhere,
    ReadOnly(PathBuf),
    Written(PathBuf),
}

impl Kept {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Nowhere => None,
            Self::ReadOnly(path) | Self::Written(path) => Some(path),
        }
    }
}

impl VersionFloors {
    /// Keeps them in a file, which need not be there yet. Its folder must be.
    ///
    /// # Errors
    /// The file cannot be read, is not understood, another user could have written it, or it has no folder.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Self::of_file(path.into(), Kept::Written)
    }

    /// Goes by a file and never writes it, for who only looks: what is raised here holds for this process
    /// alone.
    ///
    /// # Errors
    /// As for [`VersionFloors::open`].
    pub fn open_read_only(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Self::of_file(path.into(), Kept::ReadOnly)
    }

    fn of_file(path: PathBuf, kept: impl FnOnce(PathBuf) -> Kept) -> Result<Self, StoreError> {
        private_file::expect_folder(&path)?;
        // The process may change its working directory.
        let path = std::path::absolute(&path).unwrap_or(path);
        let known = Mutex::new(Known { kept: read(&path)?, ..Known::default() });
        Ok(Self { file: kept(path), known, is_stuck: AtomicBool::new(false) })
    }

    /// The oldest version of a bundle that is accepted; `None` if any is.
    ///
    /// # Errors
    /// The file can no longer be read, so nobody knows.
    pub fn floor(&self, bundle: &str) -> Result<Option<Floor>, StoreError> {
        let file = self.file.path();
        if let Some(file) = file {
            // Another process may have raised it.
            self.learn(&read(file)?);
        }
        let known = self.known.lock();
        let source = file.map_or(FloorSource::Signature, |file| FloorSource::File(file.to_owned()));
        let said = [
            (&known.signed, FloorSource::Signature),
            (&known.kept, source),
            (&known.host, FloorSource::Host),
        ];
        let floors = said.into_iter().filter_map(|(floors, source)| {
            floors.get(bundle).map(|version| Floor { version: *version, source })
        });
        Ok(floors.max_by_key(|floor| floor.version))
    }

    /// Accepts nothing older than `version` from now on, but does not write it to the file: the host says
    /// so each time.
    pub fn require(&self, bundle: &str, version: Version) {
        raise(&mut self.known.lock().host, bundle, version);
    }

    /// Accepts nothing older than `version` from now on, and keeps that in the file, if there is one to
    /// write, with what could not be kept before.
    ///
    /// # Errors
    /// The file cannot be read or written, or another process has it locked for two seconds. It holds for this process all the same.
    pub fn raise(&self, bundle: &str, version: Version) -> Result<(), StoreError> {
        let mut known = self.known.lock();
        raise(&mut known.signed, bundle, version);
        let Kept::Written(file) = &self.file else { return Ok(()) };
        let due = known.signed.clone();
        drop(known);
        if !is_bundle_name(bundle) {
            let problem = StoreProblem::Text { what: "the bundle's name", text: bundle.to_owned() };
            return Err(StoreError::new(file, problem));
        }
        let mut floors = read(file)?;
        if !raise_all(&mut floors, &due) {
            return Ok(());
        }
        let _locked = self.lock(file)?;
        let mut floors = read(file)?;
        if raise_all(&mut floors, &due) {
            private_file::write(file, &text(&floors))?;
        }
        self.learn(&floors);
        Ok(())
    }

    fn lock(&self, file: &Path) -> Result<FileLock, StoreError> {
        let is_stuck = self.is_stuck.load(Ordering::Relaxed);
        let patience = if is_stuck { Duration::ZERO } else { PATIENCE };
        let locked = private_file::lock(file, patience);
        self.is_stuck.store(locked.is_err(), Ordering::Relaxed);
        locked
    }

    fn learn(&self, floors: &Floors) {
        raise_all(&mut self.known.lock().kept, floors);
    }
}

/// Whether one of them rose. A name that the file cannot hold is left out.
fn raise_all(floors: &mut Floors, due: &Floors) -> bool {
    let mut rose = false;
    for (bundle, version) in due.iter().filter(|(bundle, _)| is_bundle_name(bundle)) {
        rose |= floors.get(bundle) < Some(version);
        raise(floors, bundle, *version);
    }
    rose
}

fn raise(floors: &mut Floors, bundle: &str, version: Version) {
    match floors.get_mut(bundle) {
        Some(floor) => *floor = version.max(*floor),
        None => _ = floors.insert(bundle.to_owned(), version),
    }
}

fn text(floors: &Floors) -> String {
    let lines = floors.iter().map(|(bundle, version)| format!("{FLOOR}{version} {bundle}\n"));
    format!("{TITLE}\n{}", lines.collect::<String>())
}

fn read(path: &Path) -> Result<Floors, StoreError> {
    let Some(text) = private_file::read(path)? else { return Ok(Floors::new()) };
    let mut floors = Floors::new();
    let mut rest = text.as_str();
    let mut number = 0;
    // A file that was cut off would forget floors, so its last line has an end too.
    while number == 0 || !rest.is_empty() {
        number += 1;
        let parsed = rest.split_once('\n').and_then(|(line, after)| {
            rest = after;
            if number == 1 { (line == TITLE).then_some(()) } else { line_of(line, &mut floors) }
        });
        if parsed.is_none() {
            let line = text.lines().nth(number - 1).unwrap_or_default();
            let expected = if number == 1 {
                "`polyplug version floors 1`"
            } else {
                "`floor`, a version like 1.2.0 and a bundle's name, and a line end"
            };
            let problem = StoreProblem::Line { line: number as u32, expected, found: quoted(line) };
            return Err(StoreError::new(path, problem));
        }
    }
    Ok(floors)
}

fn line_of(line: &str, floors: &mut Floors) -> Option<()> {
    let (floor, bundle) = line.strip_prefix(FLOOR)?.split_once(' ')?;
    if !is_bundle_name(bundle) {
        return None;
    }
    raise(floors, bundle, version(floor)?);
    Some(())
}

#[cfg(test)]
mod tests;
