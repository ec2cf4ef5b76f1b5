//! The library behind scripted native contracts, as far as it needs no library: what it adopts, why it
//! refuses, and what it was told.
//!
//! ```text
//! code adopts 3            its instances have the layout 3, and it adopts any
//! code refuses too old     it offers to adopt, and refuses every instance
//! code kept by a thread    the system keeps it when it is closed
//! code waits 3             before it answers what it is asked, `door(3)` was released
//! ```

use crate::native::door;
use parking_lot::Mutex;
use polyplug::guest::GuestError;
use polyplug::native_code::{Adoption, Closed, NativeCode};
use polyplug_abi::{AbiErrorCode, GuestContractId, HostApi};
use std::sync::Arc;

/// What scripted libraries were told, oldest first, by bundle.
#[derive(Clone, Default, Debug)]
pub struct CodeLog(Arc<Mutex<Vec<(String, String)>>>);

impl CodeLog {
    /// What the libraries of a bundle were told.
    pub fn of(&self, bundle: &str) -> Vec<String> {
        let log = self.0.lock();
        log.iter().filter(|(of, _)| of == bundle).map(|(_, what)| what.clone()).collect()
    }
}

/// A scripted library.
#[derive(Debug, Default)]
pub struct ScriptedCode {
    bundle: String,
    log: CodeLog,
    state_version: Option<u32>,
    refusal: Option<String>,
    kept: Option<String>,
    door: Option<usize>,
}

impl ScriptedCode {
    /// The library that a script's `code` lines describe, if there are any.
    pub fn parse(bundle: &str, text: &str, log: &CodeLog) -> Option<Self> {
        let mut code = Self { bundle: bundle.to_owned(), log: log.clone(), ..Self::default() };
        let mut lines =
            text.lines().filter_map(|line| line.trim().strip_prefix("code ")).peekable();
        lines.peek()?;
        for line in lines {
            let (what, rest) = line.split_once(' ').expect("code <what> <rest>");
            match what {
                "adopts" => code.state_version = Some(rest.parse().expect("a number")),
                "refuses" => {
                    code.state_version = Some(0);
                    code.refusal = Some(rest.to_owned());
                }
                "waits" => code.door = Some(rest.parse().expect("a number")),
                "kept" => code.kept = Some(rest.to_owned()),
                _ => panic!("`code {line}` is no statement"),
            }
        }
        Some(code)
    }

    fn note(&self, what: String) {
        self.log.0.lock().push((self.bundle.clone(), what));
    }
}

// SAFETY: the functions of the scripted contracts live as long as the process.
unsafe impl NativeCode for ScriptedCode {
    fn state_version(&self, _: GuestContractId) -> Option<u32> {
        self.state_version
    }

    unsafe fn adopt_check(&self, instance: &Adoption) -> Result<(), Box<GuestError>> {
        self.note(format!("asked from {}", instance.from_version));
        if let Some(number) = self.door {
            door(number).pass();
        }
        match &self.refusal {
            Some(refusal) => Err(GuestError::new(AbiErrorCode::Generic, refusal.clone())),
            None => Ok(()),
        }
    }

    unsafe fn adopt(&self, instance: &Adoption) {
        self.note(format!("adopts from {}", instance.from_version));
    }

    unsafe fn shutdown(&self, _: *const HostApi, reason: u32) {
        self.note(format!("shutdown {reason}"));
    }

    fn close(self: Box<Self>) -> Closed {
        self.note("closed".to_owned());
        match &self.kept {
            Some(reason) => Closed::Kept { reason: reason.clone() },
            None => Closed::Gone,
        }
    }
}
