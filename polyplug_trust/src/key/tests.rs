//! Which keys are taken.

use super::{KeyId, PublicKey};
use crate::{ForeignKey, KeyError, hex};
use polyplug_abi::Ed25519PublicKey;

/// RFC 8032, 7.1, test 1.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

const PEM: &str = "-----BEGIN PUBLIC KEY-----\n\
                   MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
                   -----END PUBLIC KEY-----\n";

fn of_hex(text: &str) -> Result<PublicKey, KeyError> {
    PublicKey::try_from(Ed25519PublicKey { bytes: hex::decode(text).unwrap() })
}

#[test]
fn a_key_has_a_text_a_pem_and_an_id() {
    let key = of_hex(KEY).unwrap();
    let text = format!("ed25519:{KEY}");
    assert_eq!((key.to_string(), text.parse()), (text, Ok(key)));
    assert_eq!((key.to_pem().as_str(), PublicKey::from_pem(PEM)), (PEM, Ok(key)));
    assert_eq!(hex::encode(&Ed25519PublicKey::from(key).bytes), KEY);
    assert_eq!(format!("{key:?}"), format!("PublicKey(ed25519:{KEY})"));

    let id = key.id();
    assert_eq!(id.to_string(), "8d6e0574c685c907");
    assert_eq!((id.to_string().parse(), KeyId::from(*id.as_bytes())), (Ok(id), id));
}

#[test]
fn another_text_is_no_key() {
    let upper = KEY.to_uppercase();
    for text in ["", KEY, "ed25519:", &format!("ed25519:{upper}"), &format!("ed25519:{KEY} ")] {
        assert_eq!(text.parse::<PublicKey>(), Err(KeyError::NotPublicText), "{text:?}");
    }
    for text in ["", "0123456789abcde", "0123456789ABCDEF", "0123456789abcdef0"] {
        assert_eq!(text.parse::<KeyId>(), Err(KeyError::NotId), "{text:?}");
    }
}

#[test]
fn another_pem_is_no_key() {
    let secret = PEM.replace("PUBLIC", "PRIVATE");
    assert_eq!(PublicKey::from_pem(&secret), Err(KeyError::Secret));
    let foreign = KeyError::Foreign(ForeignKey::Algorithm { algorithm: "X25519" });
    let other_algorithm = PEM.replace("MCowBQYDK2Vw", "MCowBQYDK2Vu");
    assert_eq!(PublicKey::from_pem(&other_algorithm), Err(foreign));
    for pem in ["key", &PEM.replace("11q", "11")] {
        assert_eq!(PublicKey::from_pem(pem), Err(KeyError::NotPublicPem), "{pem:?}");
    }
}

/// The eight points of small order: anybody makes signatures for them.
#[test]
fn weak_keys_are_refused() {
    let points = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    for point in points {
        assert_eq!(of_hex(point), Err(KeyError::Weak), "{point}");
        let text: Result<PublicKey, _> = format!("ed25519:{point}").parse();
        assert_eq!(text, Err(KeyError::Weak));
    }
}

/// The y of a point is less than 2^255 - 19; 2^255 - 19 + 3 would be the point of y = 3 again.
#[test]
fn a_point_has_one_form() {
    let three = format!("03{}", "00".repeat(31));
    let again = format!("f0{}7f", "ff".repeat(30));
    assert!(of_hex(&three).is_ok());
    assert_eq!(of_hex(&again), Err(KeyError::NotAPoint));
    assert_eq!(of_hex(&format!("02{}", "00".repeat(31))), Err(KeyError::NotAPoint));
}
