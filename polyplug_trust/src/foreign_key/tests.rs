//! What people give for a key, and what they are told.

use super::ForeignKey;
use crate::{KeyError, PublicKey, SecretKey};

fn block(label: &str, text: &str) -> String {
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

/// Given for a public key and for a secret one, it is the same.
#[track_caller]
fn assert_foreign(text: &str, expected: ForeignKey) {
    assert_eq!(PublicKey::from_pem(text), Err(KeyError::Foreign(expected)), "{text}");
    assert_eq!(SecretKey::from_pem(text).unwrap_err(), KeyError::Foreign(expected), "{text}");
}

#[test]
fn keys_of_other_programs_are_told() {
    let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMyNrFkkFkLN/5X1dg7OH2MqZWgYum02v4TEMFh0rjLs me";
    let cases = [
        (block("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjE="), ForeignKey::SshSecret),
        ("PuTTY-User-Key-File-3: ssh-ed25519\n".to_owned(), ForeignKey::SshSecret),
        (ssh.to_owned(), ForeignKey::SshPublic),
        ("ecdsa-sha2-nistp256 AAAA me\n".to_owned(), ForeignKey::SshPublic),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n".to_owned(), ForeignKey::SshPublic),
        (
            "untrusted comment: minisign public key A1\nRWQf6LRCGA9i5\n".to_owned(),
            ForeignKey::Minisign,
        ),
        (
            "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3".to_owned(),
            ForeignKey::Minisign,
        ),
        (block("PGP PUBLIC KEY BLOCK", "mDME"), ForeignKey::Pgp),
        (block("CERTIFICATE", "MIIB"), ForeignKey::Certificate),
        (block("CERTIFICATE REQUEST", "MIIB"), ForeignKey::CertificateRequest),
        (block("RSA PRIVATE KEY", "MIIE"), ForeignKey::Algorithm { algorithm: "RSA" }),
        (block("EC PRIVATE KEY", "MHcC"), ForeignKey::Algorithm { algorithm: "ECDSA" }),
        (String::new(), ForeignKey::Empty),
        (" \r\n\t".to_owned(), ForeignKey::Empty),
    ];
    for (text, expected) in cases {
        assert_foreign(&text, expected);
        assert_foreign(&format!("\u{feff}{}", text.replace('\n', "\r\n")), expected);
    }
}

#[test]
fn a_key_that_is_not_whole_or_not_alone_is_told() {
    let key = SecretKey::generate().unwrap();
    let (public, secret) = (key.public().to_pem(), key.to_pem());
    let end = public.find("-----END").unwrap();
    assert_eq!(PublicKey::from_pem(&public[..end]), Err(KeyError::Foreign(ForeignKey::CutOff)));
    let end = secret.find("-----END").unwrap();
    let cut = SecretKey::from_pem(&secret[..end]).unwrap_err();
    assert_eq!(cut, KeyError::Foreign(ForeignKey::CutOff));

    let two = format!("{public}{public}");
    assert_eq!(PublicKey::from_pem(&two), Err(KeyError::Foreign(ForeignKey::Several)));
    let two = format!("{0}{0}", secret.as_str());
    let error = SecretKey::from_pem(&two).unwrap_err();
    assert_eq!(error, KeyError::Foreign(ForeignKey::Several));
    // Whatever else is in it: it is not to be given away.
    assert_eq!(PublicKey::from_pem(&format!("{public}{}", *secret)), Err(KeyError::Secret));
}

#[test]
fn a_key_that_was_copied_about_is_read() {
    let key = SecretKey::generate().unwrap();
    let forms: [fn(&str) -> String; 5] = [
        |pem| pem.replace('\n', "\r\n"),
        |pem| pem.replace('\n', "  \t\n"),
        |pem| pem.trim_end().replace('\n', "\n    "),
        |pem| format!("\u{feff}{pem}\n\n"),
        |pem| format!("Of the studio:\n{pem}Ask Ada.\n"),
    ];
    for form in forms {
        let (public, secret) = (form(&key.public().to_pem()), form(&key.to_pem()));
        assert_eq!(PublicKey::from_pem(&public), Ok(key.public()), "{public:?}");
        assert_eq!(SecretKey::from_pem(&secret).unwrap().public(), key.public());
    }
}

#[test]
fn one_half_is_not_the_other() {
    let key = SecretKey::generate().unwrap();
    let (public, text) = (key.public().to_pem(), key.public().to_string());
    for public in [public.as_str(), &public.replace('\n', "\r\n"), &text] {
        assert_eq!(SecretKey::from_pem(public).unwrap_err(), KeyError::Public, "{public}");
    }
    assert_eq!(PublicKey::from_pem(&key.to_pem()), Err(KeyError::Secret));
    assert_eq!(PublicKey::from_pem(&text), Ok(key.public()), "the text form is as good");
}

#[test]
fn in_a_line_of_text_it_is_told_too() {
    let of = |text: &str| text.parse::<PublicKey>().unwrap_err();
    assert_eq!(of("ssh-ed25519"), KeyError::Foreign(ForeignKey::SshPublic));
    assert_eq!(of("0123456789abcdef"), KeyError::OnlyId);
    assert_eq!(of("me"), KeyError::NotPublicText);
}
