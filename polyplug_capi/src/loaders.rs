//! The loaders that this library was built with: one cargo feature each.

use polyplug::runtime::RuntimeBuilder;

/// The names of the loaders.
pub(crate) const NAMES: &[&str] = &[
    #[cfg(feature = "lua")]
    "lua",
];

/// Gives the builder all of them.
pub(crate) fn add_to(builder: RuntimeBuilder) -> RuntimeBuilder {
    add_lua(builder)
}

#[cfg(feature = "lua")]
fn add_lua(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder.loader(polyplug_lua::LuaLoader::default())
}

#[cfg(not(feature = "lua"))]
fn add_lua(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder
}
