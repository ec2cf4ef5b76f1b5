//! One text for each signature.

use crate::{BundleSignature, BundleTree, SecretKey};
use polyplug_abi::Version;

fn signature() -> BundleSignature {
    let files = [("a/b", "1".as_bytes()), ("manifest.toml", b"name = \"score\"")];
    let tree = BundleTree::of_files(files).unwrap();
    let (version, minimum) = (Version::new(1, 4, 0), Some(Version::new(1, 2, 0)));
    let key = SecretKey::generate().unwrap();
    BundleSignature::sign(&key, "score", version, minimum, tree.hashes().clone()).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let signature = signature();
    let read = BundleSignature::parse(signature.to_text().as_bytes()).unwrap();
    assert_eq!(read, signature);
}
