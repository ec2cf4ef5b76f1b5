//! Who waits, for how long, and what is left.

use super::FileLock;
use std::fs;
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn one_at_a_time_has_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "0").unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let _locked = FileLock::take(&path, PATIENCE).unwrap();
                    let number: u32 = fs::read_to_string(&path).unwrap().parse().unwrap();
                    fs::write(&path, (number + 1).to_string()).unwrap();
                }
            });
        }
    });
    assert_eq!(fs::read_to_string(&path).unwrap(), "200");
}

#[test]
fn who_waits_too_long_is_told_for_what() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let locked = FileLock::take(&path, PATIENCE).unwrap();
    let error = FileLock::take(&path, Duration::from_millis(20)).unwrap_err().to_string();
    let expected = format!(
        "{0}: another process keeps it locked, by {0}.lock, for more than 0.02 s; end that process, or \
         try again when it is done",
        path.display()
    );
    assert_eq!(error, expected);
    drop(locked);
    FileLock::take(&path, Duration::ZERO).unwrap();
}

#[cfg(unix)]
#[test]
fn nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let locked = FileLock::take(&path, PATIENCE).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    drop(locked);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    // As a process leaves it that was killed.
    fs::write(folder.path().join("file.lock"), "").unwrap();
    drop(FileLock::take(&path, Duration::ZERO).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
