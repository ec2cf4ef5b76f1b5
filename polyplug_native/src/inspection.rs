//! What the bytes of a library say before it is opened: whether this machine can open it, and what
//! will keep it from being replaced.

mod elf;
mod format;

pub(crate) use elf::linked_names;

use format::Format;
use polyplug::error::printable;
use std::io;
use std::path::Path;
use thiserror::Error;

/// How many symbols a warning names.
const SHOWN: usize = 3;

/// What a library that can be opened looks like from outside.
///
/// Only ELF files are read; elsewhere everything is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The name that others link it by (`DT_SONAME`).
    pub soname: Option<String>,
    /// The libraries that it needs (`DT_NEEDED`), in order.
    pub needed: Vec<String>,
    /// The symbols that exist once per process (`STB_GNU_UNIQUE`), demangled and sorted. A library
    /// that has one is never unloaded, and the next version binds to this one's.
    pub unique_symbols: Vec<String>,
    /// It was linked to stay (`-z nodelete`).
    pub stays_loaded: bool,
    /// It registers destructors of thread-local objects, which keep it loaded until the threads
    /// that used them have ended.
    pub has_thread_destructors: bool,
    /// It makes thread-specific keys (`pthread_key_create`, `tss_create`), as the standard library of Rust does.
    /// While it has one, its code cannot be unmapped: threads call the key's destructor at their end.
    pub makes_thread_keys: bool,
}

/// Why a file cannot be opened as a library on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unusable {
    /// It is another kind of file.
    #[error("it is {found}, not {wanted}; build a shared library")]
    WrongFormat {
        /// What it is.
        found: &'static str,
        /// What this system opens.
        wanted: &'static str,
    },
    /// It was built for another machine.
    #[error("it was built for {found}, and this is {wanted}; build it for this machine")]
    WrongMachine {
        /// The machine it was built for.
        found: String,
        /// The machine of this process.
        wanted: String,
    },
    /// It has the right format and is no shared library.
    #[error("it is {found}; link it with `-shared`")]
    NotShared {
        /// What it is.
        found: &'static str,
    },
    /// It is shorter than it says, or its tables make no sense.
    #[error("it is truncated or damaged ({problem}); it may still be being written")]
    Damaged {
        /// What does not fit.
        problem: String,
    },
}

/// Reads what a library is from its bytes.
///
/// # Errors
/// It cannot be opened on this machine.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, Unusable> {
    if bytes.is_empty() {
        return Err(Unusable::Damaged { problem: "it is empty".to_owned() });
    }
    let found = Format::of(bytes);
    if found != Format::NATIVE {
        let wanted = Format::NATIVE.description();
        return Err(Unusable::WrongFormat { found: found.description(), wanted });
    }
    match found {
        Format::Elf => elf::inspect(bytes),
        _ => Ok(Inspection::default()),
    }
}

/// As [`inspect`], for a file.
///
/// # Errors
/// The file cannot be read; what is wrong with its content is the inner error.
pub fn inspect_file(path: &Path) -> io::Result<Result<Inspection, Unusable>> {
    std::fs::read(path).map(|bytes| inspect(&bytes))
}

impl Inspection {
    /// What keeps the library from being replaced as it should be, in sentences without a subject.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.stays_loaded {
            warnings.push(
                "is linked with `-z nodelete`, so it is never unloaded; link it without".to_owned(),
            );
        }
        if !self.unique_symbols.is_empty() {
            warnings.push(format!(
                "has symbols that exist once per process ({}), so it is never unloaded, and its next \
                 version would use the old ones; compile with `-fno-gnu-unique -fvisibility=hidden`",
                self.shown_symbols()
            ));
        }
        warnings
    }

    /// Takes over what a sibling does to the chances of being unloaded.
    pub(crate) fn absorb(&mut self, sibling: Self) {
        self.unique_symbols.extend(sibling.unique_symbols);
        self.stays_loaded |= sibling.stays_loaded;
        self.has_thread_destructors |= sibling.has_thread_destructors;
        self.makes_thread_keys |= sibling.makes_thread_keys;
    }

    /// Why the system may have kept the library though it was closed.
    pub(crate) fn probable_cause(&self) -> String {
        if self.stays_loaded {
            return "it is linked with `-z nodelete`".to_owned();
        }
        if !self.unique_symbols.is_empty() {
            return format!(
                "it has symbols that exist once per process ({})",
                self.shown_symbols()
            );
        }
        if self.has_thread_destructors {
            return "a thread that used its thread-local objects has not ended, so their destructors \
                    are still to run"
                .to_owned();
        }
        "something else in the process has opened it, or it opened itself".to_owned()
    }

    fn shown_symbols(&self) -> String {
        let shown = &self.unique_symbols[..self.unique_symbols.len().min(SHOWN)];
        let names = printable(&format!("`{}`", shown.join("`, `")));
        match self.unique_symbols.len() - shown.len() {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests;
