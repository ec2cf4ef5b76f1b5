//! A manifest that a program writes as a literal: the same rules, no line.

use super::*;

fn literal() -> ManifestData {
    ManifestData {
        id: bundle_id("my-bundle"),
        name: "my-bundle".to_owned(),
        loader: "lua".to_owned(),
        file: "bundle.lua".to_owned(),
        version: String::new(),
        path: PathBuf::from("memory"),
        provides: Vec::new(),
        function_count: HashMap::new(),
        dependencies: Vec::new(),
        needs_reinit_on_dep_reload: false,
        bundle_dependencies: Vec::new(),
    }
}

fn refused(change: impl FnOnce(&mut ManifestData)) -> String {
    let mut data = literal();
    change(&mut data);
    manifest_error(Manifest::from_data(data)).to_string()
}

#[test]
fn empty_fields_are_not_given() {
    let data = ManifestData { id: 0, file: String::new(), ..literal() };
    let manifest = Manifest::from_data(data).unwrap();
    assert_eq!(manifest.data.id, bundle_id("my-bundle"));
    assert_eq!(manifest.data.parsed_version().unwrap(), Version::new(0, 0, 0));
    assert_eq!(manifest.options, BundleOptions::default());
}

#[test]
fn a_wrong_id_is_tampering() {
    let data = ManifestData { id: u64::MAX, ..literal() };
    let result = Manifest::from_data(data);
    assert!(matches!(result, Err(RuntimeError::BundleTampered { stated: u64::MAX, .. })));
}

#[test]
fn a_file_that_leaves_is_an_escape() {
    let data = ManifestData { file: "../x.lua".to_owned(), ..literal() };
    assert!(matches!(data.check(), Err(RuntimeError::ArtifactPathEscape { .. })));
    assert!(matches!(data.check_artifact(), Err(RuntimeError::ArtifactPathEscape { .. })));
}

#[test]
fn a_file_that_leaves_is_named_on_one_line() {
    let data = ManifestData { file: "..\\\u{1b}[31m\n".to_owned(), ..literal() };
    let message = data.check().unwrap_err().to_string();
    assert!(message.contains("`..\\\\u{1b}[31m\\n`"), "{message}");
}

#[test]
fn a_wrong_field_is_named() {
    assert_eq!(
        refused(|data| data.name.clear()),
        "memory: `name` is empty; it must be a name: not empty, without control characters"
    );
    assert_eq!(
        refused(|data| data.version.push('x')),
        "memory: `version` is \"x\"; it must be a version such as \"1.2.0\""
    );
    assert_eq!(
        refused(|data| data.provides = vec!["a@1".to_owned(), "a@1".to_owned()]),
        "memory: `provides[1]` is \"a@1\"; it must be another contract: \"a@1\" is named before"
    );
    assert_eq!(
        refused(|data| data.dependencies.push(RawManifestDependency::default())),
        "memory: `dependency[0].contract` is empty; it must be a contract as `name@major` or \
         `name`, such as \"image.decode@1\""
    );
    assert_eq!(
        refused(|data| data.bundle_dependencies.push("@1".to_owned())),
        "memory: `bundle_dependencies[0]` is \"@1\"; it must be a bundle as `name` or \
         `name@version`, such as \"physics@1.2\""
    );
}

#[test]
fn counts_are_sorted_and_belong_to_different_contracts() {
    let counts =
        |list: &[(&str, u32)]| list.iter().map(|(key, n)| ((*key).to_owned(), *n)).collect();
    let data = ManifestData { function_count: counts(&[("b@1", 2), ("a@1", 1)]), ..literal() };
    let parsed = data.parsed_function_count().unwrap();
    assert_eq!(parsed[0].0.to_string(), "a@1");
    assert_eq!((parsed[0].1, parsed[1].1), (1, 2));

    let error = refused(|data| data.function_count = counts(&[("a@1", 1), ("a@1.0", 1)]));
    assert!(
        error.starts_with("memory: `function_count` is \"a@1.0\"; it must be another"),
        "{error}"
    );
}
