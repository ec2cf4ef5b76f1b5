//! The number by which each error crosses the C ABI.

use super::{DescriptionError, LoaderError, RegistryError, RuntimeError};
use polyplug_abi::AbiErrorCode;

impl RuntimeError {
    /// The `AbiErrorCode` of this error, as C sees it.
    pub fn code(&self) -> u32 {
        let code = match self {
            Self::Loader(error) => return error.code(),
            Self::Registry(error) => return error.code(),
            Self::Description(error) => return error.code(),
            Self::DependentFailed { reason, .. } => return reason.code(),
            Self::Manifest(_) | Self::BundleTampered { .. } => AbiErrorCode::ManifestInvalid,
            Self::ArtifactPathEscape { .. } => AbiErrorCode::PathEscape,
            Self::ContractNotFound { .. } | Self::BundleNotFound { .. } => AbiErrorCode::NotFound,
            Self::NoLoaderForName { .. } => AbiErrorCode::NoLoader,
            Self::DuplicateBundle { .. } => AbiErrorCode::DuplicateBundle,
            Self::DuplicateProvider { .. } | Self::HostContractExists { .. } => {
                AbiErrorCode::DuplicateProvider
            }
            Self::IdCollision { .. } => AbiErrorCode::IdCollision,
            Self::DependencyMissing { .. }
            | Self::DependencyCycle { .. }
            | Self::DependentsLoaded { .. } => AbiErrorCode::DependencyUnmet,
            Self::VersionTooOld { .. } => AbiErrorCode::VersionMismatch,
            Self::Provided(_) => AbiErrorCode::ContractMismatch,
            Self::HotReloadDisabled => AbiErrorCode::HotReloadDisabled,
            Self::ReloadUnsupported { .. } => AbiErrorCode::FunctionNotAvailable,
            Self::BundleNotLoaded { .. } => AbiErrorCode::BundleNotLoaded,
            Self::ReentrantCall { .. } => AbiErrorCode::ReentrantCall,
            Self::Busy { .. } | Self::ChangeInProgress { .. } => AbiErrorCode::Busy,
            Self::WrongThread { .. } => AbiErrorCode::WrongThread,
            Self::InstancesAlive { .. } => AbiErrorCode::InstancesAlive,
            Self::NeedsQuiescence { .. } => AbiErrorCode::NeedsQuiescence,
            Self::HandOverFailed { .. } => AbiErrorCode::LoadFailed,
            Self::SignatureRejected { .. } => AbiErrorCode::SignatureRejected,
            Self::AdmissionDenied { .. } => AbiErrorCode::AdmissionDenied,
            Self::CapabilitiesDenied { .. } => AbiErrorCode::CapabilityDenied,
            Self::InvalidPointer { .. } => AbiErrorCode::InvalidPointer,
            Self::InvalidArgument { .. } => AbiErrorCode::InvalidArgument,
            Self::Io { .. } | Self::Watch { .. } => AbiErrorCode::Generic,
            Self::Internal(_) => AbiErrorCode::Internal,
        };
        code as u32
    }
}

impl DescriptionError {
    /// The `AbiErrorCode` of this error, as C sees it.
    pub fn code(&self) -> u32 {
        let code = match self {
            Self::Unreadable { .. } | Self::Missing { .. } => AbiErrorCode::DescriptionInvalid,
            Self::Conflict { .. } | Self::Changed { .. } | Self::BuiltForAnother { .. } => {
                AbiErrorCode::ShapeMismatch
            }
            Self::FunctionMissing { .. } => AbiErrorCode::ContractMismatch,
            Self::OtherMajor { .. } | Self::Undescribed { .. } => AbiErrorCode::Undescribed,
        };
        code as u32
    }
}

impl LoaderError {
    /// The `AbiErrorCode` of this error, as C sees it.
    pub fn code(&self) -> u32 {
        match self {
            Self::Refused { reason, .. } => reason.code(),
            Self::InitFailed { .. } | Self::UnsupportedSource { .. } => {
                AbiErrorCode::LoadFailed as u32
            }
            Self::CodeUnusable { .. } => AbiErrorCode::LibraryUnusable as u32,
            Self::AbiMismatch { .. } => AbiErrorCode::AbiMismatch as u32,
            Self::SymbolMissing { .. } => AbiErrorCode::SymbolMissing as u32,
            Self::CopyFailed { .. } => AbiErrorCode::CopyFailed as u32,
            Self::InvalidSourceEncoding { .. } => AbiErrorCode::InvalidArgument as u32,
        }
    }
}

impl RegistryError {
    /// The `AbiErrorCode` of this error, as C sees it.
    pub fn code(&self) -> u32 {
        let code = match self {
            Self::NotFound { .. } | Self::UnknownBundle { .. } => AbiErrorCode::NotFound,
            Self::StaleHandle { .. } => AbiErrorCode::StaleHandle,
            Self::NotInvalidated { .. } => AbiErrorCode::Busy,
        };
        code as u32
    }
}
