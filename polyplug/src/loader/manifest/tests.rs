//! A manifest as a whole: what is accepted, and what the defaults are. What is refused: `refused`.

use super::*;
use polyplug_utils::guest_contract_id;
use semver::Version;
use std::collections::HashMap;
use std::env::consts::{ARCH, OS};
use std::time::Duration;

mod folder;
mod literal;
mod refused;

const HEAD: &str = "name = \"my-bundle\"\nloader = \"lua\"\nfile = \"bundle.lua\"\n";
const PATH: &str = "/plugins/my-bundle/manifest.toml";

fn parse(text: &str) -> Result<Manifest, RuntimeError> {
    Manifest::parse(text, Path::new(PATH))
}

/// Three good lines, then `rest` from line 4.
fn parse_after_head(rest: &str) -> Result<Manifest, RuntimeError> {
    parse(&format!("{HEAD}{rest}"))
}

fn manifest_error(result: Result<Manifest, RuntimeError>) -> ManifestError {
    match result {
        Err(RuntimeError::Manifest(error)) => error,
        other => panic!("a manifest error was expected, not {other:?}"),
    }
}

#[test]
fn three_lines_are_a_manifest() {
    let manifest = parse(HEAD).unwrap();

    assert_eq!(manifest.options, BundleOptions::default());
    assert_eq!(manifest.warnings, []);
    let expected = ManifestData {
        id: 0xFE62_2687_6E3A_35B2,
        name: "my-bundle".to_owned(),
        loader: "lua".to_owned(),
        file: "bundle.lua".to_owned(),
        version: "0.0.0".to_owned(),
        path: PathBuf::from("/plugins/my-bundle"),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    };
    assert_eq!(manifest.data, expected);
}

#[test]
fn every_key_is_read() {
    let rest = r#"
version = "1.2"
provides = ["test.add@1", "image.decode@2.1"]
function_count = { "test.add@1" = 3 }
needs_reinit_on_dep_reload = true
bundle_dependencies = ["physics@1.2", "audio"]
enabled = false
priority = -7
threads = "main"
wit = "wit/"
[[dependency]]
kind = "contract"
contract = "host.log@1"
min_version = "1.4"
[[dependency]]
bundle = "physics"
[reload]
state = "reset"
drain_timeout_ms = 250
[limits]
memory = "64 MiB"
call_ms = 20
[lua]
sandbox = true
"#;
    let Manifest { data, options, warnings } = parse_after_head(rest).unwrap();

    assert_eq!(warnings, []);
    assert_eq!(data.parsed_version().unwrap(), Version::new(1, 2, 0));
    assert_eq!(data.parsed_provides().unwrap().len(), 2);
    assert_eq!(data.function_count["test.add@1"], 3);
    assert!(data.needs_reinit_on_dep_reload);
    assert_eq!(data.bundle_dependencies, ["physics@1.2", "audio"]);
    assert_eq!(data.dependencies[1].kind, DependencyKind::Bundle);
    let dependencies = data.parsed_dependencies().unwrap();
    assert_eq!(dependencies[0].to_string(), "contract `host.log@1`");
    assert_eq!(dependencies[0].min_version, Version::new(1, 4, 0));
    assert_eq!(dependencies[1].to_string(), "bundle `physics`");
    assert_eq!((options.enabled, options.priority), (false, -7));
    assert_eq!(options.threads, ThreadPolicy::Main);
    assert_eq!(options.wit.as_deref(), Some("wit/"));
    assert_eq!(options.reload.state, StatePolicy::Reset);
    assert_eq!(options.reload.drain_timeout, Duration::from_millis(250));
    assert_eq!(options.limits.memory, Some(64 << 20));
    assert_eq!(options.limits.call_time, Some(Duration::from_millis(20)));
    assert_eq!(options.loader_tables["lua"].boolean("sandbox"), Ok(Some(true)));
}

