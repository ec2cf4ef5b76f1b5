//! The types that plugins and hosts exchange, under one name. The same items stand at the crate
//! root.

pub use crate::{
    AbiError, AbiErrorCode, ArenaOverflowBlock, Array, Buffer, BundleId, BundleInitContext,
    CallArena, DependencyInfo, DispatchMechanisms, DispatchType, GuestContractHandle,
    GuestContractId, GuestContractInstance, GuestContractInterface, HostApi, HostApiExtensions,
    HostContractId, HostContractInstance, HostContractInterface, LogLevel, NativeDispatch,
    PluginDescriptor, StringView, SupportedLanguage, Version, VmDispatch, VmLoaderData,
};
