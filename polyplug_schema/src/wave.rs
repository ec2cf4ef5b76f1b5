//! Values as text, in WAVE, the component model's value encoding: `{name: "Ada", points: [1, 2]}`.
//!
//! `wasm-wave` writes and parses; `model` tells it about our types and values, and `reader` makes
//! values of what it parsed, so that an error names the place in the value and in the text.

mod error;
mod model;
mod reader;

pub use error::WaveError;

use crate::{Contract, Function, Type, UnknownFunction, Value};
use std::borrow::Cow;
use std::fmt;
use thiserror::Error;
use wasm_wave::untyped::{UntypedFuncCall, UntypedValue};
use wasm_wave::writer::Writer;

/// A call that was written as text: `greet("Ada", 3)`.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The id of the function.
    pub id: u32,
    /// The function.
    pub function: &'a Function,
    /// The arguments, one for each parameter.
    pub arguments: Vec<Value>,
}

/// Why a text is not a call of a contract.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CallError {
    /// It does not read, or an argument is not of its parameter's type.
    #[error(transparent)]
    Text(#[from] WaveError),
    /// The contract has no such function.
    #[error(transparent)]
    Function(#[from] UnknownFunction),
}

/// Writes `value` as WAVE.
pub(crate) fn write(value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    Writer::new(f).write_value(value).map_err(|_| fmt::Error)
}

/// The text with an end to its last comment: the parser does not survive an empty one at the end.
fn ended(text: &str) -> Cow<'_, str> {
    if text.ends_with("//") { format!("{text}\n").into() } else { text.into() }
}

impl Value {
    /// The value of `ty` that `text` is in WAVE.
    ///
    /// # Errors
    /// The text does not read, or is not of the type.
    pub fn from_wave(text: &str, ty: &Type) -> Result<Self, WaveError> {
        let ended = ended(text);
        let parsed =
            UntypedValue::parse(&ended).map_err(|error| WaveError::syntax(text, &error))?;
        reader::value(parsed.node(), ty, text).map_err(|wrong| WaveError::value(text, wrong))
    }
}

impl Contract {
    /// The call that `text` is: the name of a function and its arguments in WAVE, as in
    /// `greet("Ada", 3)`. Options at the end may be left out.
    ///
    /// # Errors
    /// The text does not read, the contract has no such function, or an argument is not of its
    /// parameter's type.
    pub fn parse_call(&self, text: &str) -> Result<Call<'_>, CallError> {
        let ended = ended(text);
        let parsed = UntypedFuncCall::parse(&ended)
            .map_err(|error| WaveError::syntax(text, &error).calling(self.identity()))?;
        let (id, function) = self.function(parsed.name())?;
        let arguments =
            reader::arguments(parsed.params_node(), function, text).map_err(|wrong| {
                WaveError::value(text, wrong).calling(format!(
                    "{} {}",
                    self.identity(),
                    function.name()
                ))
            })?;
        Ok(Call { id, function, arguments })
    }
}

#[cfg(test)]
mod tests;
