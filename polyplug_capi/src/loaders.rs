//! The loaders that this library was built with: one cargo feature each.

use polyplug::runtime::RuntimeBuilder;

/// The names of the loaders.
pub(crate) const NAMES: &[&str] = &[
    #[cfg(feature = "lua")]
    "lua",
    #[cfg(feature = "native")]
    "native",
];

/// Gives the builder all of them.
pub(crate) fn add_to(builder: RuntimeBuilder) -> RuntimeBuilder {
    with_native(with_lua(builder))
}

#[cfg(feature = "lua")]
fn with_lua(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder.loader(polyplug_lua::LuaLoader::default())
}

#[cfg(not(feature = "lua"))]
fn with_lua(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder
}

#[cfg(feature = "native")]
fn with_native(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder.loader(polyplug_native::NativeLoader::default())
}

#[cfg(not(feature = "native"))]
fn with_native(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder
}
