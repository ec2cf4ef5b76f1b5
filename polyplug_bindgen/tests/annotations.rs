//! The annotations for Lua, as a language server reads them: a bundle as `new` begins it and a right
//! caller have nothing to be warned of, and each wrong line has.
//!
//! Needs `emmylua_check` (`cargo install emmylua_check`); without it the test says so and passes.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use std::fs;
use std::path::Path;
use std::process::Command;

const RIGHT: &str = "\
local all = polyplug.contract(\"test.everything@1\")
local flipped = all:flip(true)
local colour = all:brighter(\"red\")
local swapped = all:swap({ \"a\", 1 })
polyplug.log(\"info\", all:greet(\"Ada\") .. tostring(flipped) .. colour .. swapped[2])
";

/// Each line is wrong in its own way: what is said of it.
const WRONG: [(&str, &str); 4] = [
    ("all:flop(true)", "undefined-field"),
    ("all:flip(\"yes\")", "param-type-mismatch"),
    ("all:small(1, 2)", "missing-parameter"),
    ("polyplug.log(\"loud\", \"text\")", "param-type-mismatch"),
];

/// What the checker says of a folder with the annotations and these files.
fn check(name: &str, files: &[(&str, &str)]) -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    fs::create_dir_all(folder.join("meta")).unwrap();
    for file in ["polyplug.lua", "test_everything.lua"] {
        fs::copy(snapshots.join("lua/meta").join(file), folder.join("meta").join(file)).unwrap();
    }
    fs::copy(snapshots.join("new_lua/whole.lua"), folder.join("whole.lua")).unwrap();
    fs::write(folder.join(".luarc.json"), "{ \"runtime.version\": \"LuaJIT\" }").unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let output = Command::new("emmylua_check").arg(&folder).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some(String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn a_language_server_understands_the_annotations() {
    let Some(said) = check("right", &[("right.lua", RIGHT)]) else {
        println!("skipped: emmylua_check is not installed");
        return;
    };
    assert!(said.contains("Check successful"), "{said}");
    for word in ["error:", "warning:"] {
        assert!(!said.contains(word), "{said}");
    }
    for (line, name) in WRONG {
        let text = format!("local all = polyplug.contract(\"test.everything@1\")\n{line}\n");
        let said = check("wrong", &[("wrong.lua", &text)]).unwrap();
        assert!(said.contains(name) && said.contains("wrong.lua:2"), "{line}: {said}");
    }
}
