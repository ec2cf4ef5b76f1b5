//! Why a dynamic call failed.

use crate::dispatch::CallError;
use crate::error::RuntimeError;
use polyplug_abi::AbiErrorCode;
use polyplug_schema::{Contract, Function, Problem, UnknownFunction, ValueError, WaveError};
use thiserror::Error;

/// Why a dynamic call failed.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum DynamicCallError {
    /// There is no such contract, or nobody described it.
    #[error(transparent)]
    Contract(#[from] RuntimeError),

    /// The contract has no function of this name.
    #[error(transparent)]
    Function(#[from] UnknownFunction),

    /// The text is no call.
    #[error(transparent)]
    Text(#[from] WaveError),

    /// A value is not of its type: an argument, or what the function gave.
    #[error("{of}: {error}")]
    Value {
        /// The contract and the function's signature; empty while it is being found out.
        of: String,
        /// Which value, what was expected, and what was there.
        error: Box<ValueError>,
    },

    /// The call was made and failed, or could not be made.
    #[error(transparent)]
    Call(#[from] Box<CallError>),
}

impl DynamicCallError {
    /// The `AbiErrorCode` of this error, as C sees it, or the plugin's own number.
    pub fn code(&self) -> u32 {
        match self {
            Self::Contract(error) => error.code(),
            Self::Function(_) => AbiErrorCode::FunctionNotAvailable as u32,
            Self::Text(_) | Self::Value { .. } => AbiErrorCode::ValueInvalid as u32,
            Self::Call(error) => error.code,
        }
    }

    /// The same error, saying in which function it happened.
    pub(super) fn of(self, contract: &Contract, function: &Function) -> Self {
        match self {
            Self::Value { error, .. } => {
                Self::Value { of: format!("{} {function}", contract.identity()), error }
            }
            other => other,
        }
    }
}

impl From<ValueError> for DynamicCallError {
    fn from(error: ValueError) -> Self {
        Self::Value { of: String::new(), error: Box::new(error) }
    }
}

impl From<Problem> for DynamicCallError {
    fn from(problem: Problem) -> Self {
        ValueError::from(problem).into()
    }
}

impl From<polyplug_schema::CallError> for DynamicCallError {
    fn from(error: polyplug_schema::CallError) -> Self {
        match error {
            polyplug_schema::CallError::Text(error) => Self::Text(error),
            polyplug_schema::CallError::Function(error) => Self::Function(error),
        }
    }
}
