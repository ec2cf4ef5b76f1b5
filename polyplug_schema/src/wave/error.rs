//! Why a text is not a value.

use crate::ValueError;
use crate::excerpt::Excerpt;
use crate::wave::reader::Wrong;
use std::fmt;
use wasm_wave::parser::ParserError;

/// Why a text is not a value of a type.
///
/// It prints as a message, then the line of the text with carets below. If the text is a call, the
/// message begins with what is called.
#[derive(Clone, Debug, PartialEq)]
pub struct WaveError {
    called: Option<String>,
    reason: Reason,
    excerpt: Excerpt,
}

#[derive(Clone, Debug, PartialEq)]
enum Reason {
    Syntax(String),
    Value(ValueError),
}

impl WaveError {
    pub(super) fn syntax(text: &str, error: &ParserError) -> Self {
        let message = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        let excerpt = Excerpt::new(text, error.span());
        Self { called: None, reason: Reason::Syntax(message), excerpt }
    }

    pub(super) fn value(text: &str, wrong: Wrong) -> Self {
        let excerpt = Excerpt::new(text, wrong.span);
        Self { called: None, reason: Reason::Value(wrong.error), excerpt }
    }

    /// The same error, in a call of `called`.
    pub(super) fn calling(self, called: String) -> Self {
        Self { called: Some(called), ..self }
    }

    /// Line and column, both from 1.
    pub fn location(&self) -> (usize, usize) {
        (self.excerpt.line, self.excerpt.column)
    }

    /// The place in the value and what is wrong there, if the text reads.
    pub fn value_error(&self) -> Option<&ValueError> {
        match &self.reason {
            Reason::Value(error) => Some(error),
            Reason::Syntax(_) => None,
        }
    }
}

impl fmt::Display for WaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(called) = &self.called {
            write!(f, "{called}: ")?;
        }
        match &self.reason {
            Reason::Syntax(message) => f.write_str(message)?,
            Reason::Value(error) => error.fmt(f)?,
        }
        write!(f, "\n{}", self.excerpt)
    }
}

impl std::error::Error for WaveError {}
