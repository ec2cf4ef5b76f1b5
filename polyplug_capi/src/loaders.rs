//! The loaders that this library was built with: one cargo feature each.

use crate::egress::Egress;
use polyplug::runtime::RuntimeBuilder;

/// The names of the loaders.
pub(crate) const NAMES: &[&str] = &[
    #[cfg(feature = "lua")]
    "lua",
    #[cfg(feature = "native")]
    "native",
    #[cfg(feature = "wasm")]
    "wasm",
];

/// Gives the builder all of them.
#[cfg_attr(not(feature = "wasm"), expect(unused_variables, reason = "components alone send"))]
pub(crate) fn add_to(builder: RuntimeBuilder, egress: Egress) -> RuntimeBuilder {
    #[cfg(feature = "lua")]
    let builder = builder.loader(polyplug_lua::LuaLoader::default());
    #[cfg(feature = "native")]
    let builder = builder.loader(polyplug_native::NativeLoader::default());
    #[cfg(feature = "wasm")]
    let builder = builder.loader(egress.loader());
    builder
}
