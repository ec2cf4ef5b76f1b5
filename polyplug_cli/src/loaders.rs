//! The loaders that this build has.

use polyplug::loader::manifest::Limits;
use polyplug::runtime::RuntimeBuilder;
use std::time::Duration;

/// How long one call of a script may take where its manifest does not say: long enough for any
/// start, short enough that a person who saved an endless loop sees it stopped.
const CALL_TIME: Duration = Duration::from_millis(2_000);

/// A builder with every loader of this build, and the limits that the commands give to scripts.
pub(crate) fn builder() -> RuntimeBuilder {
    let limits = Limits { call_time: Some(CALL_TIME), ..Limits::default() };
    let builder = RuntimeBuilder::new().default_limits(limits);
    #[cfg(feature = "lua")]
    let builder = builder.loader(polyplug_lua::LuaLoader::default());
    #[cfg(feature = "native")]
    let builder = builder.loader(polyplug_native::NativeLoader::default());
    builder
}
