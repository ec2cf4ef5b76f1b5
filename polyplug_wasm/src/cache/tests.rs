//! The cache, with an engine and components of its own.

use super::{Cache, CacheConfig, CacheFolder, CachePlace};
use std::cell::Cell;
use std::fs::{self, File};
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

/// A component whose `answer` is a number.
fn answering(number: u32) -> String {
    format!(
        r#"(component
            (core module $m (func (export "answer") (result i32) i32.const {number}))
            (core instance $i (instantiate $m))
            (func (export "answer") (result u32) (canon lift (core func $i "answer"))))"#
    )
}

fn config(folder: &Path) -> CacheConfig {
    CacheConfig { place: CachePlace::Folder(folder.to_owned()), ..CacheConfig::default() }
}

fn cache(folder: &Path) -> Cache {
    Cache::open(&config(folder), &Engine::default()).unwrap()
}

/// What came of one load.
#[derive(Debug, PartialEq, Eq)]
enum Load {
    Compiled,
    Kept,
}

/// Loads the component that answers `number` and asks it.
fn load(cache: &Cache, number: u32) -> Load {
    let text = answering(number);
    let compiled = Cell::new(Load::Kept);
    let component = cache
        .component("numbers", text.as_bytes(), || {
            compiled.set(Load::Compiled);
            Component::new(&cache.engine, &text)
        })
        .unwrap();
    let mut store = Store::new(&cache.engine, ());
    let instance = Linker::new(&cache.engine).instantiate(&mut store, &component).unwrap();
    let answer = instance.get_typed_func::<(), (u32,)>(&mut store, "answer").unwrap();
    assert_eq!(answer.call(&mut store, ()).unwrap(), (number,));
    compiled.into_inner()
}

fn entry(cache: &Cache, number: u32) -> std::path::PathBuf {
    cache.path(answering(number).as_bytes())
}

fn age(path: &Path, hours: u64) {
    let time = SystemTime::now() - Duration::from_secs(hours * 60 * 60);
    File::open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn a_component_is_compiled_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = cache(folder.path());
    assert_eq!(load(&first, 1), Load::Compiled);
    assert_eq!(load(&first, 1), Load::Kept);
    assert_eq!(load(&first, 2), Load::Compiled);

    let of_another_process = cache(folder.path());
    assert_eq!(load(&of_another_process, 1), Load::Kept);
    assert_eq!(first.warning(), None);
}

#[test]
fn another_engine_has_entries_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    load(&cache(folder.path()), 1);

    let engine = Engine::new(Config::new().epoch_interruption(true)).unwrap();
    let mut other = Cache::open(&config(folder.path()), &engine).unwrap();
    // Its own code would trap: the store has no deadline.
    assert_ne!(entry(&other, 1), entry(&cache(folder.path()), 1));

    // Even under the right name, code of other settings is not believed.
    other.settings = cache(folder.path()).settings;
    let text = answering(1);
    let compiled = Cell::new(false);
    let component = other.component("numbers", text.as_bytes(), || {
        compiled.set(true);
        Component::new(&engine, &text)
    });
    assert!(component.is_ok() && compiled.get());
}

#[test]
fn a_damaged_entry_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path());
    load(&cache, 1);
    let path = entry(&cache, 1);
    let good = fs::read(&path).unwrap();
    let places = (0..good.len()).step_by(good.len() / 40).chain(good.len() - 110..good.len());
    for at in places {
        let mut damaged = good.clone();
        damaged[at] ^= 0x10;
        fs::write(&path, damaged).unwrap();
        assert_eq!(load(&cache, 1), Load::Compiled, "byte {at}");
        assert_eq!(load(&cache, 1), Load::Kept);
    }
    for length in [0, 1, 90, 200, good.len() / 2, good.len() - 1] {
        fs::write(&path, &good[..length]).unwrap();
        assert_eq!(load(&cache, 1), Load::Compiled, "{length} bytes");
    }
    assert_eq!(cache.warning(), None);
}

#[test]
fn an_entry_is_not_believed_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path());
    load(&cache, 1);
    fs::rename(entry(&cache, 1), entry(&cache, 2)).unwrap();
    assert_eq!(load(&cache, 2), Load::Compiled);
}

#[test]
fn the_least_recently_used_make_room() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path());
    for number in 1..=3 {
        load(&cache, number);
    }
    for (number, hours) in [(1, 5), (2, 9), (3, 7)] {
        age(&entry(&cache, number), hours);
    }
    assert_eq!(load(&cache, 2), Load::Kept);
    let size = fs::metadata(entry(&cache, 1)).unwrap().len();
    let small = CacheConfig { most_bytes: size * 3 + size / 2, ..config(folder.path()) };
    let small = Cache::open(&small, &cache.engine).unwrap();

    load(&small, 4);

    let there: Vec<_> = (1..=4).filter(|number| entry(&cache, *number).exists()).collect();
    assert_eq!(there, [1, 2, 4]);
}

