//! What holds for every loader, written once and run for each: `topic::language::sentence`.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

/// Runs the functions of a module, which take a language, for every language.
macro_rules! for_each_language {
    ($($sentence:ident),+ $(,)?) => {
        for_each_language!(@ scripted, Scripted, $($sentence),+);
        for_each_language!(@ lua, Lua, $($sentence),+);
        for_each_language!(@ native, Native, $($sentence),+);
        #[cfg(feature = "wasm")]
        for_each_language!(@ wasm, Wasm, $($sentence),+);
    };
    (@ $module:ident, $language:ident, $($sentence:ident),+) => {
        mod $module {
            $(
                #[test]
                fn $sentence() {
                    super::$sentence(&polyplug_tests::language::$language);
                }
            )+
        }
    };
}

mod calling;
mod instances;
mod loading;
mod reloading;
mod unloading;
