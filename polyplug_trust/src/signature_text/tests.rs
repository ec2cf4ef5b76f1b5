//! One text for each signature.

use super::MAX_TEXT;
use crate::{BundleSignature, BundleTree, Keyring, SecretKey, SignatureRefusal};
use polyplug_abi::Version;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

const VERSION: Version = Version::new(1, 4, 0);

fn key() -> SecretKey {
    SecretKey::generate().unwrap()
}

fn tree() -> BundleTree {
    let files = [("a/b", "1".as_bytes()), ("manifest.toml", b"name = \"score\"")];
    BundleTree::of_files(files).unwrap()
}

fn sign(key: &SecretKey) -> BundleSignature {
    let minimum = Some(Version::new(1, 2, 0));
    BundleSignature::sign(key, "score", VERSION, minimum, tree().hashes().clone()).unwrap()
}

/// Every byte of a small file turned into every other, and every byte missing: none of it is accepted.
#[test]
fn no_byte_can_be_changed() {
    let key = key();
    let keyring = Keyring { trusted: vec![key.public()], ..Keyring::default() };
    let text = sign(&key).to_text().into_bytes();
    let judge = |text: &[u8]| {
        let signature = BundleSignature::parse(text).map_err(SignatureRefusal::Unreadable)?;
        assert_eq!(signature.to_text().as_bytes(), text);
        keyring.judge_hashes(&signature, tree().hashes(), "score", VERSION, None)
    };
    judge(&text).unwrap();
    for at in 0..text.len() {
        let mut changed = text.clone();
        for flip in 1..=255 {
            changed[at] = text[at] ^ flip;
            assert!(judge(&changed).is_err(), "byte {at} as {:#x}", changed[at]);
        }
        changed.remove(at);
        assert!(judge(&changed).is_err(), "without byte {at}");
        assert!(judge(&text[..at]).is_err(), "the first {at} bytes");
    }
    let more: Vec<u8> = text.iter().chain(b"\n").copied().collect();
    assert!(judge(&more).is_err());
}

/// The text with one line in the place of another is refused with this message.
#[track_caller]
fn assert_refused(line: usize, replacement: &str, message: &str) {
    let text = sign(&key()).to_text();
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    lines[line - 1] = replacement;
    let error = BundleSignature::parse(lines.concat().as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), message);
}

/// What is shown of a line with 64 digits: as much as of any other.
fn beginning(line: &str) -> String {
    format!("`{}…`", &line[..60])
}

#[test]
fn each_line_says_what_it_is_to_be() {
    let title = "line 1: expected `polyplug bundle signature 1`, found";
    for line in ["polyplug bundle signature 0x1", "polyplug bundle signature 01", "\u{feff}a\r", ""]
    {
        let found = line.escape_debug();
        assert_refused(1, &format!("{line}\n"), &format!("{title} `{found}`"));
    }
    let key = "line 2: expected `key` and 16 lower hexadecimal digits, found";
    assert_refused(2, "key 0123456789ABCDEF\n", &format!("{key} `key 0123456789ABCDEF`"));
    assert_refused(2, "", &format!("{key} `bundle score`"));
    let name = "line 3: expected `bundle` and the bundle's name, found";
    assert_refused(3, "bundle \n", &format!("{name} `bundle `"));
    assert_refused(3, "bundle a\tb\n", &format!("{name} `bundle a\\tb`"));
    let version = "line 4: expected `version` and a version like 1.4.0, found";
    assert_refused(4, "version 1.04.0\n", &format!("{version} `version 1.04.0`"));
    let minimum = "line 5: expected `minimum-version` and a version like 1.2.0, found";
    assert_refused(5, "minimum-version 1.2\n", &format!("{minimum} `minimum-version 1.2`"));
    let minimum = "line 5: expected a minimum version of at most 1.4.0, found 1.4.1";
    assert_refused(5, "minimum-version 1.4.1\n", minimum);
}

