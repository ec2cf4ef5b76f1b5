//! What is signed.

use super::BundleSignature;
use crate::{BundleTree, FileHashes, PublicKey, SecretKey, hex};
use polyplug_abi::Version;

/// RFC 8032, 7.1, test 1.
const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";

const VERSION: Version = Version::new(1, 4, 0);

fn key() -> SecretKey {
    SecretKey::from_pem(PEM).unwrap()
}

fn hashes(content: &[u8]) -> FileHashes {
    let files = [("manifest.toml", content), ("a/b.lua", b"return 1")];
    BundleTree::of_files(files).unwrap().hashes().clone()
}

fn signed() -> BundleSignature {
    let minimum = Some(Version::new(1, 2, 0));
    BundleSignature::sign(&key(), "score", VERSION, minimum, hashes(b"name = \"score\"")).unwrap()
}

#[test]
fn the_signature_is_the_same_everywhere() {
    assert_eq!(
        signed().to_text(),
        "polyplug bundle signature 1\n\
         key 8d6e0574c685c907\n\
         bundle score\n\
         version 1.4.0\n\
         minimum-version 1.2.0\n\
         file 7004675042f8e413056d77cc3cd462b42b78b5b3ccd9142fe33bb465099f0be2 8 a/b.lua\n\
         file e90cea39bf9b5aaff3783ebf88f68f8e5173aa293bdd131da4849dbb8016e6b6 14 manifest.toml\n\
         signature 24b583575fb0c9ec52a7eb0c26235173f63216ef1fcda6d9198cfdfc102bdded\
         187c9418676f68c3218f7d190e0069b99740f1fdd9e91fedfb8cf7fa76da9001\n"
    );
}

#[test]
fn the_message_is_what_the_documentation_says() {
    let signed = signed();
    let mut message = b"polyplug bundle signature 1\0".to_vec();
    message.extend(key().public().id().as_bytes());
    message.extend([5, 0, 0, 0, 0, 0, 0, 0]);
    message.extend(b"score");
    message.extend([1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
    message.extend([1, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    message.extend(hashes(b"name = \"score\"").digest());
    assert_eq!(signed.message(), message);
    let without = BundleSignature { minimum: None, ..signed };
    let at = message.len() - 32 - 13;
    message[at..at + 13].fill(0);
    assert_eq!(without.message(), message);
}

#[test]
fn whatever_is_changed_is_noticed() {
    let (signed, public) = (signed(), key().public());
    assert!(signed.verify(&public));
    let other = |change: fn(&mut BundleSignature)| {
        let mut other = signed.clone();
        change(&mut other);
        other
    };
    let others = [
        other(|it| it.bundle.push('s')),
        other(|it| it.version.patch = 1),
        other(|it| it.minimum = None),
        other(|it| it.minimum = Some(Version::new(1, 2, 1))),
        other(|it| it.files = hashes(b"name = \"other\"")),
        other(|it| it.key = [0; 8].into()),
        other(|it| it.signature[0] ^= 1),
        other(|it| it.signature[63] ^= 1),
    ];
    assert!(others.iter().all(|it| !it.verify(&public)));
    let stranger: PublicKey = SecretKey::generate().unwrap().public();
    assert!(!signed.verify(&stranger));
    assert!(!BundleSignature { key: stranger.id(), ..signed }.verify(&stranger));
}

/// A signature has a twin with the order of the group added to its second half, which a lax check takes.
#[test]
fn a_signature_has_one_form() {
    let mut signed = signed();
    let order: [u8; 32] =
        hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut carry = 0;
    for (byte, add) in signed.signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(carry, 0);
    assert!(!signed.verify(&key().public()));
}

#[test]
fn what_nobody_would_accept_is_not_signed() {
    let sign = |name: &str, minimum| {
        BundleSignature::sign(&key(), name, VERSION, minimum, hashes(b""))
            .map_err(|error| error.to_string())
    };
    let rule = "cannot be signed: a name is not empty, has no control characters or such \
                as are not seen, and at most 512 bytes";
    assert_eq!(sign("", None).unwrap_err(), format!("the bundle's name `` {rule}"));
    assert_eq!(sign("a\nb", None).unwrap_err(), format!("the bundle's name `a\\nb` {rule}"));
    for character in ['\u{202e}', '\u{2028}', '\u{200b}', '\u{feff}'] {
        let shown = format!("the bundle's name `a{}b` {rule}", character.escape_unicode());
        assert_eq!(sign(&format!("a{character}b"), None).unwrap_err(), shown);
    }
    assert!(sign(&"n".repeat(513), None).is_err() && sign(&"n".repeat(512), None).is_ok());
    assert!(sign("score", Some(VERSION)).is_ok());
    assert_eq!(
        sign("score", Some(Version::new(1, 4, 1))).unwrap_err(),
        "version 1.4.0 cannot demand at least 1.4.1: give it that version, or demand less"
    );
}
