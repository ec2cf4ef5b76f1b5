//! The numbers of failure. The constants are what crosses and what the header shows; the enum is
//! for Rust code and takes its values from them. A number is never used again for something else.
//!
//! 0-9 and 100-102 are fixed by the ABI, 10-99 and 103-255 are assigned here, 256 and up belong to
//! plugins and pass through unchanged.

/// Success.
pub const ERROR_OK: u32 = 0;
/// A failure without a number of its own; the message says what.
pub const ERROR_GENERIC: u32 = 1;
/// The buffer of the caller is too small.
pub const ERROR_BUFFER_TOO_SMALL: u32 = 2;
/// A panic or an uncaught exception was stopped at the border.
pub const ERROR_PANIC: u32 = 3;
/// Nothing has this name, id or path.
pub const ERROR_NOT_FOUND: u32 = 4;
/// What the handle or the instance named was unloaded or destroyed.
pub const ERROR_STALE_HANDLE: u32 = 5;
/// The contract has no function with this id, or its present version lacks it.
pub const ERROR_FUNCTION_NOT_AVAILABLE: u32 = 6;
/// The bundle registered the same contract twice.
pub const ERROR_DUPLICATE_PROVIDER: u32 = 7;
/// A pointer is null or misaligned.
pub const ERROR_INVALID_POINTER: u32 = 8;
/// Not allowed from inside a call, a callback, a constructor or a pin.
pub const ERROR_REENTRANT_CALL: u32 = 9;
/// The call ran past its time limit and was stopped.
pub const ERROR_TIMED_OUT: u32 = 10;
/// The bundle asked for more memory than its limit.
pub const ERROR_MEMORY_LIMIT: u32 = 11;
/// The plugin was built for another version of this ABI.
pub const ERROR_ABI_MISMATCH: u32 = 12;
/// A signature is missing or not by a trusted key.
pub const ERROR_SIGNATURE_REJECTED: u32 = 13;
/// Instances that cannot be handed over are still alive.
pub const ERROR_INSTANCES_ALIVE: u32 = 14;
/// An argument has a value that the function does not take.
pub const ERROR_INVALID_ARGUMENT: u32 = 15;
/// Waiting would close a cycle of bundles that wait for each other.
pub const ERROR_WOULD_DEADLOCK: u32 = 16;
/// What had to become free did not within the drain timeout.
pub const ERROR_BUSY: u32 = 17;
/// The runtime was created with reloading off.
pub const ERROR_HOT_RELOAD_DISABLED: u32 = 18;
/// The bundle is not loaded.
pub const ERROR_BUNDLE_NOT_LOADED: u32 = 19;
/// A bundle of this name is loaded already.
pub const ERROR_DUPLICATE_BUNDLE: u32 = 20;
/// The manifest cannot be read or says something impossible.
pub const ERROR_MANIFEST_INVALID: u32 = 21;
/// A bundle or contract that the bundle needs is missing.
pub const ERROR_DEPENDENCY_UNMET: u32 = 22;
/// The contract is there, but in a version that does not fit.
pub const ERROR_VERSION_MISMATCH: u32 = 23;
/// The loader could not start the bundle.
pub const ERROR_LOAD_FAILED: u32 = 24;
/// The call belongs on another thread.
pub const ERROR_WRONG_THREAD: u32 = 25;
/// An earlier call never came back, so the bundle cannot be entered.
pub const ERROR_STUCK: u32 = 26;
/// Two different names have the same id.
pub const ERROR_ID_COLLISION: u32 = 27;
/// A bug of the runtime itself.
pub const ERROR_INTERNAL: u32 = 28;
/// No loader of the name that the manifest gives is registered.
pub const ERROR_NO_LOADER: u32 = 29;
/// A path leads out of the folder of the bundle.
pub const ERROR_PATH_ESCAPE: u32 = 30;
/// The bundle does not provide what its manifest declares.
pub const ERROR_CONTRACT_MISMATCH: u32 = 31;
/// The two sides describe the contract's functions differently.
pub const ERROR_SHAPE_MISMATCH: u32 = 32;
/// The change must wait until the host declares that no thread is inside a raw native call.
pub const ERROR_NEEDS_QUIESCENCE: u32 = 33;
/// The bundle's file is no library that this machine can open.
pub const ERROR_LIBRARY_UNUSABLE: u32 = 34;
/// The bundle's library lacks a function that every plugin exports.
pub const ERROR_SYMBOL_MISSING: u32 = 35;
/// The bundle's libraries could not be copied to where they are opened: no room, no right.
pub const ERROR_COPY_FAILED: u32 = 36;
/// The description of a contract is missing or does not read.
pub const ERROR_DESCRIPTION_INVALID: u32 = 37;
/// Nobody says what the contract looks like.
pub const ERROR_UNDESCRIBED: u32 = 38;
/// A value is not of the type that the contract's description asks for.
pub const ERROR_VALUE_INVALID: u32 = 39;
/// The bundle asks for a capability that the host did not grant.
pub const ERROR_CAPABILITY_DENIED: u32 = 40;
/// The host's callback did not let the bundle in.
pub const ERROR_ADMISSION_DENIED: u32 = 41;
/// The host registered no contract of this id.
pub const ERROR_HOST_CONTRACT_NOT_FOUND: u32 = 100;
/// The host's contract has a version that does not fit.
pub const ERROR_HOST_CONTRACT_VERSION_MISMATCH: u32 = 101;
/// A function of a host contract failed.
pub const ERROR_HOST_CONTRACT_CALL_FAILED: u32 = 102;
/// The first number that plugins use as they like; it and all above pass through unchanged.
pub const ERROR_FIRST_OF_PLUGINS: u32 = 256;

