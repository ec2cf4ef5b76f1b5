//! Folders that are bundles, and folders that are not.

use super::BundleTree;
use std::fs;
use std::path::Path;

fn write(folder: &Path, path: &str, content: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
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

    assert_eq!(
        tree,
        BundleTree::of_files(files.map(|(path, content)| (path, content.as_bytes()))).unwrap()
    );
    let paths: Vec<_> = tree.iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["a-b", "a/.hidden", "a/b/c.lua", "bundle.sig", "z~"]);
    assert_eq!(tree.get("a/b/c.lua").unwrap()[..], *b"22");
    assert_eq!((tree.len(), tree.hashes().len()), (5, 4));
    assert_eq!(tree.signature_bytes(), Some(&b"s"[..]));
}
