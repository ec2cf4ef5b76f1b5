//! The file of an audit: where it may lie, and how it is opened. It is opened before anything is loaded, so
//! that a run that is to be audited and cannot be does not begin.

use super::line;
use crate::bundle_paths;
use crate::show::style::shown;
use polyplug_trust::printable;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// As many as systems follow.
const MAX_LINKS: usize = 40;

/// As much as is shown of a file that is something else.
const SHOWN_BYTES: usize = 60;

/// No line of an audit is longer: the longest text in one is a reason.
const LONGEST_LINE: u64 = 1 << 20;

/// Opens the file at `path` to append to it, and says whether its last line has no end: the process that
/// wrote it was stopped in the middle. A new file is this user's alone.
///
/// # Errors
/// It is no place for an audit of the bundles in `folder`, where `others` are files that the same command
/// uses, with what they are; or it cannot be written.
pub(super) fn open(
    path: &Path,
    folder: &Path,
    others: &[(&str, PathBuf)],
) -> Result<(File, bool), String> {
    if let Some(objection) = objection(path, folder, others) {
        return Err(objection);
    }
    let mut options = OpenOptions::new();
    private_without_waiting(options.append(true).create(true));
    let file = options.open(path).map_err(|error| words(path, &error))?;
    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if let Some((what, _)) = others.iter().find(|(_, other)| is_same(&metadata, other)) {
        return Err(taken(what));
    }
    if !metadata.is_file() && !takes_lines(&metadata) {
        return Err("it is neither a file, a pipe nor a terminal; name a file".to_owned());
    }
    if metadata.is_file()
        && let Some(line) = other_first_line(path)
    {
        return Err(format!("this is no audit: its first line is `{line}`; name another file"));
    }
    wait_from_now_on(&file).map_err(|error| error.to_string())?;
    let is_cut = metadata.is_file() && is_cut(path);
    Ok((file, is_cut))
}

/// Why it must not be there.
fn objection(path: &Path, folder: &Path, others: &[(&str, PathBuf)]) -> Option<String> {
    let place = resolved(path)?;
    if let Some((what, _)) = others.iter().find(|(_, other)| resolved(other) == Some(place.clone()))
    {
        return Some(taken(what));
    }
    let bundles = bundle_paths::in_folder(folder).unwrap_or_default();
    let holds = |bundle: &&PathBuf| bundle.canonicalize().is_ok_and(|one| place.starts_with(one));
    let bundle = shown(bundles.iter().find(holds)?);
    Some(format!(
        "it would be a file of the bundle {bundle}, and each line a change after its signing; name a file \
         elsewhere"
    ))
}

fn taken(what: &str) -> String {
    format!("this is {what}, which has no place for it; name another file")
}

/// Whether they are one file, under whatever names.
#[cfg(unix)]
fn is_same(opened: &fs::Metadata, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |found: &fs::Metadata| (found.dev(), found.ino());
    fs::metadata(other).is_ok_and(|other| place(&other) == place(opened))
}

/// Names are all that can be compared here.
#[cfg(not(unix))]
fn is_same(_opened: &fs::Metadata, _other: &Path) -> bool {
    false
}

/// Where a file is, or will be, without links.
fn resolved(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        if let Ok(found) = path.canonicalize() {
            return Some(found);
        }
        let folder = match path.parent()? {
            folder if folder.as_os_str().is_empty() => Path::new("."),
            folder => folder,
        };
        let folder = folder.canonicalize().ok()?;
        let place = folder.join(path.file_name()?);
        // A link to a file that is not there yet: that one would be made.
        match fs::read_link(&place) {
            Ok(target) => path = folder.join(target),
            Err(_) => return Some(place),
        }
    }
    None
}

/// What the system says, as far as a person can do something about it.
fn words(path: &Path, error: &io::Error) -> String {
    let found = fs::metadata(path);
    match error.kind() {
        ErrorKind::IsADirectory => "it is a folder; name a file".to_owned(),
        ErrorKind::NotFound => "there is no such folder; make it".to_owned(),
        // A pipe opens to who writes when somebody reads.
        _ if found.as_ref().is_ok_and(is_pipe) => {
            "it is a pipe, and nobody reads it; start its reader first".to_owned()
        }
        _ => error.to_string(),
    }
}

/// The beginning of the first line, if it is none of an audit: lines at its end would spoil a list of
/// keys, a script, or what another program keeps as JSON. Of a file that cannot be read nobody knows.
fn other_first_line(path: &Path) -> Option<String> {
    let mut start = Vec::new();
    // It may be another one meanwhile, and is not waited for.
    let mut options = OpenOptions::new();
    private_without_waiting(options.read(true));
    options.open(path).ok()?.take(LONGEST_LINE).read_to_end(&mut start).ok()?;
    let first = start.split(|byte| *byte == b'\n').next()?;
    let is_other = !start.is_empty() && !line::is_whole(first);
    let shown = &first[..first.len().min(SHOWN_BYTES)];
    is_other.then(|| printable(&String::from_utf8_lossy(shown.trim_ascii_end())))
}

/// Whether the file's last line has no end. If it cannot be read nobody knows, and an empty line is worth
/// less than one that is refused.
fn is_cut(path: &Path) -> bool {
    let last = || {
        // It may be another one meanwhile, and is not waited for.
        let mut options = OpenOptions::new();
        private_without_waiting(options.read(true));
        let mut file = options.open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last).map(|()| last[0])
    };
    last().is_ok_and(|byte: u8| byte != b'\n')
}

#[cfg(unix)]
fn private_without_waiting(options: &mut OpenOptions) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600).custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
}

/// A reader that is slow is waited for: a line that finds no room would be lost.
#[cfg(unix)]
fn wait_from_now_on(file: &File) -> io::Result<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let flags = fcntl_getfl(file)?;
    Ok(fcntl_setfl(file, flags - OFlags::NONBLOCK)?)
}

#[cfg(unix)]
fn takes_lines(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_char_device() || is_pipe(metadata)
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

/// New files have the rights of their folder there.
#[cfg(not(unix))]
fn private_without_waiting(_options: &mut OpenOptions) {}

#[cfg(not(unix))]
fn wait_from_now_on(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn takes_lines(metadata: &fs::Metadata) -> bool {
    !metadata.is_dir()
}

#[cfg(not(unix))]
fn is_pipe(_metadata: &fs::Metadata) -> bool {
    false
}