/// A number of failure that the runtime knows.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AbiErrorCode {
    /// Success.
    Ok = ERROR_OK,
    /// A failure without a number of its own.
    Generic = ERROR_GENERIC,
    /// The buffer of the caller is too small.
    BufferTooSmall = ERROR_BUFFER_TOO_SMALL,
    /// A panic was stopped at the border.
    Panic = ERROR_PANIC,
    /// Nothing has this name, id or path.
    NotFound = ERROR_NOT_FOUND,
    /// What the handle named is gone.
    StaleHandle = ERROR_STALE_HANDLE,
    /// No function has this id.
    FunctionNotAvailable = ERROR_FUNCTION_NOT_AVAILABLE,
    /// The bundle registered a contract twice.
    DuplicateProvider = ERROR_DUPLICATE_PROVIDER,
    /// A pointer is null or misaligned.
    InvalidPointer = ERROR_INVALID_POINTER,
    /// Not allowed at this depth of calls.
    ReentrantCall = ERROR_REENTRANT_CALL,
    /// The call was stopped at its time limit.
    TimedOut = ERROR_TIMED_OUT,
    /// The memory limit of the bundle.
    MemoryLimit = ERROR_MEMORY_LIMIT,
    /// Built for another ABI version.
    AbiMismatch = ERROR_ABI_MISMATCH,
    /// No signature by a trusted key.
    SignatureRejected = ERROR_SIGNATURE_REJECTED,
    /// Instances are still alive.
    InstancesAlive = ERROR_INSTANCES_ALIVE,
    /// An argument is not acceptable.
    InvalidArgument = ERROR_INVALID_ARGUMENT,
    /// Waiting would never end.
    WouldDeadlock = ERROR_WOULD_DEADLOCK,
    /// Still in use at the timeout.
    Busy = ERROR_BUSY,
    /// Reloading is off.
    HotReloadDisabled = ERROR_HOT_RELOAD_DISABLED,
    /// The bundle is not loaded.
    BundleNotLoaded = ERROR_BUNDLE_NOT_LOADED,
    /// The bundle is loaded already.
    DuplicateBundle = ERROR_DUPLICATE_BUNDLE,
    /// The manifest cannot be used.
    ManifestInvalid = ERROR_MANIFEST_INVALID,
    /// Something it needs is missing.
    DependencyUnmet = ERROR_DEPENDENCY_UNMET,
    /// The version does not fit.
    VersionMismatch = ERROR_VERSION_MISMATCH,
    /// The bundle could not be started.
    LoadFailed = ERROR_LOAD_FAILED,
    /// The call belongs on another thread.
    WrongThread = ERROR_WRONG_THREAD,
    /// An earlier call never came back.
    Stuck = ERROR_STUCK,
    /// Two names have one id.
    IdCollision = ERROR_ID_COLLISION,
    /// A bug of the runtime.
    Internal = ERROR_INTERNAL,
    /// No such loader.
    NoLoader = ERROR_NO_LOADER,
    /// A path leaves the bundle.
    PathEscape = ERROR_PATH_ESCAPE,
    /// Other contracts than declared.
    ContractMismatch = ERROR_CONTRACT_MISMATCH,
    /// The functions differ in shape.
    ShapeMismatch = ERROR_SHAPE_MISMATCH,
    /// Only in a quiescent moment.
    NeedsQuiescence = ERROR_NEEDS_QUIESCENCE,
    /// No library for this machine.
    LibraryUnusable = ERROR_LIBRARY_UNUSABLE,
    /// A plugin without one of its functions.
    SymbolMissing = ERROR_SYMBOL_MISSING,
    /// No private copy could be made.
    CopyFailed = ERROR_COPY_FAILED,
    /// A description that is missing or does not read.
    DescriptionInvalid = ERROR_DESCRIPTION_INVALID,
    /// A contract without a description.
    Undescribed = ERROR_UNDESCRIBED,
    /// A value of another type than the description's.
    ValueInvalid = ERROR_VALUE_INVALID,
    /// A capability that was asked for and not granted.
    CapabilityDenied = ERROR_CAPABILITY_DENIED,
    /// A bundle that the host's callback did not let in.
    AdmissionDenied = ERROR_ADMISSION_DENIED,
    /// No such host contract.
    HostContractNotFound = ERROR_HOST_CONTRACT_NOT_FOUND,
    /// The host's version does not fit.
    HostContractVersionMismatch = ERROR_HOST_CONTRACT_VERSION_MISMATCH,
    /// A host function failed.
    HostContractCallFailed = ERROR_HOST_CONTRACT_CALL_FAILED,
}

