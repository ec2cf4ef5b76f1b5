//! How important a log record is.

/// Something failed.
pub const LOG_ERROR: u32 = 1;
/// Something works but needs attention.
pub const LOG_WARN: u32 = 2;
/// A step that a person running the program wants to see.
pub const LOG_INFO: u32 = 3;
/// A detail for the author of a plugin.
pub const LOG_DEBUG: u32 = 4;
/// A detail for the author of the runtime.
pub const LOG_TRACE: u32 = 5;

/// How important a log record is; the more important, the smaller.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// Something failed.
    Error = LOG_ERROR,
    /// Something works but needs attention.
    Warn = LOG_WARN,
    /// A step that a person running the program wants to see.
    Info = LOG_INFO,
    /// A detail for the author of a plugin.
    Debug = LOG_DEBUG,
    /// A detail for the author of the runtime.
    Trace = LOG_TRACE,
}

impl LogLevel {
    /// The level with the number `value`. An unknown number counts as `Error`, so that no record is
    /// lost because of a number.
    pub const fn from_u32(value: u32) -> Self {
        match value {
            LOG_WARN => Self::Warn,
            LOG_INFO => Self::Info,
            LOG_DEBUG => Self::Debug,
            LOG_TRACE => Self::Trace,
            _ => Self::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LogLevel;

    #[test]
    fn every_level_comes_back_as_itself() {
        for value in 1..=5 {
            assert_eq!(LogLevel::from_u32(value) as u32, value);
        }
    }

    #[test]
    fn an_unknown_level_counts_as_error() {
        for value in [0, 6, 99, u32::MAX] {
            assert_eq!(LogLevel::from_u32(value), LogLevel::Error, "{value}");
        }
    }
}
