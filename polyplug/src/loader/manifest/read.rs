//! From the text of a `manifest.toml` to a [`Manifest`]: every key, in the order of its description.

use super::Manifest;
use super::artifact::{Machine, read_file};
use super::contract_name::ContractName;
use super::data::{ManifestData, add_contract};
use super::dependency::{
    BUNDLE_NAME, DependencyKind, RawManifestDependency, is_bundle_name, parse_bundle_dependency,
};
use super::document::{Document, Entry, Table};
use super::error::ManifestError;
use super::refusal::Refusal;
use super::version::{VERSION, parse_version};
use super::warning::ManifestWarning;
use crate::error::RuntimeError;
use std::collections::HashMap;
use std::path::Path;

mod options;

type Read<T> = Result<T, ManifestError>;

/// Reads the `text` of the manifest at `path`, which lies in `folder`. Looks at no file.
pub(super) fn read(
    machine: Machine,
    text: &str,
    path: &Path,
    folder: &Path,
) -> Result<Manifest, RuntimeError> {
    let document = Document::new(path, text);
    let content = document.parse()?;
    let mut root = Table::root(&document, &content);
    let mut warnings = Vec::new();

    let name = read_name(&mut root)?;
    let id = read_id(&mut root, name, path)?;
    let loader = read_loader(&mut root)?;
    let version = read_version(&mut root)?;
    let entry = root.required("file", "file = \"bundle.lua\"")?;
    let (file, file_by_target) = read_file(machine, &entry, name, folder)?;

    let data = ManifestData {
        id,
        name: name.to_owned(),
        loader: loader.to_owned(),
        file,
        version: version.to_owned(),
        path: folder.to_owned(),
        provides: read_provides(&mut root)?,
        function_count: read_function_count(&mut root)?,
        dependencies: read_dependencies(&mut root, &mut warnings)?,
        needs_reinit_on_dep_reload: read_flag(&mut root, "needs_reinit_on_dep_reload")?
            .unwrap_or(false),
        bundle_dependencies: read_bundle_dependencies(&mut root)?,
    };
    let options = options::read(&mut root, &data, file_by_target, &mut warnings)?;
    root.finish(&mut warnings);
    warnings.sort_by_key(|warning| warning.line);
    Ok(Manifest { data, options, warnings })
}

fn read_name<'a>(root: &mut Table<'a>) -> Read<&'a str> {
    let entry = root.required("name", "name = \"my-bundle\"")?;
    let name = entry.string("a string")?;
    if is_bundle_name(name) { Ok(name) } else { Err(entry.invalid(BUNDLE_NAME)) }
}

fn read_id(root: &mut Table<'_>, name: &str, path: &Path) -> Result<u64, RuntimeError> {
    let computed = polyplug_utils::bundle_id(name);
    let Some(entry) = root.entry("id") else {
        return Ok(computed);
    };
    let stated = entry.id()?;
    if stated == computed {
        return Ok(computed);
    }
    Err(RuntimeError::BundleTampered {
        bundle: name.to_owned(),
        path: path.to_owned(),
        stated,
        computed,
    })
}

fn read_loader<'a>(root: &mut Table<'a>) -> Read<&'a str> {
    let expected = "the name of a loader, such as \"lua\"";
    let entry = root.required("loader", "loader = \"lua\"")?;
    let loader = entry.string(expected)?;
    if is_bundle_name(loader) { Ok(loader) } else { Err(entry.invalid(expected)) }
}

fn read_version<'a>(root: &mut Table<'a>) -> Read<&'a str> {
    let Some(entry) = root.entry("version") else {
        return Ok("0.0.0");
    };
    let version = entry.string(VERSION)?;
    parse_version(version).map(|_| version).ok_or_else(|| entry.invalid(VERSION))
}

fn read_provides(root: &mut Table<'_>) -> Read<Vec<String>> {
    let expected = "an array of contracts, such as [\"image.decode@1\"]";
    let mut contracts: Vec<ContractName> = Vec::new();
    read_strings(root, "provides", expected, |text| add_contract(&mut contracts, text))
}

fn read_bundle_dependencies(root: &mut Table<'_>) -> Read<Vec<String>> {
    let expected = "an array of bundles, such as [\"physics@1.2\"]";
    read_strings(root, "bundle_dependencies", expected, |text| {
        parse_bundle_dependency(text).map(drop)
    })
}

