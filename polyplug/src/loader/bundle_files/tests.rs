use super::*;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn lua(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "lua")
}

fn paths(files: &BundleFiles) -> Vec<&str> {
    files.iter().map(|(path, _)| path).collect()
}

#[test]
fn the_manifest_and_what_is_asked_for_is_read() {
    let folder = folder(&[
        ("manifest.toml", "m"),
        ("bundle.lua", "b"),
        ("lib/part.lua", "p"),
        ("lib/manifest.toml", "not the bundle's"),
        ("readme.txt", "r"),
    ]);
    let files = BundleFiles::read(folder.path(), lua).unwrap();
    assert_eq!(paths(&files), ["bundle.lua", "lib/part.lua", "manifest.toml"]);
    assert_eq!(files.get("./lib/part.lua").map(|content| &content[..]), Some(&b"p"[..]));
    assert_eq!(files.get("readme.txt"), None);
    assert!(format!("{files:?}").contains("\"lib/part.lua\": 1"));
}

#[test]
fn hidden_files_and_leftovers_of_editors_are_not_read() {
    let folder = folder(&[
        ("a.lua", ""),
        ("a.lua~", ""),
        ("a.lua.swp", ""),
        (".a.lua.swp", ""),
        (".hidden.lua", ""),
        (".git/hook.lua", ""),
    ]);
    let files = BundleFiles::read(folder.path(), |_| true).unwrap();
    assert_eq!(paths(&files), ["a.lua"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = folder(&[]);
    let result = BundleFiles::read(&folder.path().join("none"), lua);
    assert!(matches!(result, Err(RuntimeError::Io { action: "reading", .. })), "{result:?}");
}

#[test]
fn an_empty_folder_has_no_files() {
    let folder = folder(&[]);
    assert_eq!(BundleFiles::read(folder.path(), lua).unwrap().iter().count(), 0);
}

#[test]
fn files_are_found_by_their_paths_without_being_read() {
    let folder =
        folder(&[("manifest.toml", "m"), ("lib/a.lua", ""), ("b.txt", ""), (".c.lua", "")]);
    assert_eq!(BundleFiles::paths(folder.path(), lua).unwrap(), ["lib/a.lua"]);
}

#[test]
fn the_digest_changes_with_every_path_and_content() {
    let digest = |files: &[(&str, &str)]| {
        BundleFiles::digest_of_folder(folder(files).path(), |_| true).unwrap()
    };
    let base = digest(&[("a", "bc"), ("d", "")]);
    assert_eq!(base, digest(&[("d", ""), ("a", "bc")]));
    for other in [
        digest(&[("a", "bd"), ("d", "")]),
        digest(&[("ab", "c"), ("d", "")]),
        digest(&[("a", "b"), ("c", ""), ("d", "")]),
        digest(&[("a", "bc")]),
        digest(&[("a", ""), ("d", "bc")]),
        digest(&[]),
    ] {
        assert_ne!(base, other);
    }
}

#[test]
fn memory_and_disk_have_one_digest() {
    let folder = folder(&[("bundle.lua", "return {}")]);
    let read = BundleFiles::read(folder.path(), lua).unwrap();
    let memory = BundleFiles::from_memory("bundle.lua", *b"return {}");
    assert_eq!(read, memory);
    assert_eq!(read.digest(), memory.digest());
}

#[test]
fn a_folder_that_is_too_deep_or_too_full_is_refused() {
    let deep = folder(&[(&format!("{}a.lua", "x/".repeat(MAX_DEPTH)), "")]);
    let error = BundleFiles::read(deep.path(), lua).unwrap_err().to_string();
    assert!(error.contains("more than 16 levels of folders"), "{error}");
    let fits = folder(&[(&format!("{}a.lua", "x/".repeat(MAX_DEPTH - 1)), "")]);
    assert_eq!(BundleFiles::read(fits.path(), lua).unwrap().iter().count(), 1);

    let full = folder(&[]);
    for number in 0..=MAX_FILES {
        fs::write(full.path().join(format!("{number}.lua")), "").unwrap();
    }
    let error = BundleFiles::read(full.path(), lua).unwrap_err().to_string();
    assert!(error.contains("more than 4096 files"), "{error}");
}

#[test]
fn files_above_the_limit_are_refused() {
    let folder = folder(&[("a.lua", "x")]);
    let walk_left = |bytes| {
        let root = folder.path();
        let mut reading = Reading { root, entries: BTreeMap::new(), bytes };
        reading.file(&root.join("a.lua"), "a.lua".to_owned())
    };
    assert!(walk_left(MAX_BYTES - 1).is_ok());
    let error = walk_left(MAX_BYTES).unwrap_err().to_string();
    assert!(error.contains("more than 512 MiB"), "{error}");
}

#[test]
fn a_file_that_vanishes_is_left_out() {
    let folder = folder(&[]);
    let root = folder.path();
    let mut reading = Reading { root, entries: BTreeMap::new(), bytes: 0 };
    reading.file(&root.join("gone.lua"), "gone.lua".to_owned()).unwrap();
    let mut walk = Walk { root, takes: &lua, found: Vec::new() };
    walk.folder(&root.join("gone"), "gone", &mut vec![root.to_owned()]).unwrap();
    assert!(reading.entries.is_empty() && walk.found.is_empty());
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_inside() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[("secret.lua", "s")]);
    let folder = folder(&[("lib/part.lua", "p")]);
    let root = folder.path();
    symlink("lib/part.lua", root.join("inside.lua")).unwrap();
    symlink("lib", root.join("again")).unwrap();
    symlink(outside.path().join("secret.lua"), root.join("outside.lua")).unwrap();
    symlink(outside.path(), root.join("out")).unwrap();
    symlink("nowhere.lua", root.join("dangling.lua")).unwrap();
    symlink("..", root.join("lib/circle")).unwrap();
    symlink("self.lua", root.join("self.lua")).unwrap();

    let files = BundleFiles::read(root, lua).unwrap();
    assert_eq!(paths(&files), ["again/part.lua", "inside.lua", "lib/part.lua"]);
    assert_eq!(files.get("inside.lua").map(|content| &content[..]), Some(&b"p"[..]));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_and_no_folder_is_left_out() {
    let folder = folder(&[("a.lua", "")]);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s.lua")).unwrap();
    assert_eq!(paths(&BundleFiles::read(folder.path(), lua).unwrap()), ["a.lua"]);
}
