use crate::loader::manifest::{LoaderTable, Manifest, ManifestProblem};
use std::path::Path;

const TEXT: &str = r#"name = "x"
loader = "mine"
file = "x"
[mine]
sandbox = "yes"
fuel = -3
capabilities = [
  "stdout",
  7,
]
"odd key" = { inner = 1.5, date = 1979-05-27 }
[wasm.deep]
x = [{ y = 1 }]
"#;

fn tables() -> Manifest {
    Manifest::parse(TEXT, Path::new("manifest.toml")).unwrap()
}

#[test]
fn the_table_of_any_loader_is_read_with_its_lines() {
    let manifest = tables();
    assert_eq!(manifest.warnings, []);
    let mine = &manifest.options.loader_tables["mine"];
    assert_eq!((mine.name(), mine.values().len()), ("mine", 4));
    assert_eq!(mine.line("sandbox"), Some(5));
    assert_eq!(mine.line("capabilities[1]"), Some(9));
    assert_eq!(mine.line("odd key"), Some(11));
    assert_eq!(mine.line("none"), None);
    let wasm = &manifest.options.loader_tables["wasm"];
    assert_eq!(wasm.line("deep.x[0].y"), Some(13));
}

#[test]
fn a_value_of_the_wrong_type_is_named_with_its_line() {
    let manifest = tables();
    let mine = &manifest.options.loader_tables["mine"];
    for (error, shown) in [
        (
            mine.boolean("sandbox").unwrap_err(),
            "manifest.toml:5:11: `mine.sandbox` is the string \"yes\"; it must be true or false",
        ),
        (
            mine.unsigned("fuel").unwrap_err(),
            "manifest.toml:6:8: `mine.fuel` is the integer -3; it must be an integer, 0 or more",
        ),
        (
            mine.strings("capabilities").unwrap_err(),
            "manifest.toml:9:3: `mine.capabilities[1]` is the integer 7; it must be a string",
        ),
        (
            mine.string("odd key").unwrap_err(),
            "manifest.toml:11:13: `mine.\"odd key\"` is a table; it must be a string",
        ),
        (
            mine.invalid("capabilities[0]", "`clocks`"),
            "manifest.toml:8:3: `mine.capabilities[0]` is the string \"stdout\"; it must be `clocks`",
        ),
    ] {
        assert_eq!(error.to_string(), shown);
    }
}

#[test]
fn an_element_of_a_quoted_key_is_named_with_its_line() {
    let text = "name='x'\nloader='mine'\nfile='x'\n[mine]\n'a [b]' = [\n  7]";
    let manifest = Manifest::parse(text, Path::new("manifest.toml")).unwrap();
    let error = manifest.options.loader_tables["mine"].strings("a [b]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "manifest.toml:6:3: `mine.\"a [b]\"[0]` is the integer 7; it must be a string"
    );
}

#[test]
fn a_key_that_is_not_there_has_no_value() {
    let manifest = tables();
    let mine = &manifest.options.loader_tables["mine"];
    assert_eq!(mine.boolean("none"), Ok(None));
    assert_eq!(mine.strings("none"), Ok(Vec::new()));
}

#[test]
fn the_loader_finds_the_keys_it_does_not_know() {
    let manifest = tables();
    let mine = &manifest.options.loader_tables["mine"];
    let warnings = mine.unknown_keys(&["sand_box", "fuel", "capabilities"]);
    let shown: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "manifest.toml:11: unknown key `mine.\"odd key\"`; nothing reads it",
            "manifest.toml:5: unknown key `mine.sandbox`; did you mean `sand_box`?",
        ]
    );
}

#[test]
fn a_table_without_a_file_has_no_lines() {
    let values = toml::Table::from_iter([("sandbox".to_owned(), toml::Value::Integer(1))]);
    let table = LoaderTable::new("lua", Path::new("memory"), values);
    let error = table.boolean("sandbox").unwrap_err();
    assert!(matches!(error.problem, ManifestProblem::WrongType { .. }));
    assert_eq!(
        error.to_string(),
        "memory: `lua.sandbox` is the integer 1; it must be true or false"
    );
    assert_eq!(
        table.unknown_keys(&[])[0].to_string(),
        "memory: unknown key `lua.sandbox`; nothing reads it"
    );
}
