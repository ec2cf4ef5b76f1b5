//! Digests and what differs.

use super::FileHashes;
use crate::{BundleTree, Difference, hex};
use proptest::collection::btree_map;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn hashes(files: &[(&str, &str)]) -> FileHashes {
    FileHashes::of_files(files.iter().map(|(path, content)| (*path, content.as_bytes())))
}

#[test]
fn the_digest_is_the_same_everywhere() {
    let files =
        [("a-b", "1"), ("a/b.lua", ""), ("manifest.toml", "name = \"score\"\n"), ("ä", "\r\n")];
    assert_eq!(
        hex::encode(&hashes(&files).digest()),
        "4b444e1a156ec3f840e319649c9c4e9631821662770c070dbb544e6564e4cc22"
    );
    assert_eq!(
        hex::encode(&hashes(&[]).digest()),
        "0d06b6cc6945f3bceceee6044587a91c026c0f7439c1c52584c97f3357f5727f"
    );
}

#[test]
fn the_digest_is_of_what_the_documentation_says() {
    let mut bytes = b"polyplug bundle tree 1\0".to_vec();
    for (path, content) in [("a", "1"), ("b/c", "22")] {
        bytes.extend((path.len() as u64).to_le_bytes());
        bytes.extend(path.as_bytes());
        bytes.extend((content.len() as u64).to_le_bytes());
        bytes.extend(blake3::hash(content.as_bytes()).as_bytes());
    }
    assert_eq!(hashes(&[("b/c", "22"), ("a", "1")]).digest(), *blake3::hash(&bytes).as_bytes());
}

#[test]
fn a_byte_does_not_move_between_path_and_content() {
    let digests = [
        hashes(&[("ab", "c")]),
        hashes(&[("a", "bc")]),
        hashes(&[("abc", "")]),
        hashes(&[("ab", ""), ("c", "")]),
        hashes(&[]),
    ]
    .map(|hashes| hashes.digest());
    for (at, digest) in digests.iter().enumerate() {
        assert!(!digests[..at].contains(digest));
    }
}

#[test]
fn each_difference_is_told() {
    let signed = hashes(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "4")]);
    let found =
        hashes(&[("a", "1"), ("b", "22"), ("d2", "4"), ("f", "6"), ("z", "4"), ("zz", "4")]);
    let renamed =
        |from: &str, to: &str| Difference::Renamed { from: from.to_owned(), to: to.to_owned() };
    assert_eq!(
        signed.differences(&found),
        [
            Difference::Added("f".to_owned()),
            Difference::Added("zz".to_owned()),
            Difference::Removed("c".to_owned()),
            Difference::Changed("b".to_owned()),
            renamed("d", "d2"),
            renamed("e", "z"),
        ]
    );
    assert_eq!(signed.differences(&signed), []);
}

fn files() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    btree_map("[a-c]/[a-c]", proptest::collection::vec(0..2_u8, 0..2), 0..6)
}

fn of(files: &BTreeMap<String, Vec<u8>>) -> FileHashes {
    BundleTree::of_files(files.clone()).unwrap().hashes().clone()
}

proptest! {
    /// Whoever undoes the differences has what was signed.
    #[test]
    fn differences_are_all_there_is(signed in files(), found in files()) {
        let mut undone = found.clone();
        for difference in of(&signed).differences(&of(&found)) {
            match difference {
                Difference::Added(path) => _ = undone.remove(&path).unwrap(),
                Difference::Changed(path) | Difference::Removed(path) => {
                    let content = signed[&path].clone();
                    prop_assert_ne!(undone.insert(path, content.clone()), Some(content));
                }
                Difference::LineEnds(_) => unreachable!("hashes have no line ends"),
                Difference::Renamed { from, to } => {
                    let content = undone.remove(&to).unwrap();
                    prop_assert_eq!(undone.insert(from, content), None);
                }
            }
        }
        prop_assert_eq!(&undone, &signed);
        prop_assert_eq!(of(&signed).digest() == of(&found).digest(), signed == found);
    }
}
