//! What a host says to the runtime it creates, and hears from it. The same items stand at the
//! crate root.

pub use crate::{
    Compatibility, Ed25519PublicKey, HostApi, HostApiExtensions, LogLevel, LogSink, OnReload,
    ReloadPhase, ReloadPhaseType, RuntimeConfig, SignaturePolicy,
};
