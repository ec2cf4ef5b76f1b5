use super::{Capability, FolderAccess, Request};
use crate::error::LoaderError;
use crate::loader::manifest::{Manifest, ManifestData};
use crate::loader::{BundleLoader, BundleSource};
use crate::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{AbiErrorCode, SupportedLanguage};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::{self, Sender};

fn capability(text: &str) -> Capability {
    text.parse().unwrap()
}

fn expected(text: &str) -> String {
    text.parse::<Capability>().unwrap_err().expected
}

fn request(table: &str) -> Request {
    read(table).unwrap()
}

fn read(table: &str) -> Result<Request, String> {
    let text = format!("name = \"a\"\nloader = \"wasm\"\nfile = \"a.wasm\"\n\n[wasm]\n{table}");
    let manifest = Manifest::parse(&text, Path::new("a/manifest.toml")).unwrap();
    Request::read(&manifest.options.loader_tables["wasm"]).map_err(|error| error.to_string())
}

#[test]
fn a_capability_is_written_as_it_was_read() {
    for text in [
        "args",
        "clocks",
        "env:LANG",
        "env:ProgramFiles(x86)",
        "fs:ro:data",
        "fs:rw:data/saves",
        "fs:rw:.",
        "fs:ro:/srv/mods",
        #[cfg(unix)]
        "fs:ro:a:b",
        "http",
        "network",
        "random",
        "stderr",
        "stdin",
        "stdout",
    ] {
        assert_eq!(capability(text).to_string(), text);
    }
}

#[test]
fn a_folder_has_one_spelling() {
    for (text, plain) in [
        ("fs:ro:./data/", "fs:ro:data"),
        ("fs:ro:data//a/./b", "fs:ro:data/a/b"),
        ("fs:rw:/srv//mods/", "fs:rw:/srv/mods"),
        ("fs:rw:./", "fs:rw:."),
    ] {
        assert_eq!(capability(text), capability(plain), "{text}");
        assert_eq!(capability(text).to_string(), plain);
    }
}

#[test]
fn what_names_nothing_is_told_the_right_form() {
    for text in ["env", "env:", "env:*", "env:A=B", "env: A", "env:LC_?"] {
        assert_eq!(expected(text), "`env:NAME`, which names one variable", "{text}");
    }
    for text in ["fs", "fs:", "fs:ro", "fs:ro:", "fs:rw:", "fs:data", "fs:wo:data", "fs:RO:data"] {
        let right = "`fs:ro:PATH` or `fs:rw:PATH`, which names one folder";
        assert_eq!(expected(text), right, "{text}");
    }
}

#[test]
fn the_whole_file_system_is_no_folder() {
    for text in ["fs:ro:/", "fs:rw://", "fs:ro:/./", "fs:ro:/.//"] {
        let right = "`fs:ro:PATH` or `fs:rw:PATH` with one folder, not the whole file system";
        assert_eq!(expected(text), right, "{text}");
    }
}

#[test]
fn a_path_that_climbs_is_refused() {
    for text in ["fs:ro:..", "fs:rw:a/../..", "fs:ro:/srv/..", "fs:ro:/srv/../etc", "fs:rw:a/.."] {
        let right = "`fs:ro:PATH` or `fs:rw:PATH` with a path that has no `..`";
        assert_eq!(expected(text), right, "{text}");
    }
}

#[test]
fn a_slip_is_told_what_may_have_been_meant() {
    assert_eq!(expected("stdot"), "`stdout`, if that was meant");
    assert_eq!(expected("Network"), "`network`, if that was meant");
    assert_eq!(expected("envs:HOME"), "`env:NAME`, which names one variable");
    assert_eq!(expected("http:example.org"), "`http` alone");
    assert_eq!(expected("fs:ro:a\nb"), "a text without control characters");
    let all = "one of `args`, `clocks`, `http`, `network`, `random`, `stderr`, `stdin`, `stdout`, \
               `env:NAME`, `fs:ro:PATH`, `fs:rw:PATH`";
    for text in ["everything", "", "*", "gpu:0"] {
        assert_eq!(expected(text), all, "{text}");
    }
}

#[test]
fn a_manifest_asks_for_what_it_needs_and_what_it_would_like() {
    let asked = request("capabilities = [\"stdout\"]\noptional_capabilities = [\"env:LANG\"]\n");
    assert_eq!(asked.needed, BTreeSet::from([Capability::Stdout]));
    assert_eq!(asked.optional, BTreeSet::from([capability("env:LANG")]));
    assert_eq!(request(""), Request::default());
}

#[test]
fn a_wrong_capability_in_a_manifest_is_told_with_its_line() {
    let said = read("capabilities = [\n  \"stdout\",\n  \"fs\",\n]\n").unwrap_err();
    assert_eq!(
        said,
        "a/manifest.toml:8:3: `wasm.capabilities[1]` is the string \"fs\"; it must be `fs:ro:PATH` or \
         `fs:rw:PATH`, which names one folder"
    );
    let said = read("optional_capabilities = \"stdout\"\n").unwrap_err();
    assert_eq!(
        said,
        "a/manifest.toml:6:25: `wasm.optional_capabilities` is the string \"stdout\"; it must be an \
         array of strings"
    );
}

