//! The log records of a runtime, kept.

use parking_lot::Mutex;
use polyplug_abi::LogLevel;
use std::sync::Arc;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How bad it is.
    pub level: LogLevel,
    /// Where it came from.
    pub scope: String,
    /// What it says.
    pub message: String,
}

/// Everything that was logged.
#[derive(Clone, Debug, Default)]
pub struct LogBook(Arc<Mutex<Vec<Record>>>);

impl LogBook {
    /// What a builder's `logger` takes.
    pub fn sink(&self) -> impl Fn(LogLevel, &str, &str) + Send + Sync + 'static {
        let book = self.clone();
        move |level, scope, message| {
            let (scope, message) = (scope.to_owned(), message.to_owned());
            book.0.lock().push(Record { level, scope, message });
        }
    }

    /// All records so far.
    pub fn records(&self) -> Vec<Record> {
        self.0.lock().clone()
    }

    /// How many records of this level contain `text`.
    pub fn count(&self, level: LogLevel, text: &str) -> usize {
        let records = self.0.lock();
        records.iter().filter(|one| one.level == level && one.message.contains(text)).count()
    }

    /// Forgets all records so far.
    pub fn forget(&self) {
        *self.0.lock() = Vec::new();
    }

    /// Whoever else holds the book, such as a runtime's logger.
    pub fn holders(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}
