//! Files of code that are missing, or are none: a discovery says what loading would say, and runs nothing.

use polyplug::discovery::Prospect;
use polyplug_tests::host::Host;
use polyplug_tests::language::{Behaviour, Language, Lua, Native, Scripted, write};
use polyplug_tests::native_bundle;
use std::fs;
use std::path::Path;

/// What is done to the place of a file, and what that is called.
type Damage = (&'static str, fn(&Path));

const LANGUAGES: [&dyn Language; 3] = [&Scripted, &Lua, &Native];

/// The words of the discovery, which loading has as well.
#[track_caller]
fn told(host: &Host, folder: &Path) -> String {
    let found = host.runtime.discover_in([host.folder.path()]).unwrap();
    let one = found.iter().find(|one| one.offer.path == folder).unwrap();
    let Prospect::WouldFail(foretold) = &one.prospect else { panic!("{one:?}") };
    assert_eq!(host.loader.opened(), 0);
    let error = host.runtime.load_bundle(folder).unwrap_err();
    assert_eq!(foretold.to_string(), error.to_string());
    assert_eq!(foretold.code(), error.code());
    error.to_string()
}

fn host(language: &'static dyn Language) -> Host {
    Host::with(|builder| language.equip(builder))
}

#[test]
fn a_main_file_that_is_missing_or_none_is_foretold() {
    let mut damages: Vec<Damage> =
        vec![("gone", |_| {}), ("a folder", |path| fs::create_dir(path).unwrap())];
    #[cfg(unix)]
    damages.extend([
        ("a pipe", pipe as fn(&Path)),
        ("a link", |path| std::os::unix::fs::symlink("nowhere", path).unwrap()),
    ]);
    for language in LANGUAGES {
        for (what, damage) in &damages {
            let host = host(language);
            let folder = write(&host.folder, language, "one", Behaviour::Counter, 1);
            let main = folder.join(language.file());
            fs::remove_file(&main).unwrap();
            damage(&main);

            let told = told(&host, &folder);

            assert!(told.contains(language.file()), "{what} of {}: {told}", language.name());
            assert!(told.contains("correct `file`"), "{what} of {}: {told}", language.name());
        }
    }
}

#[cfg(unix)]
fn pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn what_is_there_would_load() {
    for language in LANGUAGES {
        let host = host(language);
        write(&host.folder, language, "one", Behaviour::Counter, 1);
        let found = host.runtime.discover_in([host.folder.path()]).unwrap();
        assert!(matches!(found[0].prospect, Prospect::WouldLoad), "{found:?}");
        let report = host.runtime.load_folder(host.folder.path()).unwrap();
        assert_eq!(report.loaded, ["one"], "{report:?}");
    }
}

#[test]
fn files_that_their_loader_cannot_read_are_foretold() {
    let lua = host(&Lua);
    let more = "loader = \"lua\"\nfile = \"main.lua\"\n";
    let folder = lua.folder.bundle_with("one", more, "");
    fs::write(folder.join("main.lua"), "return {}").unwrap();
    fs::write(folder.join("module.lua"), b"-- \xff").unwrap();
    assert!(told(&lua, &folder).contains("module.lua is not UTF-8"));

    let native = host(&Native);
    let text = native_bundle::write_bytes(&native.folder, "text", "", b"int main;\n");
    assert!(told(&native, &text).contains("a text file"));
    let library = native_bundle::library("counter/c/main.c", &[]);
    let more = "[native]\nlibraries = [\"lib/gone.so\"]\n";
    let lacking = native_bundle::write_bytes(&native.folder, "lacking", more, &library);
    assert!(told(&native, &lacking).contains("`lib/gone.so`"));
}
