//! What is generated for a contract with every type, held against files that were read by a person.
//!
//! `UPDATE_SNAPSHOTS=1` writes them anew.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

use polyplug_bindgen::{
    ComponentLanguage, File, Language, NewBundle, NewComponent, Side, generate,
};
use polyplug_schema::{Contract, Descriptions, WitSources};
use std::fs;
use std::path::{Path, PathBuf};

fn everything() -> WitSources {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/wit/everything.wit");
    WitSources::read(path).unwrap()
}

/// What the language makes of the contract with every type.
fn generated(language: Language) -> Vec<File> {
    let wit = everything();
    let descriptions = wit.clone().descriptions().unwrap();
    generate(language, Side::Both, &contracts(&descriptions), &wit).unwrap()
}

fn contracts(descriptions: &Descriptions) -> Vec<&Contract> {
    descriptions.contracts().map(|contract| &**contract).collect()
}

fn new(name: &str, language: Language) -> NewBundle<'_> {
    NewBundle { name, language, polyplug: None }
}

/// Holds the files against those of the folder.
fn check(folder: &str, files: &[File]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(folder);
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    if update {
        let _ = fs::remove_dir_all(&folder);
    }
    for file in files {
        let path = folder.join(&file.name);
        if update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &file.text).unwrap();
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(known, file.text, "{}: run with UPDATE_SNAPSHOTS=1", path.display());
    }
    let mut expected: Vec<PathBuf> = files.iter().map(|file| folder.join(&file.name)).collect();
    expected.sort();
    assert_eq!(found(&folder), expected);
}

fn found(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { paths.extend(found(&path)) } else { paths.push(path) }
    }
    paths.sort();
    paths
}

#[test]
fn c_is_as_it_was() {
    check("c", &generated(Language::C));
}

#[test]
fn cpp_is_as_it_was() {
    check("cpp", &generated(Language::Cpp));
}

#[test]
fn rust_is_as_it_was() {
    check("rust", &generated(Language::Rust));
}

#[test]
fn lua_is_as_it_was() {
    check("lua", &generated(Language::Lua));
}

#[test]
fn new_bundles_are_as_they_were() {
    let descriptions = everything().descriptions().unwrap();
    for (language, folder) in [
        (Language::C, "new_c"),
        (Language::Cpp, "new_cpp"),
        (Language::Rust, "new_rust"),
        (Language::Lua, "new_lua"),
    ] {
        let mut files = new("whole", language).providing(&contracts(&descriptions)).unwrap();
        // These are held against above.
        files
            .retain(|file| !file.name.starts_with("generated/") && !file.name.starts_with("meta/"));
        check(folder, &files);
    }
}

#[test]
fn a_new_bundle_greets_at_first() {
    let codes = [
        (Language::C, "plugin.c"),
        (Language::Cpp, "plugin.cpp"),
        (Language::Rust, "src/lib.rs"),
        (Language::Lua, "night-sky.lua"),
    ];
    for (language, code) in codes {
        let files = new("night-sky", language).greeting().unwrap();
        let text = |name: &str| &files.iter().find(|file| file.name == name).unwrap().text;
        assert!(text("wit/night-sky.wit").contains("interface night-sky {"));
        assert!(text("manifest.toml").contains("wit = \"wit\""));
        assert!(text(code).contains("Hello, "));
    }
}

#[test]
fn new_components_are_as_they_were() {
    let descriptions = everything().descriptions().unwrap();
    let component = |language| NewComponent { name: "whole", language };
    let rust = component(ComponentLanguage::Rust).providing(&contracts(&descriptions)).unwrap();
    check("new_wasm_rust", &rust.unwrap());
    check("new_wasm_c", &component(ComponentLanguage::C).greeting().unwrap());
    assert_eq!(component(ComponentLanguage::C).providing(&contracts(&descriptions)).unwrap(), None);
}

#[test]
fn a_function_is_not_called_as_a_member_of_ours() {
    let wit = "package demo:ours@1.0.0; interface ours { create: func(a: u32); upgrade: func(); }";
    let descriptions = Descriptions::from_text("ours.wit", wit).unwrap();
    let files = new("ours", Language::Cpp).providing(&contracts(&descriptions)).unwrap();
    let text = |name: &str| &files.iter().find(|file| file.name.ends_with(name)).unwrap().text;
    for name in ["create_", "upgrade_"] {
        assert!(text("plugin.cpp").contains(&format!("void {name}(")), "{}", text("plugin.cpp"));
        assert!(text("_guest.hpp").contains(&format!("&Class::{name},")), "{}", text("_guest.hpp"));
    }
}

#[test]
fn a_new_component_greets_at_first() {
    for (language, code) in
        [(ComponentLanguage::C, "plugin.c"), (ComponentLanguage::Rust, "src/lib.rs")]
    {
        let files = NewComponent { name: "night-sky", language }.greeting().unwrap();
        let text = |name: &str| &files.iter().find(|file| file.name == name).unwrap().text;
        assert!(text("wit/night-sky.wit").contains("interface night-sky {"));
        assert!(text("manifest.toml").contains("file = \"night-sky.wasm\""));
        assert!(text(code).contains("Hello, "));
        assert!(NewComponent { name: "a/b", language }.greeting().is_err());
    }
    let named = NewComponent { name: "interface", language: ComponentLanguage::Rust };
    let files = named.greeting().unwrap();
    let code = &files.iter().find(|file| file.name == "src/lib.rs").unwrap().text;
    assert!(code.contains("export demo:%interface/%interface@1.0.0;"), "{code}");
    assert!(NewComponent { name: "type", ..named }.greeting().is_err());
}

#[test]
fn a_word_of_wit_may_be_a_name() {
    let files = new("interface", Language::Lua).greeting().unwrap();
    let wit = &files.iter().find(|file| file.name == "wit/interface.wit").unwrap().text;
    assert!(Descriptions::from_text("a.wit", wit).unwrap().contract("demo.interface@1").is_ok());
}

#[test]
fn what_is_no_name_is_refused() {
    for name in ["", "Upper", "a--b", "-a", "a/b", "..", "1a", "a.b", "ä"] {
        let refused = new(name, Language::Lua).greeting().unwrap_err();
        assert!(refused.to_string().starts_with(&format!("`{name}` is no name")), "{refused}");
    }
}