#[test]
fn what_is_larger_than_the_cache_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let none = CacheConfig { most_bytes: 0, ..config(folder.path()) };
    let none = Cache::open(&none, &Engine::default()).unwrap();
    assert_eq!(load(&none, 1), Load::Compiled);
    assert_eq!(load(&none, 1), Load::Compiled);
    assert_eq!((none.warning(), fs::read_dir(folder.path()).unwrap().count()), (None, 0));
}

#[test]
fn entries_are_listed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path());
    let listed = CacheFolder::find(&config(folder.path())).unwrap();
    for number in 1..=3 {
        load(&cache, number);
    }
    age(&entry(&cache, 1), 2);
    fs::write(entry(&cache, 2), "damaged").unwrap();
    age(&entry(&cache, 2), 3);
    fs::write(folder.path().join("of-somebody.txt"), "else").unwrap();
    fs::write(folder.path().join(".unfinished-1"), "12345").unwrap();

    let entries = listed.entries().unwrap();
    let said: Vec<_> =
        entries.iter().map(|entry| (entry.path.clone(), entry.label.as_deref())).collect();
    let label = Some("numbers");
    assert_eq!(
        said,
        [(entry(&cache, 3), label), (entry(&cache, 1), label), (entry(&cache, 2), None)]
    );

    let bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let cleared = listed.clear().unwrap();
    assert_eq!((cleared.files, cleared.bytes), (4, bytes + 5));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(listed.entries().unwrap(), []);
}

#[test]
fn what_a_crashed_writer_left_goes() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join(".unfinished-1"), folder.path().join(".unfinished-2"));
    fs::write(&old, "").unwrap();
    fs::write(&new, "").unwrap();
    age(&old, 2);
    load(&cache(folder.path()), 1);
    assert!(!old.exists() && new.exists());
}

#[test]
fn many_at_once_get_what_they_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let small = CacheConfig { most_bytes: 60_000, ..config(folder.path()) };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let cache = Cache::open(&small, &Engine::default()).unwrap();
                for turn in 0..40 {
                    load(&cache, turn % 5);
                    if turn % 16 == 15 {
                        cache.folder.clear().unwrap();
                    }
                }
            });
        }
    });
    assert_eq!(
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| { !super::is_entry(&entry.as_ref().unwrap().path()) })
            .count(),
        0
    );
}

#[cfg(unix)]
mod rights {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn folder_and_entries_are_the_users_alone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("above/cache");
        let cache = cache(&folder);
        load(&cache, 1);
        let modes = [mode(&parent.path().join("above")), mode(&folder), mode(&entry(&cache, 1))];
        assert_eq!(modes, [0o700, 0o700, 0o600]);
    }

    #[test]
    fn a_folder_in_which_others_write_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        load(&cache, 1);
        set_mode(folder.path(), 0o770);

        assert_eq!(load(&cache, 1), Load::Compiled);
        assert_eq!(load(&cache, 2), Load::Compiled);

        let warning = cache.warning().unwrap();
        assert!(warning.contains("mode 770") && warning.contains("chmod go-w"), "{warning}");
        assert_eq!((cache.warning(), entry(&cache, 2).exists()), (None, false));
        load(&cache, 1);
        assert_eq!(cache.warning(), None);
    }

    #[test]
    fn an_entry_that_others_could_have_written_is_compiled_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        load(&cache, 1);
        let path = entry(&cache, 1);
        set_mode(&path, 0o602);
        assert_eq!(load(&cache, 1), Load::Compiled);
        assert_eq!((mode(&path), load(&cache, 1)), (0o600, Load::Kept));

        let moved = folder.path().join("moved");
        fs::rename(&path, &moved).unwrap();
        symlink(&moved, &path).unwrap();
        assert_eq!(load(&cache, 1), Load::Compiled);
        assert_eq!(load(&cache, 1), Load::Kept);
    }

    #[test]
    fn what_belongs_to_somebody_else_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        load(&cache, 1);
        if chown(entry(&cache, 1), Some(54_321), None).is_err() {
            println!("skipped: only root can give files away");
            return;
        }
        assert_eq!(load(&cache, 1), Load::Compiled);
        assert_eq!(load(&cache, 1), Load::Kept);

        chown(folder.path(), Some(54_321), None).unwrap();
        assert_eq!(load(&cache, 1), Load::Compiled);
        let warning = cache.warning().unwrap();
        assert!(warning.contains("belongs to the user 54321"), "{warning}");
    }
}