#[test]
fn an_id_may_be_a_large_integer_or_hexadecimal() {
    let computed = bundle_id("my-bundle");
    let decimal = computed.to_string();
    for id in [decimal.as_str(), "0xFE6226876E3A35B2", "\"0xfe6226876e3a35b2\""] {
        assert_eq!(parse_after_head(&format!("id = {id}")).unwrap().data.id, computed, "{id}");
    }
}

#[test]
fn the_largest_id_is_read_exactly() {
    for id in ["18446744073709551615", "18_446_744_073_709_551_615", "\"0xFFFFFFFFFFFFFFFF\""] {
        let rest = format!("[[dependency]]\ncontract_id = {id}\nbundle_id = {id}");
        let data = parse_after_head(&rest).unwrap().data;
        assert_eq!(data.dependencies[0].contract_id, Some(u64::MAX));
        assert_eq!(data.dependencies[0].bundle_id, Some(u64::MAX));
        match parse_after_head(&format!("id = {id}")) {
            Err(RuntimeError::BundleTampered { stated: u64::MAX, computed, .. }) => {
                assert_eq!(computed, bundle_id("my-bundle"));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_by_target_is_the_one_of_this_machine() {
    let text = format!(
        "name = \"n\"\nloader = \"native\"\n[file.{OS}]\n{ARCH} = \"here.so\"\nelse = \"no.so\"\n"
    );
    let manifest = parse(&text).unwrap();
    assert_eq!(manifest.data.file, "here.so");
    assert_eq!(manifest.options.file_by_target[&format!("{OS}.else")], "no.so");
}

#[test]
fn a_bundle_for_other_machines_can_be_looked_at() {
    let text = "name = \"n\"\nloader = \"native\"\n[file.plan9]\nm68k = \"there.so\"\n";
    assert!(parse(text).is_err());
    let manifest = Manifest::parse_anywhere(text.as_bytes(), Path::new(PATH)).unwrap();
    assert_eq!((&*manifest.data.name, &*manifest.data.file), ("n", "there.so"));
    let none = "name = \"n\"\nloader = \"native\"\n[file]\n";
    assert!(Manifest::parse_anywhere(none.as_bytes(), Path::new(PATH)).is_err());
}

#[test]
fn an_unknown_key_is_a_warning_with_line_and_advice() {
    let rest = "versoin = \"1\"\n[reload]\nstat = \"keep\"\n[limits]\ncpu_cores = 2\n\
                [[dependency]]\ncontract = \"a@1\"\nmin_versoin = \"1.2\"\n[python]\nx = 1\n";
    let warnings = parse_after_head(rest).unwrap().warnings;
    let shown: Vec<String> = warnings.iter().map(ManifestWarning::to_string).collect();
    assert_eq!(
        shown,
        [
            format!("{PATH}:4: unknown key `versoin`; did you mean `version`?"),
            format!("{PATH}:6: unknown key `reload.stat`; did you mean `state`?"),
            format!("{PATH}:8: unknown key `limits.cpu_cores`; nothing reads it"),
            format!(
                "{PATH}:11: unknown key `dependency[0].min_versoin`; did you mean `min_version`?"
            ),
            format!("{PATH}:12: unknown key `python`; nothing reads it"),
        ]
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_read() {
    let text = format!("\u{feff}{HEAD}").replace('\n', "\r\n");
    assert_eq!(parse(&text).unwrap().data.name, "my-bundle");
}

#[test]
fn a_dependency_by_name_agrees_with_its_id() {
    let id = guest_contract_id("test.add", 1);
    let rest = format!("[[dependency]]\ncontract = \"test.add@1\"\ncontract_id = \"{id:#018X}\"");
    assert!(parse_after_head(&rest).is_ok());
    let error = manifest_error(parse_after_head(&rest.replace("0x40", "0x41")));
    assert_eq!(error.key.as_deref(), Some("dependency[0].contract_id"));
    assert_eq!(error.line(), Some(6));
}
