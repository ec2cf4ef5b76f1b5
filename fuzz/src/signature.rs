//! `bundle.sig`: whatever the bytes are, they are the one text of a signature, or they are refused with a
//! line and what was expected there.

use polyplug_trust::{BundleSignature, Keyring, SecretKey, SignatureTextError};
use std::sync::LazyLock;

/// A key that is nobody's: the first of RFC 8032, 7.1.
const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";

pub(crate) static KEY: LazyLock<SecretKey> =
    LazyLock::new(|| SecretKey::from_pem(PEM).expect("it is a key"));

/// Reads the bytes as a signature.
pub fn run(data: &[u8]) {
    match BundleSignature::parse(data) {
        Ok(signature) => accepted(&signature, data),
        Err(error) => explained(&error, data),
    }
}

fn accepted(signature: &BundleSignature, text: &[u8]) {
    assert_eq!(signature.to_text().as_bytes(), text, "there is one text for a signature");
    assert!(signature.minimum.is_none_or(|minimum| minimum <= signature.version));
    // Whatever was read can be signed, and the new signature is read as well.
    let BundleSignature { bundle, version, minimum, files, .. } = signature.clone();
    let signed = BundleSignature::sign(&KEY, &bundle, version, minimum, files.clone());
    let signed = signed.expect("what was read is what can be signed");
    let read = BundleSignature::parse(signed.to_text().as_bytes()).expect("it was written");
    assert_eq!(read, signed);
    let keyring = Keyring { trusted: vec![KEY.public()], ..Keyring::default() };
    let judge = |signature| keyring.judge_hashes(signature, &files, &bundle, version, None);
    assert!(judge(&signed).is_ok());
    // There is one signature of a key, so nobody else can have made another one.
    assert_eq!(judge(signature).is_ok(), *signature == signed);
}

fn explained(error: &SignatureTextError, text: &[u8]) {
    let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!((1..=lines).contains(&(error.line as usize)), "{error}: {lines} lines");
    on_one_line(&error.to_string());
}

/// Messages go to logs, where a control character of a bundle's would end the line or worse.
pub(crate) fn on_one_line(message: &str) {
    assert!(!message.contains(char::is_control), "{message:?}");
}
