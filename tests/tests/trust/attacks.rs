//! What can be done to a signed folder: each is refused in every language before anything of the bundle
//! runs, at the first load and at a reload, where the old version runs on.

use crate::signed::{Signed, languages, refusal, signature_of};
use polyplug::error::RuntimeError;
use polyplug_tests::author::Author;
use polyplug_tests::folder::Folder;
use polyplug_tests::patience::PATIENCE;
use std::fs;
use std::path::Path;
use std::sync::Arc;

struct Attack {
    name: &'static str,
    attack: fn(&Path, &Path),
    /// The rule that the refusal names, the file, and what to do.
    says: [&'static str; 3],
}

/// `CODE` stands for the file with the code.
const ATTACKS: &[Attack] = &[
    Attack {
        name: "code is changed",
        attack: |_, file| append(file, "\n"),
        says: ["another content", "`CODE`", "get the bundle again"],
    },
    Attack {
        name: "another file is changed",
        attack: |folder, _| append(&folder.join("data/notes.txt"), "!"),
        says: ["another content", "`data/notes.txt`", "get the bundle again"],
    },
    Attack {
        name: "the manifest is changed",
        attack: |folder, _| append(&folder.join("manifest.toml"), "priority = 7\n"),
        says: ["another content", "`manifest.toml`", "get the bundle again"],
    },
    Attack {
        name: "the manifest names another version",
        attack: |folder, _| replace(&folder.join("manifest.toml"), ".0.0", ".5.0"),
        says: ["another content", "`manifest.toml`", "get the bundle again"],
    },
    Attack {
        name: "a file is added",
        attack: |folder, _| append(&folder.join("data/more.txt"), "more"),
        says: ["were added", "`data/more.txt`", "remove what does not belong there"],
    },
    Attack {
        name: "a hidden file is added",
        attack: |folder, _| append(&folder.join(".more.swp"), "more"),
        says: ["were added", "`.more.swp`", "remove what does not belong there"],
    },
    Attack {
        name: "a file is removed",
        attack: |folder, _| fs::remove_file(folder.join("data/notes.txt")).unwrap(),
        says: ["are missing", "`data/notes.txt`", "get the bundle again"],
    },
    Attack {
        name: "a file is renamed",
        attack: |folder, _| {
            fs::rename(folder.join("data/notes.txt"), folder.join("data/other.txt")).unwrap();
        },
        says: ["other names", "`data/notes.txt` (now `data/other.txt`)", "rename them back"],
    },
    Attack {
        name: "the signature is stripped",
        attack: |folder, _| fs::remove_file(signature_of(folder)).unwrap(),
        says: ["not signed", "bundle.sig", "`polyplug sign`"],
    },
    Attack {
        name: "the signature is cut",
        attack: |folder, _| {
            let text = fs::read(signature_of(folder)).unwrap();
            fs::write(signature_of(folder), &text[..text.len() / 2]).unwrap();
        },
        says: ["no signature", "bundle.sig", "get the bundle again"],
    },
    Attack {
        name: "the signed list of files is changed to what is there",
        attack: |folder, file| {
            append(file, "\n");
            let stranger = Author::new();
            let honest = fs::read_to_string(signature_of(folder)).unwrap();
            stranger.sign(folder);
            let forged = fs::read_to_string(signature_of(folder)).unwrap();
            let line = |text: &str, key: &str| {
                text.lines().find(|line| line.starts_with(key)).unwrap().to_owned()
            };
            let forged = forged
                .replace(&line(&forged, "key "), &line(&honest, "key "))
                .replace(&line(&forged, "signature "), &line(&honest, "signature "));
            fs::write(signature_of(folder), forged).unwrap();
        },
        says: ["was not made by the key", "bundle.sig", "get the bundle again"],
    },
    Attack {
        name: "somebody else signs it",
        attack: |folder, file| {
            append(file, "\n");
            Author::new().sign(folder);
        },
        says: ["does not trust", "bundle.sig", "`polyplug trust add`"],
    },
    #[cfg(unix)]
    Attack {
        name: "a link is added",
        attack: |folder, _| {
            std::os::unix::fs::symlink("/etc/hostname", folder.join("data/link.txt")).unwrap();
        },
        says: ["cannot be checked", "`data/link.txt`", "symbolic link"],
    },
];

fn append(file: &Path, text: &str) {
    let mut content = fs::read(file).unwrap_or_default();
    content.extend(text.as_bytes());
    fs::write(file, content).unwrap();
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[track_caller]
fn assert_says(reason: &str, attack: &Attack, file: &str) {
    for part in attack.says {
        let part = part.replace("CODE", file);
        assert!(reason.contains(&part), "{}: {part:?} is not in {reason:?}", attack.name);
    }
}

#[test]
fn a_signed_bundle_is_loaded_and_reloaded() {
    for language in languages() {
        let signed = Signed::new(language);
        signed.load().unwrap();
        assert_eq!(signed.answer(), 1, "{}", language.name());

        signed.write(2);
        signed.author.sign(signed.folder());
        signed.reload().unwrap();

        assert_eq!(signed.answer(), 2, "{}", language.name());
    }
}

#[test]
fn what_was_changed_after_it_was_signed_is_refused_and_leaves_nothing() {
    for language in languages() {
        for attack in ATTACKS {
            let signed = Signed::new(language);
            let revision = signed.host.runtime.registry().revision();
            (attack.attack)(&signed.folder(), &signed.file());

            let reason = refusal(&signed.load().expect_err(attack.name));

            assert_says(&reason, attack, language.file());
            signed.assert_nothing_is_left(revision);
        }
    }
}

#[test]
fn a_reload_of_what_was_changed_is_refused_and_the_old_version_runs_on() {
    for language in languages() {
        let signed = Signed::new(language);
        signed.load().unwrap();
        for attack in ATTACKS {
            (attack.attack)(&signed.folder(), &signed.file());

            let reason = refusal(&signed.reload().expect_err(attack.name));

            assert_says(&reason, attack, language.file());
            assert_eq!(signed.answer(), 1, "{}", attack.name);
            fs::remove_dir_all(signed.folder()).unwrap();
            signed.write(1);
            signed.author.sign(signed.folder());
        }
        signed.reload().unwrap();
    }
}

#[test]
fn the_signature_of_another_bundle_does_not_count() {
    for language in languages() {
        let signed = Signed::new(language);
        let manifest = signed.folder().join("manifest.toml");
        let honest = fs::read(&manifest).unwrap();
        replace(&manifest, "name = \"one\"", "name = \"two\"");
        signed.author.sign(signed.folder());
        fs::write(&manifest, honest).unwrap();

        let reason = refusal(&signed.load().unwrap_err());

        assert!(reason.contains("is that of the bundle `two`"), "{reason}");
        assert!(reason.contains("names it `one`"), "{reason}");
    }
}

#[test]
fn a_folder_of_bundles_loads_the_signed_ones_alone() {
    let signed = Signed::new(&polyplug_tests::language::Scripted);
    signed.host.folder.bundle("two", "contract test.b@1.0\nfn version 7");

    let report = signed.host.runtime.load_folder(signed.host.folder.path()).unwrap();

    assert_eq!(report.loaded, ["one"]);
    assert_eq!(report.failed.len(), 1);
    assert!(report.failed[0].error.to_string().contains("`two`"), "{:?}", report.failed);
    assert!(signed.host.runtime.contract("test.b@1").is_err());
}

#[test]
fn a_dependent_that_was_changed_keeps_both_as_they_were() {
    let (author, folder) = (Author::new(), Folder::new());
    let host = polyplug_tests::host::Host::over(folder, |_| {
        author.required(polyplug::runtime::RuntimeBuilder::new())
    });
    let provider = host.folder.bundle("one", "contract test.a@1.0\nfn version 1");
    let more = "needs_reinit_on_dep_reload = true\nbundle_dependencies = [\"one\"]\n";
    let dependent = host.folder.bundle_with("two", more, "contract test.b@1.0\nfn version 1");
    for bundle in [&provider, &dependent] {
        author.sign(bundle);
        host.runtime.load_bundle(bundle).unwrap();
    }
    host.folder.rewrite("one", "contract test.a@1.0\nfn version 2");
    host.folder.rewrite("two", "contract test.b@1.0\nfn version 2");
    author.sign(&provider);

    let error = host.runtime.reload_bundle(&provider).unwrap_err().to_string();

    assert!(error.contains("`two`") && error.contains("`main.txt`"), "{error}");
    assert_eq!((host.call("test.a@1").unwrap(), host.call("test.b@1").unwrap()), (1, 1));
    author.sign(&dependent);
    host.runtime.reload_bundle(&provider).unwrap();
    assert_eq!((host.call("test.a@1").unwrap(), host.call("test.b@1").unwrap()), (2, 2));
}

#[test]
fn a_name_that_nobody_has_signed_is_not_believed() {
    let signed = Signed::new(&polyplug_tests::language::Scripted);
    signed.load().unwrap();
    replace(&signed.folder().join("manifest.toml"), "name = \"one\"", "name = \"two\"");

    let error = signed.reload().unwrap_err();

    assert!(matches!(error, RuntimeError::SignatureRejected { .. }), "{error:?}");
    assert_eq!(signed.answer(), 1);
    signed.author.sign(signed.folder());
    let error = signed.reload().unwrap_err().to_string();
    assert!(error.contains("the manifest now says `two`"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_manifest_that_is_a_pipe_is_refused_and_not_waited_for() {
    let signed = Signed::new(&polyplug_tests::language::Scripted);
    let manifest = signed.folder().join("manifest.toml");
    fs::remove_file(&manifest).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&manifest).status().unwrap();
    assert!(made.success());
    let (said, says) = std::sync::mpsc::channel();
    let (runtime, folder) = (Arc::clone(&signed.host.runtime), signed.folder());
    std::thread::spawn(move || said.send(runtime.load_bundle(folder)));

    let loaded = says.recv_timeout(PATIENCE).expect("the load waits for the pipe");

    let reason = refusal(&loaded.unwrap_err());
    assert!(reason.contains("`manifest.toml`"), "{reason}");
}

#[test]
fn a_folder_without_a_manifest_is_missed_as_ever() {
    let signed = Signed::new(&polyplug_tests::language::Scripted);
    let gone = signed.host.folder.of("nowhere");

    for folder in [signed.host.folder.path(), &gone] {
        let error = signed.host.runtime.load_bundle(folder).unwrap_err();
        assert!(matches!(error, RuntimeError::Manifest(_)), "{error:?}");
    }
}
