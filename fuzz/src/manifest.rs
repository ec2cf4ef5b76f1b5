//! `manifest.toml`: whatever the bytes are, the answer is a manifest that can be used as it is, or an
//! error that says which file, which line, which key.

use polyplug::error::RuntimeError;
use polyplug::loader::manifest::{
    LoaderTable, Manifest, ManifestError, ManifestProblem, ManifestWarning,
};
use polyplug_utils::bundle_id;
use std::path::{Component, Path};

/// Where the manifest is said to lie; nothing looks there.
const PATH: &str = "some/bundle/manifest.toml";

/// Reads the bytes as a manifest.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let text = &Lines(text.strip_prefix('\u{feff}').unwrap_or(&text).split('\n').collect());
    match Manifest::parse_bytes(data, Path::new(PATH)) {
        Ok(manifest) => usable(&manifest, text),
        Err(error) => explained(&error, text),
    }
}

/// The text's lines; the last may be empty.
struct Lines<'a>(Vec<&'a str>);

impl<'a> Lines<'a> {
    fn get(&self, number: u32) -> Option<&'a str> {
        self.0.get(number.checked_sub(1)? as usize).copied()
    }
}

/// What is accepted can be used without another look.
fn usable(manifest: &Manifest, text: &Lines<'_>) {
    let data = &manifest.data;
    data.check().expect("what was read passes as a literal");
    assert_eq!(data.id, bundle_id(&data.name));
    assert_eq!(data.path, Path::new(PATH).parent().expect("it has a folder"));
    let again = Manifest::from_data(data.clone()).expect("as above");
    assert_eq!(again.data, *data, "a literal is read as it is written");
    stays_inside(&data.file);
    manifest.options.file_by_target.values().for_each(|file| stays_inside(file));
    manifest.options.wit.iter().for_each(|wit| stays_inside(wit));
    assert!(manifest.options.limits.memory != Some(0), "no limit is `None`");
    assert!(manifest.warnings.is_sorted_by_key(|warning| warning.line));
    manifest.warnings.iter().for_each(|warning| points_somewhere(warning, text));
    for (name, table) in &manifest.options.loader_tables {
        assert_eq!(name, table.name());
        answers(table, text);
    }
}

fn stays_inside(file: &str) {
    let path = Path::new(file);
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    assert!(path.components().all(inside), "{file:?} leaves the folder");
    assert!(path.file_name().is_some(), "{file:?} has no name");
}

/// Every question about a loader's own table has an answer, and every error a line.
fn answers(table: &LoaderTable, text: &Lines<'_>) {
    for (key, value) in table.values() {
        let line = table.line(key).expect("a key that was read has a line");
        assert!(text.get(line).is_some(), "{line}");
        let errors = [
            table.string(key).map(drop).err().filter(|_| !value.is_str()),
            table.boolean(key).map(drop).err().filter(|_| !value.is_bool()),
            table.unsigned(key).map(drop).err(),
            table.strings(key).map(drop).err(),
            Some(table.invalid(key, "something else")),
        ];
        errors.iter().flatten().for_each(|error| points_at(error, text));
    }
    assert_eq!(table.unknown_keys(&[]).len(), table.values().len());
    table.unknown_keys(&["hot_reload"]).iter().for_each(|warning| points_somewhere(warning, text));
}

fn points_somewhere(warning: &ManifestWarning, text: &Lines<'_>) {
    assert!(text.get(warning.line).is_some(), "{warning}");
    let message = warning.to_string();
    assert!(message.starts_with(&format!("{PATH}:{}: ", warning.line)), "{message}");
    assert!(message.contains(&format!("`{}`", warning.key)), "{message}");
    on_one_line(&message);
}

/// What is refused is explained, on one line.
fn explained(error: &RuntimeError, text: &Lines<'_>) {
    let message = error.to_string();
    on_one_line(&message);
    match error {
        RuntimeError::Manifest(error) => points_at(error, text),
        RuntimeError::BundleTampered { bundle, computed, stated, .. } => {
            assert!(message.contains(PATH), "{message}");
            assert_eq!(*computed, bundle_id(bundle));
            assert_ne!(stated, computed);
        }
        RuntimeError::ArtifactPathEscape { .. } => {
            assert!(message.contains("some/bundle"), "{message}");
        }
        other => panic!("a manifest is refused with {other:?}"),
    }
}

/// A manifest's error names its file, and the key and line where there is one.
fn points_at(error: &ManifestError, text: &Lines<'_>) {
    let message = error.to_string();
    on_one_line(&message);
    assert!(message.starts_with(PATH), "{message}");
    let of_the_file = matches!(
        error.problem,
        ManifestProblem::Empty | ManifestProblem::TooLarge { .. } | ManifestProblem::Missing
    );
    let Some(place) = &error.place else {
        assert!(of_the_file, "{message} names no line");
        return;
    };
    let line = text.get(place.line).expect("the line exists");
    assert!(line.starts_with(&*place.text), "{message} shows {:?} of {line:?}", place.text);
    // One behind the last character: where something is missing. A line break counts as one.
    let columns = line.chars().count() as u32 + 2;
    assert!((1..=columns).contains(&place.column), "{message}: {columns} columns");
    assert_eq!(error.excerpt().expect("there is a place").line, place.line);
    let about_the_text = matches!(
        error.problem,
        ManifestProblem::Syntax { .. }
            | ManifestProblem::NotUtf8 { .. }
            | ManifestProblem::TooDeep { .. }
    );
    match &error.key {
        Some(key) => assert!(message.contains(&format!("`{key}`")), "{message}"),
        None => assert!(about_the_text, "{message} names no key"),
    }
}

/// Messages go to logs, where a control character of a plugin's would end the line or worse.
fn on_one_line(message: &str) {
    assert!(!message.contains(char::is_control), "{message:?}");
}
