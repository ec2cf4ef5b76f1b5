//! What the runtime and its bundles log while a command works, kept until it has told its own failures: a
//! record that repeats one of them says nothing new.

use crate::show::problem::Problem;
use crate::signature_notes::SignatureNotes;
use polyplug::runtime::RuntimeBuilder;
use polyplug_abi::LogLevel;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};

/// The records that a person should read.
pub(crate) struct Records(Receiver<(LogLevel, String)>);

impl Records {
    /// Keeps the records of the runtime that `builder` makes.
    pub(crate) fn keep(builder: RuntimeBuilder) -> (RuntimeBuilder, Self) {
        let (send, kept) = mpsc::channel();
        let logger = move |level: LogLevel, scope: &str, message: &str| {
            if is_for_people(level, scope) {
                let _ = send.send((level, format!("{scope}: {message}")));
            }
        };
        (builder.logger(logger), Self(kept))
    }

    /// Writes those that came, but for those that repeat what was `told`, or noted.
    pub(crate) fn write(
        &self,
        told: &str,
        notes: &SignatureNotes,
        errors: &mut dyn Write,
    ) -> io::Result<()> {
        for (level, record) in self.0.try_iter() {
            let repeats = (!told.is_empty() && record.ends_with(told)) || notes.repeats(&record);
            match Problem::plain(record) {
                _ if repeats => {}
                record if level > LogLevel::Warn => record.write_note(errors)?,
                record => record.write_warning(errors)?,
            }
        }
        Ok(())
    }
}

/// Warnings and errors, and of the rest what the runtime says about loading and reloading: an optional
/// capability that was refused, files that are again those that run.
pub(crate) fn is_for_people(level: LogLevel, scope: &str) -> bool {
    level <= LogLevel::Warn || (level == LogLevel::Info && matches!(scope, "loader" | "reload"))
}
