//! A bundle's folder as it was at one moment. Where signatures count, or the host admits bundles, all of
//! it is read here, once, before anything that it says is believed.

use crate::core::Core;
use crate::error::RuntimeError;
use crate::loader::BundleSource;
use crate::loader::manifest::{MANIFEST_FILE, Manifest, has_manifest};
use crate::trust::{BundleTree, Refusal, TreeError};
use polyplug_abi::SignaturePolicy;
use polyplug_trust::certainly_unsigned;
use std::path::Path;
use std::sync::Arc;

/// What was read of a bundle.
#[derive(Clone)]
pub(crate) enum Reading {
    /// Nothing: nobody asks for a signature, and its loader takes its files when it opens it.
    Later,
    /// All of its files.
    Whole(Arc<BundleTree>),
    /// Its manifest alone: it has no signature where one is required, and is refused whatever its files are.
    Unsigned(Refusal, UnsignedManifest),
    /// Its folder has something in it that no signature can cover, or cannot be read.
    Odd(TreeError),
}

/// The manifest of a bundle that nobody has signed.
#[derive(Clone)]
pub(crate) enum UnsignedManifest {
    Bytes(Arc<[u8]>),
    Unread(RuntimeError),
    /// Not followed: a stranger has no other file read, and told of, in the place of his own.
    Link,
}

impl UnsignedManifest {
    fn read(folder: &Path) -> Self {
        match Manifest::unlinked_bytes(folder) {
            Ok(Some(bytes)) => Self::Bytes(bytes.into()),
            Ok(None) => Self::Link,
            Err(error) => Self::Unread(error),
        }
    }
}

impl Reading {
    /// Reads `folder`.
    pub(crate) fn of(core: &Core, folder: &Path) -> Self {
        match core.options.reads_whole() {
            true => Self::judgeable(core, folder),
            false => Self::Later,
        }
    }

    /// Reads what it takes to say who signed the bundle in `folder`, whether anybody asks or not.
    pub(crate) fn judgeable(core: &Core, folder: &Path) -> Self {
        // Nobody has to lay bundles of half a gigabyte somewhere for this to be quick.
        let is_required = core.options.trust.policy == SignaturePolicy::Required;
        if let Some(refusal) = is_required.then(|| certainly_unsigned(folder)).flatten() {
            let manifest = UnsignedManifest::read(folder);
            return Self::Unsigned(Refusal::of_rule(&refusal), manifest);
        }
        BundleTree::read(folder).map_or_else(Self::Odd, |tree| Self::Whole(Arc::new(tree)))
    }

    /// Reads the folder of a source, or takes its files.
    pub(crate) fn of_source(core: &Core, source: &BundleSource) -> Self {
        match source {
            BundleSource::Path(folder) => Self::of(core, folder),
            BundleSource::Files(tree) if core.options.reads_whole() => {
                Self::Whole(Arc::clone(tree))
            }
            _ => Self::Later,
        }
    }

    /// Equal as long as the folder holds the same; none where it was not read.
    pub(crate) fn fingerprint(&self) -> Option<[u8; 32]> {
        let mut hasher = blake3::Hasher::new();
        match self {
            Self::Later => return None,
            Self::Whole(tree) => {
                hasher.update(b"files").update(&tree.digest());
                hasher.update(tree.signature_bytes().unwrap_or_default());
            }
            Self::Unsigned(refusal, manifest) => {
                hasher.update(b"unsigned").update(refusal.text.as_bytes());
                if let UnsignedManifest::Bytes(bytes) = manifest {
                    hasher.update(bytes);
                }
            }
            // What is wrong is the same as long as it is told in the same words.
            Self::Odd(error) => {
                hasher.update(b"error").update(error.to_string().as_bytes());
            }
        }
        Some(hasher.finalize().into())
    }

    /// Whether the bundle has a manifest of its own, or something in its place.
    pub(crate) fn has_manifest(&self, folder: &Path) -> bool {
        match self {
            Self::Whole(tree) if tree.get(MANIFEST_FILE).is_some() => true,
            _ => has_manifest(folder),
        }
    }
}
