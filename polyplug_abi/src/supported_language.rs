//! The languages that bundles are written in. The core treats them all the same; the number is for
//! tools.

/// Rust.
pub const LANGUAGE_RUST: u32 = 0;
/// C or C++.
pub const LANGUAGE_CPP: u32 = 1;
/// A language of .NET.
pub const LANGUAGE_DOTNET: u32 = 2;
/// Python.
pub const LANGUAGE_PYTHON: u32 = 3;
/// Lua.
pub const LANGUAGE_LUA: u32 = 4;
/// JavaScript.
pub const LANGUAGE_JAVASCRIPT: u32 = 5;
/// Anything that compiles to WebAssembly components.
pub const LANGUAGE_WASM: u32 = 6;

/// The language of a bundle.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SupportedLanguage {
    /// Rust.
    Rust = LANGUAGE_RUST,
    /// C or C++.
    Cpp = LANGUAGE_CPP,
    /// A language of .NET.
    Dotnet = LANGUAGE_DOTNET,
    /// Python.
    Python = LANGUAGE_PYTHON,
    /// Lua.
    Lua = LANGUAGE_LUA,
    /// JavaScript.
    JavaScript = LANGUAGE_JAVASCRIPT,
    /// Anything that compiles to WebAssembly components.
    Wasm = LANGUAGE_WASM,
}

impl SupportedLanguage {
    /// The one with the number `value`; `None` for a number that means nothing.
    pub const fn from_u32(value: u32) -> Option<Self> {
        match value {
            LANGUAGE_RUST => Some(Self::Rust),
            LANGUAGE_CPP => Some(Self::Cpp),
            LANGUAGE_DOTNET => Some(Self::Dotnet),
            LANGUAGE_PYTHON => Some(Self::Python),
            LANGUAGE_LUA => Some(Self::Lua),
            LANGUAGE_JAVASCRIPT => Some(Self::JavaScript),
            LANGUAGE_WASM => Some(Self::Wasm),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SupportedLanguage;

    #[test]
    fn exactly_the_assigned_numbers_convert() {
        for value in 0..=6 {
            assert_eq!(SupportedLanguage::from_u32(value).map(|known| known as u32), Some(value));
        }
        for value in [7, 256, u32::MAX] {
            assert_eq!(SupportedLanguage::from_u32(value), None, "{value}");
        }
    }
}
