//! What OpenSSL writes is read here, and the other way round.

use polyplug_abi::Version;
use polyplug_trust::{BundleSignature, BundleTree, ForeignKey, KeyError, PublicKey, SecretKey};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder for its files; `None` if there is no OpenSSL.
fn folder() -> Option<TempDir> {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not installed");
        return None;
    }
    Some(tempfile::tempdir().expect("a temporary folder"))
}

fn openssl(folder: &Path, arguments: &str) -> String {
    let command = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let output = command.expect("it was there before");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {errors}");
    String::from_utf8(output.stdout).expect("it writes text")
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).expect("a fresh folder");
    path
}

#[test]
fn its_keys_are_read() {
    let Some(folder) = folder() else { return };
    let pem = openssl(folder.path(), "genpkey -algorithm ed25519");
    let secret = SecretKey::from_pem(&pem).unwrap();
    assert_eq!(*secret.to_pem(), pem);

    write(folder.path(), "secret.pem", &pem);
    let public = openssl(folder.path(), "pkey -in secret.pem -pubout");
    assert_eq!(PublicKey::from_pem(&public), Ok(secret.public()));
    assert_eq!(secret.public().to_pem(), public);
}

#[test]
fn it_reads_our_keys() {
    let Some(folder) = folder() else { return };
    let secret = SecretKey::generate().unwrap();
    write(folder.path(), "secret.pem", secret.to_pem().as_str());
    write(folder.path(), "public.pem", secret.public().to_pem());
    assert_eq!(openssl(folder.path(), "pkey -in secret.pem"), *secret.to_pem());
    assert_eq!(openssl(folder.path(), "pkey -in secret.pem -pubout"), secret.public().to_pem());
    assert_eq!(openssl(folder.path(), "pkey -pubin -in public.pem"), secret.public().to_pem());
}

#[test]
fn it_verifies_our_signatures() {
    let Some(folder) = folder() else { return };
    let key = SecretKey::generate().unwrap();
    let tree = BundleTree::of_files([("manifest.toml", b"name = \"score\"".as_slice())]).unwrap();
    let (version, hashes) = (Version::new(1, 4, 0), tree.hashes().clone());
    let signed = BundleSignature::sign(&key, "score", version, None, hashes).unwrap();
    write(folder.path(), "public.pem", key.public().to_pem());
    write(folder.path(), "message", signed.message());
    write(folder.path(), "signature", signed.signature);
    let verify = "pkeyutl -verify -rawin -pubin -inkey public.pem -in message -sigfile signature";
    assert_eq!(openssl(folder.path(), verify).trim(), "Signature Verified Successfully");
}

#[test]
fn its_other_keys_are_refused() {
    let Some(folder) = folder() else { return };
    for (algorithm, name) in [
        ("x25519", "X25519"),
        ("ed448", "Ed448"),
        ("ec -pkeyopt ec_paramgen_curve:P-256", "ECDSA"),
        ("rsa -pkeyopt rsa_keygen_bits:1024", "RSA"),
    ] {
        let foreign = KeyError::Foreign(ForeignKey::Algorithm { algorithm: name });
        let pem = openssl(folder.path(), &format!("genpkey -algorithm {algorithm}"));
        assert_eq!(SecretKey::from_pem(&pem).unwrap_err(), foreign);
        write(folder.path(), "secret.pem", &pem);
        let public = openssl(folder.path(), "pkey -in secret.pem -pubout");
        assert_eq!(PublicKey::from_pem(&public), Err(foreign));
    }
    let encrypted = "genpkey -algorithm ed25519 -aes-256-cbc -pass pass:secret";
    let encrypted = openssl(folder.path(), encrypted);
    assert_eq!(SecretKey::from_pem(&encrypted).unwrap_err(), KeyError::Encrypted);
}
