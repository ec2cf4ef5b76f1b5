//! Folders that are bundles, and folders that are not.

use super::BundleTree;
use crate::TreeRule;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn write(folder: &Path, path: &str, content: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

/// A folder with a file in it that nothing is wrong with.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "m/good.lua", "return 1");
    folder
}

fn of_files(files: &[(&str, &str)]) -> Result<BundleTree, crate::TreeError> {
    BundleTree::of_files(files.iter().map(|(path, content)| (*path, content.as_bytes())))
}

/// Refused for this file, with this text after the folder and the path.
#[track_caller]
fn assert_refused(folder: &Path, path: &str, text: &str) -> TreeRule {
    let error = BundleTree::read(folder).unwrap_err();
    assert_eq!((error.path.as_str(), error.folder.as_path()), (path, folder));
    let (root, path) = (folder.display(), path.escape_debug());
    assert_eq!(error.to_string(), format!("{root}: `{path}` {text}"));
    error.rule
}

#[test]
fn every_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let files =
        [("a-b", "1"), ("a/b/c.lua", "22"), ("a/.hidden", ""), ("bundle.sig", "s"), ("z~", "3")];
    for (path, content) in files {
        write(folder.path(), path, content);
    }
    fs::create_dir_all(folder.path().join("empty/too")).unwrap();

    let tree = BundleTree::read(folder.path()).unwrap();

    assert_eq!(tree, of_files(&files).unwrap());
    let paths: Vec<_> = tree.iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["a-b", "a/.hidden", "a/b/c.lua", "bundle.sig", "z~"]);
    assert_eq!(tree.get("a/b/c.lua").unwrap()[..], *b"22");
    assert_eq!((tree.len(), tree.hashes().len()), (5, 4));
    assert_eq!(tree.signature_bytes(), Some(&b"s"[..]));
    assert_eq!(tree.get("a//b/c.lua").or(tree.get("./a-b")), None);
}

#[test]
fn the_signature_is_not_part_of_the_digest() {
    let one = of_files(&[("a", "1"), ("bundle.sig", "x")]).unwrap();
    let other = of_files(&[("a", "1"), ("bundle.sig", "y")]).unwrap();
    assert_eq!(one.digest(), other.digest());
    assert_eq!(one.digest(), of_files(&[("a", "1")]).unwrap().digest());
    // Only the one at the top is it.
    let below = of_files(&[("a", "1"), ("b/bundle.sig", "x")]).unwrap();
    assert_ne!(one.digest(), below.digest());
    assert_eq!(below.signature_bytes(), None);
}

#[test]
fn the_order_in_which_files_come_does_not_matter() {
    let mut files = [("b", "2"), ("a/c", "3"), ("a-", "4"), ("a/b", "1"), ("é", "5")];
    let digest = of_files(&files).unwrap().digest();
    for _ in 0..files.len() {
        files.rotate_left(1);
        assert_eq!(of_files(&files).unwrap().digest(), digest);
        // What was made last is often listed first.
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            write(folder.path(), path, content);
        }
        assert_eq!(BundleTree::read(folder.path()).unwrap().digest(), digest);
    }
}

#[test]
fn what_is_in_memory_keeps_its_place() {
    let content: Arc<[u8]> = b"return 1".as_slice().into();
    let tree = BundleTree::of_files([("a", Arc::clone(&content))]).unwrap();
    assert!(Arc::ptr_eq(tree.get("a").unwrap(), &content));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    let text = BundleTree::read(&gone).unwrap_err().to_string();
    let advice = "make it readable for this user, or remove it from the bundle";
    let gone = gone.display();
    let missing = std::io::Error::from_raw_os_error(2);
    assert_eq!(text, format!("{gone} cannot be read: {missing}; {advice}"));

    write(folder.path(), "file", "");
    let error = BundleTree::read(folder.path().join("file")).unwrap_err();
    assert!(matches!(error.rule, TreeRule::Unreadable(_)) && error.path.is_empty());
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn too_deep_a_folder_is_refused() {
    let folder = folder();
    let deep = vec!["d"; 16].join("/");
    write(folder.path(), &deep, "");
    assert!(BundleTree::read(folder.path()).is_ok());
    fs::remove_file(folder.path().join(&deep)).unwrap();
    write(folder.path(), &format!("{deep}/e"), "");
    let text = "lies too deep: a path has at most 16 parts; is this the bundle's folder?";
    assert_refused(folder.path(), &format!("{deep}/e"), text);
}

#[test]
fn too_large_a_folder_is_refused() {
    let folder = folder();
    let large = fs::File::create(folder.path().join("z")).unwrap();
    // It has no blocks on the disk.
    large.set_len(512 * 1024 * 1024).unwrap();
    let text = "is too large: a bundle has at most 512 MiB; is this the bundle's folder?";
    assert_refused(folder.path(), "z", text);

    let half: Arc<[u8]> = vec![0; 256 * 1024 * 1024].into();
    let files = ["a", "b"].map(|path| (path, Arc::clone(&half)));
    assert!(BundleTree::of_files(files.clone()).is_ok());
    let more = [("c", Arc::from([0]))];
    let error = BundleTree::of_files(files.into_iter().chain(more)).unwrap_err();
    assert_eq!(error.to_string(), format!("`c` {text}"));
}

#[test]
fn paths_in_memory_follow_the_same_rules() {
    for path in ["", "/a", "a/", "a//b", "./a", "a/../b", "..", "a/."] {
        let error = of_files(&[(path, "")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`{path}` is no path below the bundle's folder; name its parts with one `/` between them"
            )
        );
    }
    let twice = "is named twice; keep one of the two";
    let error = of_files(&[("a", "1"), ("a", "2")]).unwrap_err();
    assert_eq!(error.to_string(), format!("`a` {twice}"));
    let error = of_files(&[("a/b", "1"), ("a", "2")]).unwrap_err();
    assert_eq!(error.to_string(), format!("`a/b` {twice}"));
}

#[cfg(unix)]
mod unix;
