//! Files with keys: made, read, and told apart from what is none.

use crate::desk::{Desk, err, out};
use std::fs;
use std::io::Write;
use std::process::Stdio;

#[test]
fn keygen_writes_both_halves_and_prints_one() {
    let desk = Desk::new();
    let said = desk.good("keygen ada --out keys");
    assert!(said.contains("keys/ada.key  the secret key"), "{said}");
    assert!(said.contains("next: polyplug sign BUNDLE --key keys/ada.key\n"), "{said}");
    let spaced = desk.command("keygen").arg("Ada L").output().unwrap();
    assert!(out(&spaced).contains("--key 'Ada L.key'\n"), "{}", out(&spaced));
    let secret = desk.read("keys/ada.key");
    assert!(secret.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(!said.contains(secret.lines().nth(1).unwrap()), "it is never printed");
    assert!(desk.read("keys/ada.pub").starts_with("-----BEGIN PUBLIC KEY-----\n"));
    let key = said.split_whitespace().find(|word| word.starts_with("ed25519:")).unwrap();
    desk.good("sign mods --key keys/ada.key");
    desk.good(&format!("verify mods --key {key}"));
}

#[test]
#[cfg(unix)]
fn a_secret_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let key = desk.path("studio.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    fs::rename(&key, desk.path("open.key")).unwrap();
    fs::set_permissions(desk.path("open.key"), fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(
        desk.bad("sign mods --key open.key"),
        "error: open.key: others can read this secret key; make it yours alone: chmod 600 open.key\n"
    );
    assert!(!desk.path("mods/greeter/bundle.sig").exists());
}

#[test]
fn keygen_overwrites_nothing() {
    let desk = Desk::new();
    let (secret, public) = (desk.read("studio.key"), desk.read("studio.pub"));
    let said = desk.bad("keygen studio");
    assert!(
        said.contains("studio.pub is there already; nothing was written: name the new key"),
        "{said}"
    );
    fs::rename(desk.path("studio.pub"), desk.path("away.pub")).unwrap();
    assert!(desk.bad("keygen studio").contains("studio.key is there already; nothing was written"));
    assert!(!desk.path("studio.pub").exists(), "a half that belongs to nothing");
    assert_eq!((desk.read("studio.key"), desk.read("away.pub")), (secret, public));
    assert!(desk.bad("keygen ada --out away.pub").contains("no key was made"));
    for name in ["a/b", ".a", "a.key", "a.pub", "", " ", "a ", "a\tb", "a\u{202e}b", "-", "#"] {
        let output = desk.command("keygen").arg(name).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {}", err(&output));
    }
}

#[test]
fn a_key_comes_from_standard_input_too() {
    let desk = Desk::new();
    let sign = |text: &str| {
        let mut command = desk.command("sign mods --key -");
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(sign(&desk.read("studio.key")).status.success());
    desk.good("verify mods --key studio.pub");
    let said = err(&sign(&desk.read("studio.pub")));
    assert!(said.starts_with("error: standard input: this is a public key"), "{said}");
    assert_eq!(err(&sign("")), "error: standard input: it is empty, and no key\n");
}

#[test]
fn what_is_no_key_is_told_apart() {
    let desk = Desk::new();
    desk.write("empty", "");
    desk.write("huge", vec![b'x'; 1 << 20]);
    desk.write("rubbish", [0xff, 0, 0xc3]);
    let rsa = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALx\n-----END PUBLIC KEY-----\n";
    desk.write("rsa", rsa);
    desk.write(
        "encrypted",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    for (key, as_secret, as_public) in [
        ("missing", "there is no such file", "there is no such file"),
        ("mods", "this is a folder", "this is a folder"),
        ("empty", "it is empty", "it is empty"),
        ("huge", "too large for a key", "too large for a key"),
        ("rubbish", "no Ed25519 secret key in PEM", "no Ed25519 public key in PEM"),
        ("rsa", "this is a public key", "no Ed25519 public key in PEM"),
        ("encrypted", "is encrypted", "this is a secret key"),
    ] {
        for (line, expected) in [
            (format!("sign mods --key {key}"), as_secret),
            (format!("verify mods --key {key}"), as_public),
            (format!("trust add {key}"), as_public),
        ] {
            let said = desk.bad(&line);
            assert!(said.starts_with(&format!("error: {key}: ")), "{line}: {said}");
            assert!(said.contains(expected), "{line}: {said}");
        }
    }
    assert!(desk.bad("sign mods --key studio.pub").contains("this is a public key"));
    assert!(desk.bad("trust add studio.key").contains("give it to nobody"));
    assert!(desk.bad("trust add ed25519:00").contains("64 lower hexadecimal digits"));
}
