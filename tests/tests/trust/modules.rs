//! What code brings along: modules that a script requires, libraries beside the library.

use crate::signed::refusal;
use polyplug_lua::LuaLoader;
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::native_bundle::NativeHost;
use std::fs;

const MAIN: &str = r#"
local ffi = require("ffi")
local guest = require("polyplug_guest")
local version = require("lib.version")
function polyplug_init()
    local functions = {
        [0] = function(_, _, out) ffi.cast("uint32_t *", out)[0] = version end,
    }
    local contract = { factory = function() return {} end, functions = functions }
    return { ["test.a"] = contract }, guest.ok()
end
"#;

#[test]
fn a_module_that_a_script_requires_is_signed_with_it() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder).loader(LuaLoader::default()));
    let folder = host.folder.of("one");
    let (module, mark) = (folder.join("lib/version.lua"), host.folder.path().join("mark"));
    fs::create_dir_all(folder.join("lib")).unwrap();
    fs::write(folder.join("main.lua"), MAIN).unwrap();
    fs::write(&module, "return 1").unwrap();
    let manifest = "name = \"one\"\nloader = \"lua\"\nfile = \"main.lua\"\n";
    fs::write(folder.join("manifest.toml"), manifest).unwrap();
    author.sign(&folder);
    host.runtime.load_bundle(&folder).unwrap();
    assert_eq!(host.call("test.a@1").unwrap(), 1);

    fs::write(&module, format!("io.open({mark:?}, 'w'):close() return 666")).unwrap();
    let reason = refusal(&host.runtime.reload_bundle(&folder).unwrap_err());

    assert!(reason.contains("`lib/version.lua`"), "{reason}");
    assert_eq!(host.call("test.a@1").unwrap(), 1);
    assert!(!mark.exists(), "what was refused ran");
    author.sign(&folder);
    host.runtime.reload_bundle(&folder).unwrap();
    assert!(mark.exists(), "what was signed did not run");
    assert_eq!(host.call("test.a@1").unwrap(), 666);
}

#[test]
fn a_library_beside_the_library_is_signed_with_it() {
    let author = Author::new();
    let native = NativeHost::with(|builder| author.required(builder));
    let listed = "[native]\nlibraries = [\"libbeside.so\", \"./lib/libbelow.so\"]\n";
    let folder = native.write_siblings(1, listed);
    author.sign(&folder);
    native.host.runtime.load_bundle(&folder).unwrap();
    let below = || call::number(&native.host.contract("test.sibling@1"), 2).unwrap();
    assert_eq!(below(), 1);
    let honest = fs::read(folder.join("lib/libbelow.so")).unwrap();
    native.write_siblings(2, listed);
    let evil = fs::read(folder.join("lib/libbelow.so")).unwrap();
    native.write_siblings(1, listed);
    author.sign(&folder);
    assert_ne!(honest, evil);

    fs::write(folder.join("lib/libbelow.so"), evil).unwrap();
    let reason = refusal(&native.host.runtime.reload_bundle(&folder).unwrap_err());

    assert!(reason.contains("`lib/libbelow.so`"), "{reason}");
    assert_eq!(below(), 1);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (3, 3));
}

#[test]
fn a_library_that_lies_about_is_still_warned_of() {
    let author = Author::new();
    let native = NativeHost::with(|builder| author.required(builder));
    let folder = native.write_siblings(1, "[native]\nlibraries = [\"libbeside.so\"]\n");
    author.sign(&folder);

    native.host.runtime.load_bundle(&folder).unwrap_err();

    let warned = native.host.log.count(polyplug_abi::LogLevel::Warn, "`lib/libbelow.so` is needed");
    assert_eq!(warned, 1);
    assert!(native.mapped().is_empty() && native.copies_on_disk().is_empty());
}
