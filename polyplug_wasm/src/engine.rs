//! The compiler and the settings that all components of a loader share.

use crate::config::WasmConfig;
use wasmtime::{Config, Engine};

/// The engine of a loader.
///
/// # Errors
/// This machine cannot run compiled code.
pub(crate) fn engine(config: &WasmConfig) -> wasmtime::Result<Engine> {
    let mut settings = Config::new();
    settings.epoch_interruption(true);
    settings.max_wasm_stack(config.stack);
    settings.memory_init_cow(true);
    settings.parallel_compilation(true);
    settings.wasm_component_model(true);
    settings.wasm_component_model_fixed_length_lists(true);
    // There are no stacks of its own; only the check against the largest of ours is left.
    settings.async_stack_size(config.stack.saturating_mul(2));
    Engine::new(&settings)
}
