//! An author of bundles, who signs them.

use polyplug::loader::manifest::Manifest;
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::{
    BundleSignature, BundleTree, Ed25519PublicKey, KeyId, SIGNATURE_FILE, SecretKey,
    SignaturePolicy,
};
use polyplug_abi::Version;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Somebody with a key.
#[derive(Debug)]
pub struct Author(SecretKey);

impl Author {
    /// One with a new key.
    pub fn new() -> Self {
        Self(SecretKey::generate().expect("the system has random numbers"))
    }

    /// What hosts trust.
    pub fn key(&self) -> Ed25519PublicKey {
        self.0.public().into()
    }

    /// What the key is called.
    pub fn id(&self) -> KeyId {
        self.0.public().id()
    }

    /// A host's builder that takes this author's bundles alone, and may reload.
    pub fn required(&self, builder: RuntimeBuilder) -> RuntimeBuilder {
        let builder = builder.signature_policy(SignaturePolicy::Required).hot_reload(true);
        builder.trusted_keys([self.key()])
    }

    /// Signs the bundle in `folder` as it is now.
    pub fn sign(&self, folder: impl AsRef<Path>) {
        self.sign_with_minimum(folder, None);
    }

    /// As [`Author::sign`]; hosts that have run this take no version before `minimum` any more.
    pub fn sign_with_minimum(&self, folder: impl AsRef<Path>, minimum: Option<Version>) {
        let folder = folder.as_ref();
        let tree = BundleTree::read(folder).expect("the folder holds a bundle");
        let text = self.signature(&tree, minimum);
        // As a whole, as `polyplug sign` writes it.
        let unfinished = folder.with_extension("unfinished-signature");
        fs::write(&unfinished, text).expect("the folder is ours");
        fs::rename(unfinished, folder.join(SIGNATURE_FILE)).expect("the folder is ours");
    }

    /// These files, signed.
    pub fn signed(&self, files: &[(&str, &[u8])]) -> Arc<BundleTree> {
        let files = || files.iter().map(|(path, content)| (*path, *content));
        let tree = BundleTree::of_files(files()).expect("they are a bundle's files");
        let text = self.signature(&tree, None);
        let all = files().chain([(SIGNATURE_FILE, text.as_bytes())]);
        Arc::new(BundleTree::of_files(all).expect("they are a bundle's files"))
    }

    fn signature(&self, tree: &BundleTree, minimum: Option<Version>) -> String {
        let manifest = Manifest::of_tree(tree, Path::new("")).expect("the manifest reads").data;
        let version = manifest.parsed_version().expect("the version reads");
        let part = |number: u64| u32::try_from(number).expect("tests count from 1");
        let version = Version::new(part(version.major), part(version.minor), part(version.patch));
        let hashes = tree.hashes().clone();
        let signature = BundleSignature::sign(&self.0, &manifest.name, version, minimum, hashes);
        signature.expect("the name and the versions are fine").to_text()
    }
}

impl Default for Author {
    fn default() -> Self {
        Self::new()
    }
}
