//! Checking a signed bundle of 10 MB, and hashing it once.

use polyplug_abi::Version;
use polyplug_benches::{measure, report};
use polyplug_trust::{BundleSignature, BundleTree, Keyring, SIGNATURE_FILE, SecretKey};
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// All files of a bundle together.
const BYTES: usize = 10_000_000;

/// Enough for a median that stays.
const SAMPLES: usize = 301;

const VERSION: Version = Version::new(1, 4, 0);

fn main() {
    report::header("trust");
    for files in [1, 20, 1000] {
        bundle_of(files);
    }
}

/// Hashing means one BLAKE3 over all bytes, which lie in memory in one piece.
fn bundle_of(files: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = SecretKey::generate().expect("the system gives random numbers");
    write(folder.path(), files, &key);
    let keyring = Keyring { trusted: vec![key.public()], ..Keyring::default() };
    let judge = |tree: &BundleTree| {
        black_box(keyring.judge(tree, "bench", VERSION, None).expect("it was signed"));
    };

    let whole = content(BYTES, 0);
    let (mut hash, mut whole_check, mut part) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        hash.push(time(|| _ = black_box(blake3::hash(&whole))));
        let start = Instant::now();
        let tree = BundleTree::read(folder.path()).expect("it can be read");
        let read = start.elapsed();
        let judged = timed(|| judge(&tree));
        whole_check.push((read + judged).as_nanos() as f64);
        part.push(judged.as_nanos() as f64);
    }
    let floor = Some(measure::median(&mut hash));
    let name = |what| format!("{what}, 10 MB in {files} files; floor: hash");
    report::row(&name("read and verify"), floor, measure::median(&mut whole_check), "2 x");
    report::row(&name("judge what was read"), floor, measure::median(&mut part), "");
}

fn write(folder: &Path, files: usize, key: &SecretKey) {
    for number in 0..files {
        let path = folder.join(format!("{number}.bin"));
        fs::write(path, content(BYTES / files, number)).expect("a fresh folder");
    }
    let tree = BundleTree::read(folder).expect("it can be read");
    let signed = BundleSignature::sign(key, "bench", VERSION, None, tree.hashes().clone());
    let text = signed.expect("it has a name").to_text();
    fs::write(folder.join(SIGNATURE_FILE), text).expect("a fresh folder");
}

/// Bytes that differ from file to file.
fn content(length: usize, seed: usize) -> Vec<u8> {
    let byte = |at: usize| (at.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 7) as u8;
    (0..length).map(byte).collect()
}

fn time(operation: impl FnOnce()) -> f64 {
    timed(operation).as_nanos() as f64
}

fn timed(operation: impl FnOnce()) -> Duration {
    let start = Instant::now();
    operation();
    start.elapsed()
}
