//! What a host may say about all its components.

use crate::cache::CacheConfig;
use std::time::Duration;

/// The settings of a [`WasmLoader`](crate::WasmLoader); a bundle's manifest comes first.
///
/// ```
/// use polyplug_wasm::WasmConfig;
/// use std::time::Duration;
///
/// let mut config = WasmConfig::default();
/// config.default_call_time = Some(Duration::from_millis(500));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WasmConfig {
    /// How long one call may take, constructors and start included, where neither the manifest nor the
    /// runtime has a `call_ms`. `None`: without end. Default: two seconds.
    pub default_call_time: Option<Duration>,
    /// How many bytes the memories and tables of one store may have together, where neither the manifest
    /// nor the runtime has a `memory`. `None`: as many as there are. Default: 256 MiB.
    pub default_memory: Option<u64>,
    /// How many elements one table may have. Default: 100,000.
    pub table_elements: usize,
    /// How many core instances, memories and tables one store may have, of each. Default: 1,000.
    pub core_instances: usize,
    /// How much of a thread's stack a guest may use, in bytes. A thread that has less left, and some
    /// more for what the guest calls, is told so instead of being let in. Default: 512 KiB.
    pub stack: usize,
    /// Where compiled components are kept. Default: in the user's folder for caches, at most 512 MiB.
    pub cache: CacheConfig,
}

impl Default for WasmConfig {
    fn default() -> Self {
        Self {
            default_call_time: Some(Duration::from_millis(2_000)),
            default_memory: Some(256 << 20),
            table_elements: 100_000,
            core_instances: 1_000,
            stack: 512 << 10,
            cache: CacheConfig::default(),
        }
    }
}
