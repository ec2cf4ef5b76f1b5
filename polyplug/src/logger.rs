//! Where log records go: to a closure (every level), to a C callback or else to stderr (both up to
//! the configured level). Takes no lock of the runtime, so any code may log from anywhere.

use crate::border;
use crate::options::UserData;
use polyplug_abi::{LogLevel, LogSink, RuntimeConfig};

/// A closure that receives records.
pub(crate) type LogClosure = Box<dyn Fn(LogLevel, &str, &str) + Send + Sync>;

/// One runtime's logger.
pub(crate) enum Logger {
    /// Records up to `max_level` to stderr.
    Standard { max_level: u32 },
    /// Every record.
    Closure(LogClosure),
    /// Records up to `max_level`.
    Foreign { sink: LogSink, user_data: UserData, max_level: u32 },
}

impl Logger {
    /// As `config` says.
    pub(crate) fn of(config: &RuntimeConfig) -> Self {
        let max_level = config.log_max_level;
        match config.log {
            Some(sink) => {
                Self::Foreign { sink, user_data: UserData(config.log_user_data), max_level }
            }
            None => Self::Standard { max_level },
        }
    }

    /// Writes one record. A panic of the closure ends here.
    pub(crate) fn log(&self, level: LogLevel, scope: &str, message: &str) {
        match self {
            Self::Standard { max_level } if level as u32 <= *max_level => {
                eprintln!("[{}] {scope}: {message}", name(level));
            }
            Self::Standard { .. } => {}
            Self::Closure(closure) => border::catch((), || closure(level, scope, message)),
            Self::Foreign { sink, user_data, max_level } if level as u32 <= *max_level => {
                // SAFETY: the host's promise for its callback; the views live during the call.
                unsafe {
                    sink(user_data.0, level as u32, border::view(scope), border::view(message));
                }
            }
            Self::Foreign { .. } => {}
        }
    }
}

fn name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    }
}
