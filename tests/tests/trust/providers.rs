//! Whoever can break a bundle does not choose who is loaded in its place because another bundle needs it.

use polyplug::error::{RuntimeError, WhyAbsent};
use polyplug::events::Event;
use polyplug::trust::TrustDecision;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use std::fs;
use std::path::Path;

const PHYSICS: &str = "provides = [\"test.physics@1\"]\n";
const BY_NAME: &str = "bundle_dependencies = [\"physics\"]\n";
const BY_CONTRACT: &str = "[[dependency]]\ncontract = \"test.physics@1\"\n";
const PINNED: &str = "[[dependency]]\ncontract = \"test.physics@1\"\nbundle = \"physics\"\n";

/// Two folders, each with a signed `physics`, and `game` that has `needs`; a host over both.
fn host(author: &Author, needs: &str) -> (Folder, Host) {
    let (first, second) = (Folder::new(), Folder::new());
    for (folder, version) in [(&first, 2), (&second, 1)] {
        let more = format!("version = \"{version}.0.0\"\n{PHYSICS}");
        let script = format!("contract test.physics@1.0\nfn version {version}");
        author.sign(folder.bundle_with("physics", &more, &script));
    }
    author.sign(second.bundle_with("game", needs, "contract test.game@1.0\nfn version 1"));
    let folders = [first.path().to_owned(), second.path().to_owned()];
    let host = Host::over(second, |_| {
        let builder = author.required(polyplug::runtime::RuntimeBuilder::new());
        folders.into_iter().fold(builder, |builder, folder| builder.search_dir(folder))
    });
    (first, host)
}

fn flip_a_byte(physics: &Path) {
    fs::write(physics.join("main.txt"), "contract test.physics@1.0\nfn version 3").unwrap();
}

fn rename(physics: &Path) {
    let manifest = physics.join("manifest.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"physics\"", "\"other\"")).unwrap();
}

fn make_unreadable(physics: &Path) {
    fs::write(physics.join("manifest.toml"), "x = [").unwrap();
}

#[test]
fn the_first_of_the_name_is_what_others_get() {
    for needs in [BY_NAME, BY_CONTRACT, PINNED] {
        let author = Author::new();
        let (_first, host) = host(&author, needs);
        host.runtime.load_by_name("game").unwrap();
        assert_eq!(host.call("test.physics@1").unwrap(), 2);
    }
}

#[test]
fn one_that_was_broken_is_not_replaced_by_the_next_of_its_name() {
    for needs in [BY_NAME, BY_CONTRACT, PINNED] {
        for breaks in [flip_a_byte, rename, make_unreadable] {
            let author = Author::new();
            let (first, host) = host(&author, needs);
            breaks(&first.of("physics"));

            let error = host.runtime.load_by_name("game").unwrap_err();

            let RuntimeError::DependencyMissing { absent: Some(absent), .. } = &error else {
                panic!("{needs} {error:?}")
            };
            assert_eq!(absent.path, first.of("physics"), "{error}");
            assert!(matches!(absent.why, WhyAbsent::Refused(_)), "{error}");
            assert_eq!(host.loader.opened(), 0, "{needs} {error}");
        }
    }
}

/// How often a refusal in `folder` was told.
fn refusals(host: &Host, folder: &Path) -> usize {
    let is_refusal = |event: &Event| match event {
        Event::Failed { path, trust: Some(trust), .. } => {
            path == folder && matches!(trust.decision, TrustDecision::Refused(_))
        }
        _ => false,
    };
    host.events.all().iter().filter(|event| is_refusal(event)).count()
}

#[test]
fn a_refusal_of_what_is_needed_is_told_once() {
    let author = Author::new();
    let (first, host) = host(&author, BY_NAME);
    flip_a_byte(&first.of("physics"));
    host.runtime.load_by_name("game").unwrap_err();
    assert_eq!(refusals(&host, &first.of("physics")), 1);
}

#[test]
fn another_that_provides_the_contract_is_taken_and_that_is_told() {
    let author = Author::new();
    let (first, host) = host(&author, BY_CONTRACT);
    let other = first.bundle_with("zero-g", PHYSICS, "contract test.physics@1.0\nfn version 7");
    author.sign(other);
    flip_a_byte(&first.of("physics"));

    host.runtime.load_by_name("game").unwrap();

    assert_eq!(host.call("test.physics@1").unwrap(), 7);
    assert_eq!(refusals(&host, &first.of("physics")), 1);
    let told = |text: &str| text.contains("`zero-g` is loaded") && text.contains("`main.txt`");
    let records = host.log.records();
    assert!(records.iter().any(|record| told(&record.message)), "{records:?}");
}
