//! Secret keys and their text.

use super::SecretKey;
use crate::{ForeignKey, KeyError, PublicKey};

/// RFC 8032, 7.1, test 1.
const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";

const PUBLIC: &str = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

#[test]
fn a_key_is_written_as_it_is_read() {
    let key = SecretKey::from_pem(PEM).unwrap();
    assert_eq!(*key.to_pem(), PEM);
    assert_eq!(key.public().to_string(), PUBLIC);
    assert_eq!(SecretKey::from_pem(&PEM.replace('\n', "\r\n")).unwrap().public(), key.public());
}

#[test]
fn keys_are_made_at_random() {
    let [one, other] = [(); 2].map(|()| SecretKey::generate().unwrap());
    assert_ne!(one.public(), other.public());
    let read = SecretKey::from_pem(&one.to_pem()).unwrap();
    assert_eq!(read.public(), one.public());
    let public: PublicKey = one.public().to_string().parse().unwrap();
    assert_eq!(public, one.public(), "its public half is one that is taken");
}

#[test]
fn a_key_is_never_printed() {
    let key = SecretKey::from_pem(PEM).unwrap();
    assert_eq!(format!("{key:?}"), format!("SecretKey({})", key.public().id()));
}

#[test]
fn another_pem_is_no_key() {
    let encrypted = PEM.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(SecretKey::from_pem(&encrypted).unwrap_err(), KeyError::Encrypted);
    let other_algorithm = PEM.replace("MC4CAQAwBQYDK2Vw", "MC4CAQAwBQYDK2Vu");
    let foreign = KeyError::Foreign(ForeignKey::Algorithm { algorithm: "X25519" });
    let damaged = PEM.replace("J1hs", "J1h");
    let not_pem = PEM.replace('-', "=");
    for (pem, expected) in [
        (other_algorithm, foreign),
        (damaged, KeyError::NotSecretPem),
        (not_pem, KeyError::NotSecretPem),
    ] {
        let error = SecretKey::from_pem(&pem).unwrap_err();
        assert_eq!(error, expected);
        assert!(!error.to_string().contains("MC4CAQ"));
    }
}

/// A key that names a public half which is not its own.
#[test]
fn a_pair_that_does_not_match_is_refused() {
    use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
    use ed25519_dalek::pkcs8::{EncodePrivateKey, KeypairBytes, PublicKeyBytes};
    let key = SecretKey::from_pem(PEM).unwrap();
    let pem = |public: PublicKey| {
        let public_key = Some(PublicKeyBytes(*public.as_bytes()));
        let pair = KeypairBytes { secret_key: key.0.to_bytes(), public_key };
        pair.to_pkcs8_pem(LineEnding::LF).unwrap()
    };
    assert!(SecretKey::from_pem(&pem(key.public())).is_ok());
    let other = SecretKey::generate().unwrap().public();
    assert_eq!(SecretKey::from_pem(&pem(other)).unwrap_err(), KeyError::NotAPair);
}
