//! Compiled components, kept on disk: a component that was compiled once is mapped into memory the next
//! time, by any process of this user.
//!
//! An entry is found by what is compiled and by all that decides how, so it never has to be renewed. It is
//! written under another name and renamed, so there are whole entries only, also with several processes.
//! It is machine code, so nothing is run of which somebody else could be the writer: folder and entry
//! belong to this user and to nobody else. What was damaged is compiled again. A cache that fails says so
//! once, and is slow; no load fails because of it.
//!
//! | module | what it does |
//! |---|---|
//! | `place` | which folder it is |
//! | `ownership` | who could have written a folder or a file |
//! | `key` | the name of an entry |
//! | `entry` | what a file says about the code in it |
//! | `folder` | all entries: listed, removed, the oldest for the newest |

mod entry;
mod folder;
mod key;
mod ownership;
mod place;
#[cfg(test)]
mod tests;

pub use folder::{CacheEntry, CacheFolder, Cleared};
pub use place::{CacheConfig, CachePlace};

use crate::compiled_file;
use entry::Found;
use key::{EngineKey, Key};
use parking_lot::Mutex;
use std::fs::{File, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};
use wasmtime::Engine;
use wasmtime::component::Component;

/// How exactly it is known when an entry was used: a use writes to the disk no more often than this.
const SAME_USE: Duration = Duration::from_secs(60 * 60);

/// The kept components of one engine.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: CacheFolder,
    engine: Engine,
    /// What of the engine decides how a component is compiled.
    settings: EngineKey,
    warning: Mutex<Warning>,
}

#[derive(Debug)]
enum Warning {
    None,
    /// Nobody has heard of it yet.
    Untold(String),
    Told,
}

impl Cache {
    /// The cache of an engine; `None` if there is to be none, or no folder for it.
    pub(crate) fn open(config: &CacheConfig, engine: &Engine) -> Option<Self> {
        let folder = CacheFolder::find(config)?;
        let settings = EngineKey::of(engine);
        let warning = Mutex::new(Warning::None);
        Some(Self { folder, engine: engine.clone(), settings, warning })
    }

    /// The component in `bytes`: a kept one, or else what `compile` makes of them, which is kept then.
    /// `label` says for people what it is.
    pub(crate) fn component<E>(
        &self,
        label: &str,
        bytes: &[u8],
        compile: impl FnOnce() -> Result<Component, E>,
    ) -> Result<Component, E> {
        let key = self.settings.with(bytes);
        if let Some(component) = self.kept(&key) {
            return Ok(component);
        }
        let component = compile()?;
        self.keep(&key, label, &component);
        Ok(component)
    }

    /// Why the cache is not used; each cache says so once.
    pub(crate) fn warning(&self) -> Option<String> {
        let mut warning = self.warning.lock();
        if !matches!(*warning, Warning::Untold(_)) {
            return None;
        }
        match std::mem::replace(&mut *warning, Warning::Told) {
            Warning::Untold(text) => Some(text),
            _ => None,
        }
    }

    fn kept(&self, key: &Key) -> Option<Component> {
        if let Err(problem) = self.folder.check() {
            self.warn(problem);
            return None;
        }
        let path = self.folder.file(key);
        let (mut file, metadata) = ownership::open(&path).ok()?;
        let component = match entry::read(&mut file, metadata.len(), key) {
            Ok(Found::Code(code)) => compiled_file::of_code(&self.engine, &code),
            Ok(Found::InFile) => compiled_file::component(&self.engine, &file, &path),
            Ok(Found::Damaged) | Err(_) => {
                self.folder.remove(&path);
                return None;
            }
        };
        match component {
            Ok(component) => {
                used(&file, &metadata);
                Some(component)
            }
            // The engine has its own ways to say that it did not write this.
            Err(_) => {
                self.folder.remove(&path);
                None
            }
        }
    }

    fn keep(&self, key: &Key, label: &str, component: &Component) {
        let kept = self.folder.make().and_then(|()| {
            let code = component.serialize().map_err(|error| format!("{error:#}"))?;
            self.folder.write(key, label, &code)
        });
        if let Err(problem) = kept {
            self.warn(problem);
        }
    }

    fn warn(&self, problem: String) {
        let mut warning = self.warning.lock();
        if matches!(*warning, Warning::None) {
            *warning = Warning::Untold(format!(
                "components are compiled each time they are loaded, since the cache is not usable: {problem}"
            ));
        }
    }

    #[cfg(test)]
    fn path(&self, bytes: &[u8]) -> std::path::PathBuf {
        self.folder.file(&self.settings.with(bytes))
    }
}

/// Notes that an entry was used, in the time of its last change: that of its last reading is kept by few
/// systems.
fn used(file: &File, metadata: &Metadata) {
    let is_recent = |time: SystemTime| time.elapsed().is_ok_and(|since| since < SAME_USE);
    if !metadata.modified().is_ok_and(is_recent) {
        let _ = file.set_modified(SystemTime::now());
    }
}

/// Whether a file of the folder is an entry, by its name.
fn is_entry(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == folder::EXTENSION)
}
