//! What can be wrong with what a bundle provides: it differs from the manifest, or from the version that runs.

use super::wording::{difference, provided_instead};
use thiserror::Error;

/// What a bundle provides is not what it has to.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ProvidedError {
    /// The manifest's `function_count` differs from what was registered.
    #[error(
        "bundle `{bundle}`: manifest says that `{contract}` has {stated} functions, but {registered} were registered; \
         correct `function_count` or the code"
    )]
    FunctionCountMismatch {
        /// The bundle's name.
        bundle: String,
        /// The contract, as `name@major`.
        contract: String,
        /// What the manifest says.
        stated: u32,
        /// What was registered.
        registered: u32,
    },

    /// The manifest's `provides` differs from what was registered.
    #[error(
        "bundle `{bundle}`: `provides` and the code differ: {}; correct `provides` or the code",
        difference(missing, unexpected)
    )]
    ProvidesMismatch {
        /// The bundle's name.
        bundle: String,
        /// In the manifest, but not registered.
        missing: Vec<String>,
        /// Registered, but not in the manifest.
        unexpected: Vec<String>,
    },

    /// A new version has fewer functions than the running one (Strict).
    #[error(
        "bundle `{bundle}`: `{contract}` had {had} functions and has {has} after the change; \
         keep the functions, and provide what is new as a contract of the next major"
    )]
    FunctionsLost {
        /// The bundle's name.
        bundle: String,
        /// The contract, as `name@major`.
        contract: String,
        /// Functions of the running version.
        had: u32,
        /// Functions of the refused version.
        has: u32,
    },

    /// A new version no longer provides a contract of the running one (Strict).
    #[error(
        "bundle `{bundle}` no longer provides `{contract}`{}; keep it, or unload the bundle",
        provided_instead(instead)
    )]
    ContractLost {
        /// The bundle's name.
        bundle: String,
        /// The contract, as `name@major`.
        contract: String,
        /// What the new version provides by the same name, with another major.
        instead: Vec<String>,
    },
}
