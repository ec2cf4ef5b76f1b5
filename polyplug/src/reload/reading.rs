//! A bundle's folder as it was at one moment. Where signatures count, or the host admits bundles, all of
//! it is read here, once, before anything that it says is believed.

use crate::core::Core;
use crate::loader::BundleSource;
use crate::loader::manifest::{MANIFEST_FILE, has_manifest};
use crate::trust::{BundleTree, TreeError};
use std::path::Path;
use std::sync::Arc;

/// What was read of a bundle.
#[derive(Clone)]
pub(crate) enum Reading {
    /// Nothing: nobody asks for a signature, and its loader takes its files when it opens it.
    Later,
    /// All of its files.
    Whole(Arc<BundleTree>),
    /// Its folder has something in it that no signature can cover, or cannot be read.
    Odd(TreeError),
}

impl Reading {
    /// Reads `folder`.
    pub(crate) fn of(core: &Core, folder: &Path) -> Self {
        if !core.options.reads_whole() {
            return Self::Later;
        }
        Self::whole(folder)
    }

    /// Reads `folder`, whether anybody needs all of it or not.
    pub(crate) fn whole(folder: &Path) -> Self {
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
