//! The files of a bundle, with odd names, in memory or in a folder: a tree is what was put there, or is
//! refused; and of a signed tree nothing can be changed that is not noticed.

mod change;
mod folder;
mod path;

use crate::signature::{KEY, on_one_line};
use arbitrary::{Arbitrary, Unstructured};
use change::Change;
use path::Name;
use polyplug_abi::Version;
use polyplug_trust::{
    BundleSignature, BundleTree, Difference, Keyring, SIGNATURE_FILE, SignatureRefusal, TreeError,
};
use std::collections::BTreeMap;

/// More would only make a run longer.
const MOST: usize = 24;

/// What is put into the bundle, and what is changed when it is signed.
#[derive(Arbitrary, Debug)]
struct Input {
    place: Place,
    entries: Vec<Entry>,
    changes: Vec<Change>,
}

#[derive(Arbitrary, Debug)]
enum Place {
    Memory,
    Folder,
}

#[derive(Arbitrary, Debug)]
struct Entry {
    path: Vec<Name>,
    what: What,
}

#[derive(Arbitrary, Clone, Debug)]
enum What {
    File(Vec<u8>),
    Folder,
    Link(Vec<Name>),
    Pipe,
}

/// The files by path, bundle.sig among them.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes a tree of what the bytes say, signs it and changes it.
pub fn run(data: &[u8]) {
    let Ok(mut input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return };
    input.entries.truncate(MOST);
    input.changes.truncate(MOST);
    let (tree, files) = match input.place {
        Place::Memory => in_memory(&input.entries),
        Place::Folder => folder::read(&input.entries),
    };
    match tree {
        Ok(tree) => {
            is_made_of(&tree, &files);
            signed(&tree, files, &input.changes);
        }
        Err(error) => on_one_line(&error.to_string()),
    }
}

fn in_memory(entries: &[Entry]) -> (Result<BundleTree, TreeError>, Files) {
    let files = entries.iter().filter_map(|entry| match &entry.what {
        What::File(content) => Some((path::utf8(&entry.path)?, content.clone())),
        _ => None,
    });
    let files: Vec<_> = files.collect();
    let tree = BundleTree::of_files(files.iter().cloned());
    let paths: Vec<_> = files.iter().map(|(path, _)| path.as_bytes()).collect();
    path::judged(&paths, &[], tree.as_ref().err());
    (tree, files.into_iter().collect())
}

/// The tree has these files and no others, and the digest that the documentation says.
fn is_made_of(tree: &BundleTree, files: &Files) {
    let found: Vec<_> = tree.iter().map(|(path, content)| (path, &content[..])).collect();
    let expected: Vec<_> = files.iter().map(|(path, content)| (&path[..], &content[..])).collect();
    assert_eq!(found, expected);
    let mut bytes = b"polyplug bundle tree 1\0".to_vec();
    for (path, content) in expected.into_iter().filter(|(path, _)| *path != SIGNATURE_FILE) {
        bytes.extend((path.len() as u64).to_le_bytes());
        bytes.extend(path.as_bytes());
        bytes.extend((content.len() as u64).to_le_bytes());
        bytes.extend(blake3::hash(content).as_bytes());
    }
    assert_eq!(tree.digest(), *blake3::hash(&bytes).as_bytes());
    assert_eq!(tree.digest(), tree.hashes().digest());
}

/// What was signed is accepted, and after the changes only what is still the same.
fn signed(tree: &BundleTree, mut files: Files, changes: &[Change]) {
    let version = Version::new(1, 4, 0);
    let hashes = tree.hashes().clone();
    let signature = BundleSignature::sign(&KEY, "score", version, None, hashes);
    let text = signature.expect("it has a name").to_text();
    files.insert(SIGNATURE_FILE.to_owned(), text.into());
    // There may be a file whose name differs from it by case only.
    let Ok(tree) = BundleTree::of_files(files.clone()) else { return };
    let keyring = Keyring { trusted: vec![KEY.public()], ..Keyring::default() };
    let judge = |tree: &BundleTree| keyring.judge(tree, "score", version, None);
    judge(&tree).expect("it was signed");

    let mut changed = files.clone();
    changes.iter().for_each(|change| change.apply(&mut changed));
    let Ok(tree) = BundleTree::of_files(changed.clone()) else { return };
    match judge(&tree) {
        Ok(_) => assert_eq!(changed, files, "what differs is refused"),
        Err(refusal) => {
            assert_ne!(changed, files, "what is the same is accepted");
            on_one_line(&refusal.to_string());
            names_what_differs(&refusal, &files, &changed);
        }
    }
}

fn names_what_differs(refusal: &SignatureRefusal, signed: &Files, found: &Files) {
    let (SignatureRefusal::FileChanged(files)
    | SignatureRefusal::FileAdded(files)
    | SignatureRefusal::FileRemoved(files)
    | SignatureRefusal::FileRenamed(files)) = refusal
    else {
        assert_ne!(signed.get(SIGNATURE_FILE), found.get(SIGNATURE_FILE), "{refusal}");
        return;
    };
    assert!(!files.all().is_empty());
    for difference in files.all() {
        match difference {
            Difference::Added(path) => {
                assert!(!signed.contains_key(path) && found.contains_key(path))
            }
            Difference::Removed(path) => {
                assert!(signed.contains_key(path) && !found.contains_key(path));
            }
            Difference::Changed(path) => {
                assert!(signed.contains_key(path) && found.contains_key(path));
                assert_ne!(signed.get(path), found.get(path));
            }
            Difference::LineEnds(path) => {
                let text = |files: &Files| {
                    files[path].iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>()
                };
                assert_ne!(signed.get(path), found.get(path));
                assert_eq!(text(signed), text(found));
            }
            Difference::Renamed { from, to } => {
                assert!(!found.contains_key(from) && !signed.contains_key(to));
                assert_eq!(signed[from], found[to]);
            }
        }
    }
}