#[test]
fn a_bundle_gets_what_it_asked_for_and_was_granted() {
    let asked =
        request("capabilities = [\"stdout\", \"http\"]\noptional_capabilities = [\"args\"]\n");
    let granted = BTreeSet::from([Capability::Stdout, Capability::Args, Capability::Stdin]);
    let answer = asked.answer(&granted);
    let given = [Capability::Args, Capability::Clocks, Capability::Random, Capability::Stdout];
    assert_eq!(answer.given.all, BTreeSet::from(given));
    assert!(answer.given.needed.contains(&Capability::Stdout));
    assert!(!answer.given.needed.contains(&Capability::Args));
    assert_eq!(answer.missing, [Capability::Http]);
    assert!(answer.declined.is_empty());

    let answer = asked.answer(&BTreeSet::new());
    assert_eq!(answer.given.all, Capability::everybodys());
    assert_eq!(answer.missing, [Capability::Http, Capability::Stdout]);
    assert_eq!(answer.declined, [Capability::Args]);
}

#[test]
fn a_folder_to_write_in_may_be_read_but_not_the_other_way_round() {
    let folder = |access| Capability::Folder { access, path: "data".to_owned() };
    let (reading, writing) = (folder(FolderAccess::ReadOnly), folder(FolderAccess::ReadWrite));
    assert!(writing.covers(&reading) && writing.covers(&writing) && reading.covers(&reading));
    assert!(!reading.covers(&writing));
    assert!(!capability("fs:rw:data").covers(&capability("fs:ro:data/a")));
    assert!(!capability("env:A").covers(&capability("env:AB")));
}

proptest! {
    #[test]
    fn whatever_reads_is_written_the_same_and_leads_nowhere_else(
        text in "(fs:r[ow]:|env:|)[a-z/.:= *\\\\\u{0}-\u{7}]{0,12}",
    ) {
        if let Ok(capability) = text.parse::<Capability>() {
            prop_assert_eq!(capability.to_string().parse::<Capability>(), Ok(capability.clone()));
            if let Capability::Folder { path, .. } = capability {
                prop_assert!(!path.is_empty() && path != "/");
                let mut inner = path.split('/').skip(1);
                let is_plain = path == "." || inner.all(|part| !matches!(part, "" | "." | ".."));
                prop_assert!(is_plain, "{path}");
                // A folder may well be called `..a`.
                prop_assert!(path.split('/').all(|part| part != ".."), "{path}");
            }
        }
    }
}

/// Opens bundles that only ask; what each got is told.
struct Asking(Sender<BTreeSet<Capability>>);

impl BundleLoader for Asking {
    fn loader_name(&self) -> &'static str {
        "wasm"
    }

    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Wasm
    }

    fn supports_hot_reload(&self) -> bool {
        true
    }

    fn load(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError> {
        runtime.stage(manifest, source, |stage| {
            let _ = self.0.send(stage.capabilities()?.all);
            Ok(())
        })
    }
}

/// A bundle's folder with `table` as its `[wasm]`.
fn bundle(name: &str, table: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text =
        format!("name = \"{name}\"\nloader = \"wasm\"\nfile = \"a.wasm\"\n\n[wasm]\n{table}\n");
    std::fs::write(folder.path().join("manifest.toml"), text).unwrap();
    folder
}

#[test]
fn a_bundle_that_asks_for_more_than_it_was_granted_is_refused() {
    let (send, got) = mpsc::channel();
    let builder = RuntimeBuilder::new().loader(Asking(send)).logger(|_, _, _| {});
    let builder = builder.grant("mod-*", ["stdout", "fs:rw:data"]).grant("mod-a", ["env:LANG"]);
    let runtime = builder.build().unwrap();

    let asking = "capabilities = [\"stdout\", \"http\", \"fs:ro:data\", \"env:LANG\"]";
    let error = runtime.load_bundle(bundle("mod-b", asking).path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "bundle `mod-b` asks for `env:LANG`, `http`, which this host did not grant; grant it with \
         `RuntimeBuilder::grant` (of the command: `--grant mod-b=env:LANG,http`), or ask for it in \
         `optional_capabilities`"
    );
    assert_eq!(error.code(), AbiErrorCode::CapabilityDenied as u32);
    assert!(got.try_recv().is_err());

    let asking = "capabilities = [\"stdout\"]\noptional_capabilities = [\"env:LANG\", \"http\"]";
    runtime.load_bundle(bundle("mod-a", asking).path()).unwrap();
    let all = ["clocks", "env:LANG", "random", "stdout"].map(capability);
    assert_eq!(got.recv().unwrap(), BTreeSet::from(all));
}

#[test]
fn a_bundle_that_asks_for_nothing_gets_what_everybody_has() {
    let (send, got) = mpsc::channel();
    let builder = RuntimeBuilder::new().loader(Asking(send)).grant("*", ["stdout", "network"]);
    let runtime = builder.build().unwrap();
    runtime.load_bundle(bundle("quiet", "").path()).unwrap();
    assert_eq!(got.recv().unwrap(), Capability::everybodys());
}

#[test]
fn a_host_that_grants_what_is_no_capability_is_told() {
    let error = RuntimeBuilder::new().grant("a", ["env"]).build().err().unwrap();
    assert_eq!(
        error.to_string(),
        "grant: `env` is no capability; it must be `env:NAME`, which names one variable"
    );
}
