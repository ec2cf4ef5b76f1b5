//! Every target over everything that is kept.

use std::fs;
use std::path::{Path, PathBuf};

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_manifest_passes() {
    replay("manifest", polyplug_fuzz::manifest::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_foreign_passes() {
    replay("foreign", polyplug_fuzz::foreign::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_calls_passes() {
    replay("calls", polyplug_fuzz::calls::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_wit_passes() {
    replay("wit", polyplug_fuzz::wit::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_wave_passes() {
    replay("wave", polyplug_fuzz::wave::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_binary_passes() {
    replay("binary", polyplug_fuzz::binary::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_bundle_passes() {
    replay("bundle", polyplug_fuzz::bundle::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_component_passes() {
    replay("component", polyplug_fuzz::component::run);
}

#[cfg(feature = "runtime")]
#[test]
fn what_is_kept_for_smith_passes() {
    replay("smith", polyplug_fuzz::smith::run);
}

#[test]
fn what_is_kept_for_signature_passes() {
    replay("signature", polyplug_fuzz::signature::run);
}

#[test]
fn what_is_kept_for_tree_passes() {
    replay("tree", polyplug_fuzz::tree::run);
}

fn replay(target: &str, run: fn(&[u8])) {
    let kept = ["corpus", "findings"].map(|what| files(what, target));
    assert!(!kept[0].is_empty(), "there is a corpus for {target}");
    for file in kept.iter().flatten() {
        println!("{}", file.display());
        run(&fs::read(file).expect("the file is there"));
    }
}

fn files(what: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(what).join(target);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    files.sort();
    files
}
