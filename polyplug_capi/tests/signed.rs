//! Bundles of which one is signed, for the programs that ask for signatures.

use crate::build::scratch;
use polyplug::trust::{BundleSignature, BundleTree, SIGNATURE_FILE, SecretKey, TrustStore};
use polyplug_abi::Version;
use std::fs;
use tempfile::TempDir;

/// `mods/counter`, which is signed and calls what is before 1.0.0 too old, and `mods/greeter`, which is
/// not. Beside them the key as bytes (`key`), what it is called (`key-id`), and a store that trusts it
/// (`trust`).
pub(crate) fn bundles() -> TempDir {
    let folder = scratch(&["counter/lua", "greeter/lua"]);
    let key = SecretKey::generate().expect("the system has random numbers");
    let public = key.public();
    let bundle = folder.path().join("mods/counter");
    let files = BundleTree::read(&bundle).expect("the bundle was copied");
    let (version, hashes) = (Version::new(1, 0, 0), files.hashes().clone());
    let signature = BundleSignature::sign(&key, "counter", version, Some(version), hashes);
    let text = signature.expect("name and version are fine").to_text();
    fs::write(bundle.join(SIGNATURE_FILE), text).expect("it is writable");
    fs::write(folder.path().join("key"), public.as_bytes()).expect("it is writable");
    fs::write(folder.path().join("key-id"), public.id().as_bytes()).expect("it is writable");
    let mut store = TrustStore::read(folder.path().join("trust")).expect("there is none yet");
    store.add(public, "the author").expect("the name is fine");
    store.write().expect("it is writable");
    folder
}
