//! What can be wrong with the description of a contract, or between a description and the code.

use super::printable;
use polyplug_schema::{Incompatible, WitError};
use std::sync::Arc;
use thiserror::Error;

/// What can be wrong with the description of a contract.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum DescriptionError {
    /// The WIT of a bundle or of the host does not read.
    #[error("{owner}: its description does not read: {reason}")]
    Unreadable {
        /// Whose description it is: "bundle `x`" or "the host".
        owner: String,
        /// What is wrong, with file, line and column.
        reason: Arc<WitError>,
    },

    /// `wit` in the manifest names nothing.
    #[error(
        "bundle `{bundle}`: there is no WIT in `{path}`, which its manifest names; put a .wit file there, or \
         remove `wit`",
        path = printable(path)
    )]
    Missing {
        /// The bundle's name.
        bundle: String,
        /// `wit`, as the manifest has it.
        path: String,
    },

    /// Two descriptions of one contract differ.
    #[error(
        "bundle `{bundle}` and {other} describe `{contract}` differently: {difference}; agree on one, or raise \
         the major version"
    )]
    Conflict {
        /// The bundle that was refused.
        bundle: String,
        /// Who else describes it.
        other: String,
        /// The contract, as `name@major`.
        contract: String,
        /// Both signatures of every function that differs.
        difference: Box<Incompatible>,
    },

    /// The bundle's new description differs from the one that it runs with.
    #[error(
        "bundle `{bundle}`: the shape of `{contract}` changed: {difference}; keep it, or raise the major version"
    )]
    Changed {
        /// The bundle's name.
        bundle: String,
        /// The contract, as `name@major`.
        contract: String,
        /// Both signatures of every function that differs.
        difference: Box<Incompatible>,
    },

    /// The code has another shape than a description that is known by its hash.
    #[error(
        "bundle `{bundle}`: its `{contract}` has the shape {built:#018X}, but {described} is {shape:#018X}; build both \
         from one description"
    )]
    BuiltForAnother {
        /// The bundle's name.
        bundle: String,
        /// The contract, as `name@major`.
        contract: String,
        /// The shape hash of the code.
        built: u64,
        /// Whose description it was compared with.
        described: String,
        /// The shape hash of that description.
        shape: u64,
    },

    /// Functions of the description are not in the code.
    #[error(
        "bundle `{bundle}`: `{contract}` is described with {described} functions, but the code has {registered}: \
         `{function}` is missing; add it, or remove it from the description"
    )]
    FunctionMissing {
        /// The bundle's name.
        bundle: String,
        /// The contract, as `name@major`.
        contract: String,
        /// The first function that is missing.
        function: String,
        /// How many functions the description has.
        described: u32,
        /// How many were registered.
        registered: u32,
    },

    /// The bundle's WIT describes another major version than its code provides.
    #[error(
        "bundle `{bundle}` provides `{contract}`, but its WIT describes `{described}`; write one major version \
         in both"
    )]
    OtherMajor {
        /// The bundle's name.
        bundle: String,
        /// What the code provides, as `name@major`.
        contract: String,
        /// What the WIT describes, as `name@major`.
        described: String,
    },

    /// Nobody says what the contract looks like.
    #[error(
        "`{contract}` has no description; name its WIT as `wit` in the manifest of `{bundle}`, or give it to the \
         runtime with `RuntimeBuilder::wit`"
    )]
    Undescribed {
        /// The contract, as `name@major`.
        contract: String,
        /// The bundle that provides it, or "the host".
        bundle: String,
    },
}
