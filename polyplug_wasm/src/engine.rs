//! The compiler and the settings that all components of a loader share.

use crate::config::WasmConfig;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How many stores there can be at once that are made for one call: calls of one bundle come one after
/// the other, so these are the bundles that are inside at one time. Each takes 4 GiB of addresses.
const POOLED_STORES: u32 = 64;
/// What one of them may have; a component that needs more is served without the pool.
const POOLED_CORE_INSTANCES: u32 = 16;
const POOLED_TABLE_ELEMENTS: usize = 20_000;
/// How much of a memory or a table is zeroed for the next store instead of being given back.
const KEPT_RESIDENT: usize = 64 << 10;

/// The engine of a loader.
///
/// # Errors
/// This machine cannot run compiled code.
pub(crate) fn engine(config: &WasmConfig) -> wasmtime::Result<Engine> {
    Engine::new(&settings(config))
}

/// An engine whose stores come from a pool, for stores that live as long as one call.
///
/// # Errors
/// There are not enough addresses for it.
pub(crate) fn pooled(config: &WasmConfig) -> wasmtime::Result<Engine> {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(POOLED_STORES)
        .total_core_instances(POOLED_STORES * POOLED_CORE_INSTANCES)
        .total_memories(POOLED_STORES)
        .total_tables(POOLED_STORES * 2)
        .total_stacks(1)
        .table_elements(POOLED_TABLE_ELEMENTS)
        .linear_memory_keep_resident(KEPT_RESIDENT)
        .table_keep_resident(KEPT_RESIDENT);
    let mut settings = settings(config);
    settings.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&settings)
}

fn settings(config: &WasmConfig) -> Config {
    let mut settings = Config::new();
    settings.epoch_interruption(true);
    settings.max_wasm_stack(config.stack);
    settings.memory_init_cow(true);
    settings.parallel_compilation(true);
    settings.wasm_component_model(true);
    settings.wasm_component_model_fixed_length_lists(true);
    // Also where a host's own use of wasmtime brings it in: arguments of an async lowering are laid out
    // in another way than plans expect (`outgoing`).
    settings.concurrency_support(false);
    // There are no stacks of its own; only the check against the largest of ours is left.
    settings.async_stack_size(config.stack.saturating_mul(2));
    settings
}