fn read_strings(
    root: &mut Table<'_>,
    key: &str,
    expected: &str,
    mut check: impl FnMut(&str) -> Result<(), Refusal>,
) -> Read<Vec<String>> {
    let Some(entry) = root.entry(key) else {
        return Ok(Vec::new());
    };
    let elements = entry.array(expected)?;
    let read = |element: Entry<'_>| {
        let text = element.string("a string")?;
        check(text).map_err(|refusal| element.refused(refusal))?;
        Ok(text.to_owned())
    };
    elements.into_iter().map(read).collect()
}

fn read_function_count(root: &mut Table<'_>) -> Read<HashMap<String, u32>> {
    let expected = "a table of counts, such as { \"image.decode@1\" = 3 }";
    let mut counts = HashMap::new();
    let Some(entry) = root.entry("function_count") else {
        return Ok(counts);
    };
    let mut contracts = Vec::new();
    for (contract, entry) in entry.table(expected)?.entries() {
        add_contract(&mut contracts, contract).map_err(|refusal| {
            let quoted = format!("{} in quotes", refusal.expected);
            entry.refused(Refusal { expected: quoted, ..refusal })
        })?;
        counts.insert(contract.to_owned(), entry.integer("a number of functions, 0 or more")?);
    }
    Ok(counts)
}

fn read_dependencies(
    root: &mut Table<'_>,
    warnings: &mut Vec<ManifestWarning>,
) -> Read<Vec<RawManifestDependency>> {
    let expected = "an array of tables; write each as `[[dependency]]`";
    let Some(entry) = root.entry("dependency") else {
        return Ok(Vec::new());
    };
    let mut dependencies = Vec::new();
    for element in entry.array(expected)? {
        let mut table = element.table(expected)?;
        dependencies.push(read_dependency(&mut table)?);
        table.finish(warnings);
    }
    Ok(dependencies)
}

fn read_dependency(table: &mut Table<'_>) -> Read<RawManifestDependency> {
    let text = |entry: Entry<'_>| entry.string("a string").map(str::to_owned);
    let contract = table.entry("contract").map(text).transpose()?;
    let bundle = table.entry("bundle").map(text).transpose()?;
    let contract_id = table.entry("contract_id").map(|entry| entry.id()).transpose()?;
    let bundle_id = table.entry("bundle_id").map(|entry| entry.id()).transpose()?;
    let names_contract = contract.is_some() || contract_id.is_some();
    let names_bundle = bundle.is_some() || bundle_id.is_some();
    let kind = match read_word(
        table,
        "kind",
        &[("contract", DependencyKind::Contract), ("bundle", DependencyKind::Bundle)],
    )? {
        Some(kind) => kind,
        None if names_bundle && !names_contract => DependencyKind::Bundle,
        None => DependencyKind::Contract,
    };
    let dependency = RawManifestDependency {
        kind,
        contract: contract.unwrap_or_default(),
        min_version: table.entry("min_version").map(text).transpose()?.unwrap_or_default(),
        bundle,
        contract_id,
        bundle_id,
    };
    if kind == DependencyKind::Contract && !names_contract {
        table.required("contract", "contract = \"image.decode@1\"")?;
    }
    if kind == DependencyKind::Bundle && !names_bundle {
        table.required("bundle", "bundle = \"physics\"")?;
    }
    match dependency.parse() {
        Ok(_) => Ok(dependency),
        Err(refusal) => Err(table.refused(refusal)),
    }
}

fn read_flag(table: &mut Table<'_>, key: &str) -> Read<Option<bool>> {
    table.entry(key).map(|entry| entry.boolean()).transpose()
}

/// A string that is one of a few words.
fn read_word<T: Copy>(table: &mut Table<'_>, key: &str, words: &[(&str, T)]) -> Read<Option<T>> {
    let Some(entry) = table.entry(key) else {
        return Ok(None);
    };
    let expected = words.iter().map(|(word, _)| format!("{word:?}")).collect::<Vec<_>>();
    let expected = expected.join(" or ");
    let text = entry.string(&expected)?;
    let word = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    word.map(Some).ok_or_else(|| entry.invalid(&expected))
}