#[test]
fn each_file_has_one_line_in_its_place() {
    let expected = "expected `file`, 64 lower hexadecimal digits, a length and a path, found";
    let zeros = "0".repeat(64);
    for rest in [format!("{zeros} 1"), format!("{zeros} 01 a/b"), format!("{}G 1 a/b", &zeros[1..])]
    {
        let found = beginning(&format!("file {rest}"));
        assert_refused(6, &format!("file {rest}\n"), &format!("line 6: {expected} {found}"));
    }
    let itself = format!("file {zeros} 1 bundle.sig");
    assert_refused(
        7,
        &format!("{itself}\n"),
        &format!("line 7: {expected} {}", beginning(&itself)),
    );

    let file = |path: &str| format!("file {zeros} 1 {path}\n");
    let sorted = "expected the files sorted by path, found";
    assert_refused(7, &file("a/a"), &format!("line 7: {sorted} `a/a` after `a/b`"));
    assert_refused(7, &file("a/b"), &format!("line 7: {sorted} `a/b` after `a/b`"));
    let case = "differs from `b/A` by case only, and some systems take both for one; rename one";
    let both = file("b/A/c") + &file("b/a/d");
    assert_refused(7, &both, &format!("line 8: the file `b/a/d` {case}"));
    let below = "is no path below the bundle's folder; name its parts with one `/` between them";
    assert_refused(7, &file("b/../c"), &format!("line 7: the file `b/../c` {below}"));
}

#[test]
fn the_text_ends_with_the_signature() {
    let expected = "line 8: expected `file`, 64 lower hexadecimal digits, a length and a path, or \
                    `signature` and 128 lower hexadecimal digits, found";
    assert_refused(8, "", &format!("{expected} the end of the file"));
    assert_refused(8, "signature 00\n", &format!("{expected} `signature 00`"));
    assert_refused(8, "signature 00", &format!("{expected} `signature 00`, which has no line end"));
    let signature = format!("signature {}\n", "0".repeat(128));
    let end = "line 9: expected the end of the file, found";
    assert_refused(8, &format!("{signature}\n"), &format!("{end} ``"));
    assert_refused(8, &format!("{signature} "), &format!("{end} ` `, which has no line end"));
}

#[test]
fn what_is_no_text_is_refused() {
    let parse = |text: &[u8]| BundleSignature::parse(text).unwrap_err().to_string();
    assert_eq!(parse(b"polyplug\n\nbundle\xff\n"), "line 3: the text is not UTF-8");
    let large = vec![b'p'; MAX_TEXT + 1];
    assert_eq!(parse(&large), "line 1: the file has more than 4 MiB, which no signature has");
    assert!(parse(&large[1..]).contains("which has no line end"));
}

#[test]
fn a_newer_format_says_so() {
    let newer = "line 1: the signature has format 2, made by a newer polyplug, and this one knows format \
                 1; update polyplug";
    assert_refused(1, "polyplug bundle signature 2\n", newer);
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        name in "[^\\p{C}\\p{Zl}\\p{Zp}]{1,20}",
        version: [u32; 3],
        minimum: Option<[u32; 3]>,
        files in btree_map("[a-z]{1,3}(/[ é-]{1,3}[.]x){0,3}", vec(any::<u8>(), 0..9), 0..9),
    ) {
        let of = |[major, minor, patch]: [u32; 3]| Version::new(major, minor, patch);
        let minimum = minimum.map(of).map(|minimum| minimum.min(of(version)));
        let tree = BundleTree::of_files(files);
        prop_assume!(tree.is_ok());
        let hashes = tree.unwrap().hashes().clone();
        let key = key();
        let signature = BundleSignature::sign(&key, &name, of(version), minimum, hashes).unwrap();
        let text = signature.to_text();
        let read = BundleSignature::parse(text.as_bytes()).unwrap();
        prop_assert!(read.verify(&key.public()));
        prop_assert_eq!(read, signature);
        prop_assert!(text.len() < MAX_TEXT);
    }

    #[test]
    fn what_is_read_is_written(text in vec(any::<u8>(), 0..200)) {
        if let Ok(read) = BundleSignature::parse(&text) {
            prop_assert_eq!(read.to_text().into_bytes(), text);
        }
    }
}
