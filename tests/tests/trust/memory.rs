//! Bundles in memory: whole ones are judged like folders; pieces cannot be signed.

use crate::signed::{code, equip, languages, refusal};
use polyplug::loader::BundleSource;
use polyplug::loader::manifest::Manifest;
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::BundleTree;
use polyplug_abi::BundleId;
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::language::{Behaviour, Language, Scripted, manifest, sources};
use std::sync::Arc;

fn host(author: &Author, language: &'static dyn Language) -> (Host, tempfile::TempDir) {
    let copies = tempfile::tempdir().unwrap();
    let host = Host::with(|builder| equip(language, author.required(builder), copies.path()));
    (host, copies)
}

fn files(author: &Author, language: &dyn Language, version: u32) -> Arc<BundleTree> {
    let (loader, file) = (language.name(), language.file());
    let manifest = format!(
        "name = \"one\"\nloader = \"{loader}\"\nfile = \"{file}\"\nversion = \"{version}\"\n"
    );
    let code = language.code(Behaviour::Counter, version);
    author.signed(&[("manifest.toml", manifest.as_bytes()), (file, &code)])
}

/// The same files, but for one of them.
fn with(files: &BundleTree, path: &str, content: &[u8]) -> BundleTree {
    let others = files.iter().filter(|(other, _)| *other != path);
    let others = others.map(|(path, content)| (path.to_owned(), Arc::clone(content)));
    BundleTree::of_files(others.chain([(path.to_owned(), content.into())])).unwrap()
}

fn without(files: &BundleTree, path: &str) -> BundleTree {
    let others = files.iter().filter(|(other, _)| *other != path);
    BundleTree::of_files(others.map(|(path, content)| (path, Arc::clone(content)))).unwrap()
}

fn answer(host: &Host) -> u32 {
    call::number(&host.contract("test.counter@1"), 0).unwrap()
}

#[test]
fn files_that_are_signed_are_loaded_and_replaced() {
    for language in languages() {
        let author = Author::new();
        let (host, _copies) = host(&author, language);

        host.runtime.load_files(files(&author, language, 1)).unwrap();
        assert_eq!(answer(&host), 1);
        host.runtime.reload_files(files(&author, language, 2)).unwrap();
        assert_eq!(answer(&host), 2);
        // Once more from what is in memory.
        host.runtime.reload_bundle_by_id(BundleId::of("one")).unwrap();
        assert_eq!(answer(&host), 2);
    }
}

#[test]
fn files_that_were_changed_are_refused_and_what_ran_runs_on() {
    for language in languages() {
        let author = Author::new();
        let (host, _copies) = host(&author, language);
        let honest = files(&author, language, 1);
        let code = [&honest.get(language.file()).unwrap()[..], b"\n"].concat();
        let attacks = [
            (with(&honest, language.file(), &code), language.file()),
            (with(&honest, "more.txt", b"more"), "`more.txt`"),
            (without(&honest, "bundle.sig"), "not signed"),
        ];
        let error = host.runtime.load_files(attacks[0].0.clone()).unwrap_err().to_string();
        assert!(error.starts_with("bundle `one` in memory was refused by"), "{error}");

        for (attack, says) in &attacks {
            let reason = refusal(&host.runtime.load_files(attack.clone()).unwrap_err());
            assert!(reason.contains(says), "{reason}");
            assert!(host.loaded().is_empty());
        }
        host.runtime.load_files(honest).unwrap();
        for (attack, says) in attacks {
            let reason = refusal(&host.runtime.reload_files(attack).unwrap_err());
            assert!(reason.contains(says), "{reason}");
            assert_eq!(answer(&host), 1);
        }
    }
}

#[test]
fn code_and_bytes_are_refused_with_the_way_that_can_be_signed() {
    for language in languages() {
        let author = Author::new();
        let (host, _copies) = host(&author, language);
        for source in sources(language, Behaviour::Counter, 1) {
            let manifest = manifest("one", language);

            let error = host.runtime.load_bundle_from_source(manifest, source).unwrap_err();

            assert_eq!(code(&error), "given-in-pieces");
            let reason = refusal(&error);
            assert!(reason.contains("Runtime::load_files"), "{reason}");
            assert!(host.loaded().is_empty());
        }
    }
}

#[test]
fn a_manifest_in_memory_must_be_the_one_that_was_signed() {
    let author = Author::new();
    let (host, _copies) = host(&author, &Scripted);
    let folder = host.folder.bundle_with("one", "version = \"2.0.0\"\n", "contract test.a@1.0\n");
    std::fs::write(folder.join("evil.txt"), "contract test.evil@1.0\n").unwrap();
    author.sign(&folder);
    let honest = Manifest::read(&folder).unwrap().data;
    let source = || BundleSource::Path(folder.clone());
    let mut evil = honest.clone();
    evil.file = "evil.txt".to_owned();

    let error = host.runtime.load_bundle_from_source(evil, source()).unwrap_err();

    assert_eq!(code(&error), "given-manifest");
    let reason = refusal(&error);
    assert!(reason.contains("given in memory"), "{reason}");
    assert!(host.loaded().is_empty());
    host.runtime.load_bundle_from_source(honest, source()).unwrap();
}

#[test]
fn files_need_no_signature_where_signatures_do_not_count() {
    let host = Host::with(|_| RuntimeBuilder::new().hot_reload(true));
    let honest = files(&Author::new(), &Scripted, 1);

    host.runtime.load_files(without(&honest, "bundle.sig")).unwrap();

    assert_eq!(answer(&host), 1);
    let listed = &host.runtime.bundles()[0];
    assert!(listed.path.ends_with("one") && !listed.path.exists(), "{:?}", listed.path);
    let error = host.runtime.load_files(without(&honest, "manifest.toml")).unwrap_err();
    assert!(error.to_string().contains("manifest.toml"), "{error}");
}
