//! A bundle that is made anew because it was stopped: from the bytes that were checked, with the decision
//! about them, whatever lies in its folder by now.

use polyplug::events::{Cause, Event};
use polyplug::trust::TrustDecision;
use polyplug_abi::AbiErrorCode;
use polyplug_lua::LuaLoader;
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_for;
use std::fs;

/// Function 0 answers the version, 1 does not end.
const MAIN: &str = r#"
local ffi = require("ffi")
local guest = require("polyplug_guest")
function polyplug_init()
    local functions = {
        [0] = function(_, _, out) ffi.cast("uint32_t *", out)[0] = 1 end,
        function() while true do end end,
    }
    local contract = { factory = function() return {} end, functions = functions }
    return { ["test.a"] = contract }, guest.ok()
end
"#;

#[test]
fn a_rebuild_is_made_of_what_was_checked() {
    let author = Author::new();
    let host = Host::with(|builder| author.required(builder).loader(LuaLoader::default()));
    let folder = host.folder.bundle_with(
        "one",
        "loader = \"lua\"\nfile = \"main.lua\"\n[limits]\ncall_ms = 150\n",
        "",
    );
    fs::write(folder.join("main.lua"), MAIN).unwrap();
    author.sign(&folder);
    host.runtime.load_bundle(&folder).unwrap();
    let contract = host.contract("test.a@1");
    fs::write(folder.join("main.lua"), MAIN.replace("[0] = 1 end", "[0] = 666 end")).unwrap();

    let stopped = call::number(&contract, 1).unwrap_err();

    assert_eq!(stopped.code, AbiErrorCode::TimedOut as u32, "{}", stopped.message);
    let trust = wait_for("it is rebuilt", || {
        host.runtime.poll().unwrap();
        host.events.all().into_iter().find_map(|event| match event {
            Event::Reloaded { cause: Cause::Rebuild, trust, .. } => trust,
            _ => None,
        })
    });
    assert_eq!(trust.decision, TrustDecision::Accepted);
    assert_eq!(trust.signer.unwrap().id, author.id());
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
}
