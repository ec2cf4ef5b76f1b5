//! A `bundle.sig` that was made for other files: whoever requires signatures would refuse the bundle.

use crate::show::style::shown;
use polyplug_trust::{BundleSignature, BundleTree, SIGNATURE_FILE};
use std::path::Path;

/// What does not fit, if there is a signature and it does not. Who made it is not asked.
pub(super) fn warning(folder: &Path) -> Option<String> {
    if !folder.join(SIGNATURE_FILE).exists() {
        return None;
    }
    let told = |what: &str| {
        let folder = shown(folder);
        Some(format!("{folder}: {SIGNATURE_FILE} no longer fits: {what}; sign the bundle again"))
    };
    let tree = match BundleTree::read(folder) {
        Ok(tree) => tree,
        Err(error) => return told(&error.to_string()),
    };
    let signature = match BundleSignature::parse(tree.signature_bytes()?) {
        Ok(signature) => signature,
        Err(error) => return told(&error.to_string()),
    };
    // The manifest is one of the files, so name and version fit if they do.
    let differences = signature.files.differences(tree.hashes());
    differences.first().and_then(|first| told(&format!("{first} is not what was signed")))
}
