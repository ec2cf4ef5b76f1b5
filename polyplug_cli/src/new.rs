//! `polyplug new`: a folder to begin a bundle with. What is there already stays as it is.

use crate::Verdict;
use crate::arguments::{BundleKind, NewOptions};
use crate::bindgen::{bad, create};
use crate::show::style::{DIM, paint, shown};
use polyplug::schema::{Contract, Descriptions};
use polyplug_bindgen::{ComponentLanguage, File, Language, NewBundle, NewComponent};
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path};

/// Runs the subcommand.
pub(crate) fn new(options: &NewOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let folder = options.dir.clone().unwrap_or_default().join(&options.name);
    let clone = clone(options);
    let writer = Writer::of(options, clone.as_deref());
    let files = match &options.wit {
        None => greeting(&writer),
        Some(wit) => providing(&writer, wit),
    };
    let mut files = match files {
        Ok(files) => files,
        Err(problem) => return bad(&problem),
    };
    build_here(&mut files, options);
    if folder.exists() {
        return bad(&format!("{} is there already; nothing was written", shown(&folder)));
    }
    for file in &files {
        let path = folder.join(&file.name);
        if let Err(error) = create(&folder, file) {
            return bad(&format!("{}: {error}", shown(&path)));
        }
        writeln!(out, "{}", shown(&path))?;
    }
    let bundle = shown(&folder);
    if options.kind != BundleKind::Lua {
        writeln!(out, "{}", paint(DIM, format!("next: make -C {bundle}")))?;
    }
    writeln!(out, "{}", paint(DIM, format!("next: polyplug check {bundle}")))?;
    Ok(Verdict::Good)
}

/// The clone of polyplug that a bundle in Rust is built with: the one that was named, or the one that
/// this command comes from, if it is still there.
fn clone(options: &NewOptions) -> Option<String> {
    const OURS: &str = env!("CARGO_MANIFEST_DIR");
    let named = match &options.polyplug {
        Some(clone) => std::path::absolute(clone).unwrap_or_else(|_| clone.clone()),
        None => {
            let ours = Path::new(OURS).parent()?.to_owned();
            ours.join("polyplug_guest/Cargo.toml").is_file().then_some(ours)?
        }
    };
    Some(named.display().to_string())
}

/// What is built goes to the folder `target` of where the command was given, whatever `--dir` says: there it
/// lies outside of a folder that a host watches, and goes astray nowhere.
fn build_here(files: &mut [File], options: &NewOptions) {
    const BESIDE_THE_BUNDLES: &str = "../../target";
    let dir = options.dir.as_deref().unwrap_or(Path::new(""));
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !dir.components().all(|part| is_name(&part)) {
        return;
    }
    let depth = dir.components().filter(|part| matches!(part, Component::Normal(_))).count();
    let here = "../".repeat(depth + 1) + "target";
    for makefile in files.iter_mut().filter(|file| file.name == "Makefile") {
        makefile.text = makefile.text.replace(BESIDE_THE_BUNDLES, &here);
    }
}

/// What writes the bundle.
enum Writer<'a> {
    Bundle(NewBundle<'a>),
    Component(NewComponent<'a>),
}

impl<'a> Writer<'a> {
    /// `polyplug` is the clone that a bundle in Rust is built with.
    fn of(options: &'a NewOptions, polyplug: Option<&'a str>) -> Self {
        let name = &options.name;
        let bundle = |language| Self::Bundle(NewBundle { name, language, polyplug });
        let component = |language| Self::Component(NewComponent { name, language });
        match options.kind {
            BundleKind::Lua => bundle(Language::Lua),
            BundleKind::C => bundle(Language::C),
            BundleKind::Cpp => bundle(Language::Cpp),
            BundleKind::Rust => bundle(Language::Rust),
            BundleKind::WasmC => component(ComponentLanguage::C),
            BundleKind::WasmRust => component(ComponentLanguage::Rust),
        }
    }
}

/// The files of a bundle with a small contract of its own.
fn greeting(writer: &Writer<'_>) -> Result<Vec<File>, String> {
    let files = match writer {
        Writer::Bundle(bundle) => bundle.greeting(),
        Writer::Component(component) => component.greeting(),
    };
    files.map_err(|error| error.to_string())
}

/// The files of a bundle that provides what `wit` describes.
fn providing(writer: &Writer<'_>, wit: &Path) -> Result<Vec<File>, String> {
    let descriptions = Descriptions::from_path(wit).map_err(|error| error.to_string())?;
    let contracts: Vec<&Contract> = descriptions.contracts().map(|contract| &**contract).collect();
    if contracts.is_empty() {
        return Err(format!("{}: there is no contract in it", shown(wit)));
    }
    let files = match writer {
        Writer::Bundle(bundle) => bundle.providing(&contracts).map(Some),
        Writer::Component(component) => component.providing(&contracts),
    };
    let files = files.map_err(|error| error.to_string())?;
    let mut files = files.ok_or(
        "the functions of a component in C are declared by wit-bindgen: begin without --wit, then change \
         the WIT in the folder",
    )?;
    let copied = copies(wit).map_err(|error| format!("{}: {error}", shown(wit)))?;
    files.splice(1..1, copied);
    Ok(files)
}

/// The WIT of a file or folder, as files of the bundle's folder `wit`.
fn copies(wit: &Path) -> io::Result<Vec<File>> {
    let mut found = Vec::new();
    if wit.is_dir() {
        collect(wit, "wit", &mut found)?;
    } else {
        let name = wit.file_name().unwrap_or_default().to_string_lossy();
        found.push(File { name: format!("wit/{name}"), text: fs::read_to_string(wit)? });
    }
    Ok(found)
}

fn collect(folder: &Path, inside: &str, found: &mut Vec<File>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = format!("{inside}/{}", name.to_string_lossy());
        if path.is_dir() {
            collect(&path, &name, found)?;
        } else if path.extension().is_some_and(|ending| ending == "wit") {
            found.push(File { name, text: fs::read_to_string(&path)? });
        }
    }
    Ok(())
}
