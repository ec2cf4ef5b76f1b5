//! Why a function of the plugin failed.

use polyplug_abi::AbiErrorCode;

/// A failure with a number for programs and a text for people.
///
/// Every `std::error::Error` becomes one, so `?` works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: u32,
    message: String,
}

impl Error {
    /// A failure of the plugin's own kind; 256 and above are the plugin's to number.
    pub fn new(code: u32, message: impl Into<String>) -> Self {
        // Code 0 would be success.
        let code = if code == 0 { AbiErrorCode::Generic as u32 } else { code };
        Self { code, message: message.into() }
    }

    pub(crate) fn of_kind(code: AbiErrorCode, message: impl Into<String>) -> Self {
        Self::new(code as u32, message)
    }

    /// The number.
    pub fn code(&self) -> u32 {
        self.code
    }

    /// The text.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(reason) = source {
            message.push_str(": ");
            message.push_str(&reason.to_string());
            source = reason.source();
        }
        Self::of_kind(AbiErrorCode::Generic, message)
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn an_error_is_never_success() {
        assert_eq!(Error::new(0, "none").code(), 1);
        assert_eq!(Error::new(300, "own").code(), 300);
    }

    #[test]
    fn every_error_keeps_its_text() {
        let error = Error::from("x".parse::<u32>().unwrap_err());
        assert_eq!(error.message(), "invalid digit found in string");
    }
}
