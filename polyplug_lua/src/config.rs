//! What a host may say about all its Lua bundles.

use std::time::Duration;

/// The settings of a [`LuaLoader`](crate::LuaLoader); a bundle's manifest comes first.
///
/// ```
/// use polyplug_lua::LuaConfig;
/// use std::time::Duration;
///
/// let mut config = LuaConfig::default();
/// config.default_call_time = Some(Duration::from_millis(2_000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LuaConfig {
    /// How long one outermost call may take, constructors and start included, where the manifest
    /// has no `[limits] call_ms`. `None`: without end.
    pub default_call_time: Option<Duration>,
    /// How many bytes one VM may use, where the manifest has no `[limits] memory`. `None`: as many
    /// as there are.
    pub default_memory: Option<u64>,
    /// Whether bundles whose manifest has no `[lua] sandbox` are sandboxed.
    pub sandbox_by_default: bool,
    /// Whether LuaJIT may make machine code, where the manifest has no `[lua] jit`.
    pub jit_by_default: bool,
}

impl Default for LuaConfig {
    fn default() -> Self {
        Self {
            default_call_time: None,
            default_memory: None,
            sandbox_by_default: false,
            jit_by_default: true,
        }
    }
}