impl AbiErrorCode {
    /// The code with the number `code`; `None` for a number that is not assigned or belongs to a
    /// plugin.
    pub const fn from_u32(code: u32) -> Option<Self> {
        Some(match code {
            ERROR_OK => Self::Ok,
            ERROR_GENERIC => Self::Generic,
            ERROR_BUFFER_TOO_SMALL => Self::BufferTooSmall,
            ERROR_PANIC => Self::Panic,
            ERROR_NOT_FOUND => Self::NotFound,
            ERROR_STALE_HANDLE => Self::StaleHandle,
            ERROR_FUNCTION_NOT_AVAILABLE => Self::FunctionNotAvailable,
            ERROR_DUPLICATE_PROVIDER => Self::DuplicateProvider,
            ERROR_INVALID_POINTER => Self::InvalidPointer,
            ERROR_REENTRANT_CALL => Self::ReentrantCall,
            ERROR_TIMED_OUT => Self::TimedOut,
            ERROR_MEMORY_LIMIT => Self::MemoryLimit,
            ERROR_ABI_MISMATCH => Self::AbiMismatch,
            ERROR_SIGNATURE_REJECTED => Self::SignatureRejected,
            ERROR_INSTANCES_ALIVE => Self::InstancesAlive,
            ERROR_INVALID_ARGUMENT => Self::InvalidArgument,
            ERROR_WOULD_DEADLOCK => Self::WouldDeadlock,
            ERROR_BUSY => Self::Busy,
            ERROR_HOT_RELOAD_DISABLED => Self::HotReloadDisabled,
            ERROR_BUNDLE_NOT_LOADED => Self::BundleNotLoaded,
            ERROR_DUPLICATE_BUNDLE => Self::DuplicateBundle,
            ERROR_MANIFEST_INVALID => Self::ManifestInvalid,
            ERROR_DEPENDENCY_UNMET => Self::DependencyUnmet,
            ERROR_VERSION_MISMATCH => Self::VersionMismatch,
            ERROR_LOAD_FAILED => Self::LoadFailed,
            ERROR_WRONG_THREAD => Self::WrongThread,
            ERROR_STUCK => Self::Stuck,
            ERROR_ID_COLLISION => Self::IdCollision,
            ERROR_INTERNAL => Self::Internal,
            ERROR_NO_LOADER => Self::NoLoader,
            ERROR_PATH_ESCAPE => Self::PathEscape,
            ERROR_CONTRACT_MISMATCH => Self::ContractMismatch,
            ERROR_SHAPE_MISMATCH => Self::ShapeMismatch,
            ERROR_NEEDS_QUIESCENCE => Self::NeedsQuiescence,
            ERROR_LIBRARY_UNUSABLE => Self::LibraryUnusable,
            ERROR_SYMBOL_MISSING => Self::SymbolMissing,
            ERROR_COPY_FAILED => Self::CopyFailed,
            ERROR_DESCRIPTION_INVALID => Self::DescriptionInvalid,
            ERROR_UNDESCRIBED => Self::Undescribed,
            ERROR_VALUE_INVALID => Self::ValueInvalid,
            ERROR_CAPABILITY_DENIED => Self::CapabilityDenied,
            ERROR_ADMISSION_DENIED => Self::AdmissionDenied,
            ERROR_HOST_CONTRACT_NOT_FOUND => Self::HostContractNotFound,
            ERROR_HOST_CONTRACT_VERSION_MISMATCH => Self::HostContractVersionMismatch,
            ERROR_HOST_CONTRACT_CALL_FAILED => Self::HostContractCallFailed,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{AbiErrorCode, ERROR_FIRST_OF_PLUGINS};

    #[test]
    fn every_known_number_comes_back_as_itself() {
        let known: Vec<u32> = (0..ERROR_FIRST_OF_PLUGINS)
            .filter_map(AbiErrorCode::from_u32)
            .map(|code| code as u32)
            .collect();
        let assigned: Vec<u32> = (0..=41).chain(100..=102).collect();
        assert_eq!(known, assigned);
    }

    #[test]
    fn numbers_of_plugins_are_not_ours() {
        for code in [ERROR_FIRST_OF_PLUGINS, 1000, u32::MAX] {
            assert_eq!(AbiErrorCode::from_u32(code), None, "{code}");
        }
    }
}
