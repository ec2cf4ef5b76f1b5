//! The operator's file.

use super::{KeyState, StoredKey, TrustStore, TrustedKey};
use crate::{KeyId, PublicKey, SecretKey, StoreError};
use std::fs;
use std::path::PathBuf;
use std::thread;
use tempfile::TempDir;

fn key() -> PublicKey {
    SecretKey::generate().unwrap().public()
}

fn id(text: &str) -> KeyId {
    text.parse().unwrap()
}

/// A folder for a file, and the file's path.
fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trust");
    (folder, path)
}

fn names(store: &TrustStore) -> Vec<&str> {
    store.trusted().map(|trusted| trusted.name.as_str()).collect()
}

#[test]
fn a_file_that_is_not_there_is_empty() {
    let (_folder, path) = file();
    let store = TrustStore::read(&path).unwrap();
    assert_eq!((store.to_string(), store.path()), (String::new(), path.as_path()));
    assert_eq!(store.keyring(), crate::Keyring::default());
}

#[test]
fn a_file_that_was_named_is_to_be_there() {
    let (folder, path) = file();
    let error = TrustStore::read_existing(&path).unwrap_err().to_string();
    let advice = "it is not there; create it with `polyplug trust add`, or correct the path";
    assert_eq!(error, format!("{}: {advice}", path.display()));
    let below = folder.path().join("mispelt/trust");
    assert!(TrustStore::read_existing(below).unwrap_err().to_string().ends_with(advice));
    let error = TrustStore::read_existing("").unwrap_err().to_string();
    assert!(error.contains("names no file"), "{error}");

    TrustStore::update(&path, |store| store.add(key(), "Ada")).unwrap();
    assert_eq!(names(&TrustStore::read_existing(&path).unwrap()), ["Ada"]);
}

#[test]
fn what_people_wrote_stays() {
    let (_folder, path) = file();
    let (ada, bob) = (key(), key());
    let text = format!(
        "# Ours\n\n  trust\t{ada}   Ada  of the team \nrevoke 0123456789abcdef\nrevoke \
         fedcba9876543210 was  lost\n  # the end\r\n"
    );
    fs::write(&path, &text).unwrap();

    let mut store = TrustStore::read(&path).unwrap();
    let revoked: Vec<_> = store.revoked().map(|key| (key.id, key.reason.as_str())).collect();
    assert_eq!(revoked, [(id("0123456789abcdef"), ""), (id("fedcba9876543210"), "was  lost")]);
    assert_eq!(names(&store), ["Ada  of the team"]);
    assert_eq!(store.keyring().trusted, [ada]);
    assert!(store.keyring().revoked.contains(&id("fedcba9876543210")));

    store.add(bob, " Bob ").unwrap();
    store.write().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{text}trust {bob} Bob\n"));
    assert_eq!(TrustStore::read(&path).unwrap(), store);

    // What already says so stays as it is written; what says something else stays in its place.
    store.add(ada, "Ada  of the team").unwrap();
    store.revoke(id("fedcba9876543210"), "").unwrap();
    assert_eq!(store.to_string(), format!("{text}trust {bob} Bob\n"));
    store.add(ada, "Ada").unwrap();
    assert!(!store.revoke(id("0123456789abcdef"), "stolen").unwrap());
    assert!(store.remove(bob.id()));
    assert!(store.revoke(bob.id(), "").unwrap());
    let text =
        text.replace(&format!("  trust\t{ada}   Ada  of the team "), &format!("trust {ada} Ada"));
    let text = text.replace("0123456789abcdef", "0123456789abcdef stolen");
    assert_eq!(store.to_string(), format!("{text}revoke {}\n", bob.id()));
}

#[test]
fn keys_come_and_go() {
    let (_folder, path) = file();
    let (ada, bob) = (key(), key());
    let mut store = TrustStore::read(&path).unwrap();
    store.add(ada, "Ada").unwrap();
    store.add(bob, "Bob").unwrap();
    store.add(ada, "Ada L.").unwrap();
    assert_eq!(names(&store), ["Ada L.", "Bob"]);
    assert!(store.remove(bob.id()) && !store.remove(bob.id()));
    assert_eq!(names(&store), ["Ada L."]);

    store.revoke(ada.id(), "lost").unwrap();
    for reason in ["found by others", "lost", "found by others", ""] {
        assert!(!store.revoke(ada.id(), reason).unwrap());
    }
    let reasons: Vec<_> = store.revoked().map(|key| key.reason.as_str()).collect();
    assert_eq!(reasons, ["lost; found by others"]);
    assert!(store.remove(ada.id()), "revoking it did not forget whose it is");
    store.add(ada, "Ada").unwrap();
    assert!(store.keyring().revoked.contains(&ada.id()));
}

#[test]
fn each_key_is_listed_once() {
    let (_folder, path) = file();
    let (ada, bob) = (key(), key());
    let stranger = id("0123456789abcdef");
    fs::write(
        &path,
        format!(
            "revoke {0} lost\ntrust {ada} Ada\ntrust {bob} Bob\ntrust {bob} Bobby\nrevoke \
             {stranger}\nrevoke {0} found\nrevoke {0} lost\n",
            ada.id()
        ),
    )
    .unwrap();

    let mut store = TrustStore::read(&path).unwrap();
    let revoked = |reason: &str| KeyState::Revoked { reason: reason.to_owned() };
    let known = |key: PublicKey, name: &str, state| StoredKey {
        id: key.id(),
        known: Some(TrustedKey { key, name: name.to_owned() }),
        state,
    };
    let unknown = StoredKey { id: stranger, known: None, state: revoked("") };
    let ada_is = known(ada, "Ada", revoked("lost; found"));
    assert_eq!(
        store.keys(),
        [ada_is.clone(), known(bob, "Bob", KeyState::Trusted), unknown.clone()]
    );

    store.revoke(ada.id(), "").unwrap();
    store.add(bob, "Bobby").unwrap();
    let expected = format!(
        "revoke {} lost; found\ntrust {ada} Ada\ntrust {bob} Bobby\nrevoke {stranger}\n",
        ada.id()
    );
    assert_eq!(store.to_string(), expected);
    assert_eq!(store.keys(), [ada_is, known(bob, "Bobby", KeyState::Trusted), unknown]);
}

#[test]
fn a_file_that_was_cut_off_is_told() {
    let (_folder, path) = file();
    let whole = format!("# Ours\ntrust {} Ada\nrevoke 0123456789abcdef was lost\n", key());
    let error = |text: &str| {
        fs::write(&path, text).unwrap();
        TrustStore::read(&path).unwrap_err().to_string()
    };
    let ends: Vec<_> = whole.match_indices('\n').map(|(at, _)| at + 1).collect();
    for end in (0..whole.len()).filter(|end| !ends.contains(end)) {
        let (cut, line) = (&whole[..end], ends.iter().filter(|before| **before < end).count() + 1);
        let told = error(cut);
        let expected = match end {
            0 => "it is empty, so it may have been cut off: put it back, or write a comment"
                .to_owned(),
            _ => format!(
                "line {line} is the last and has no line end, so the file may have been cut off"
            ),
        };
        assert!(told.starts_with(&format!("{}: {expected}", path.display())), "{cut:?}: {told}");
    }
    // With an end, each line is to be whole as well.
    for line in ["revoke 0123456789abcde", "revoke", "rev", "trust ed25519:0123", "trust"] {
        assert!(error(&format!("{line}\n")).contains("line 1: "), "{line}");
    }
}

#[test]
fn a_file_without_keys_is_none_that_was_cut_off() {
    let (_folder, path) = file();
    let ada = key();
    TrustStore::update(&path, |store| store.add(ada, "Ada")).unwrap();
    TrustStore::update(&path, |store| {
        store.remove(ada.id());
        Ok::<_, StoreError>(())
    })
    .unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "# no keys\n");
    assert_eq!(TrustStore::read_existing(&path).unwrap().keys(), []);
}

#[test]
fn what_is_not_one_line_is_not_kept() {
    let (_folder, path) = file();
    let mut store = TrustStore::read(&path).unwrap();
    let forged = "Ada\nrevoke 0123456789abcdef";
    let errors = [
        store.add(key(), forged).unwrap_err(),
        store.add(key(), " ").unwrap_err(),
        store.revoke(key().id(), "a\u{1b}b").unwrap_err(),
        store.revoke(key().id(), "a\u{2028}b").unwrap_err(),
    ];
    let rule = "cannot be kept: it is one line, without control characters or such as are not seen";
    let expected = [
        format!("the key's name `Ada\\nrevoke 0123456789abcdef` {rule}"),
        format!("the key's name `` {rule}"),
        format!("the reason `a\\u{{1b}}b` {rule}"),
        format!("the reason `a\\u{{2028}}b` {rule}"),
    ];
    let path = path.display();
    assert_eq!(
        errors.map(|error| error.to_string()),
        expected.map(|text| format!("{path}: {text}"))
    );
    assert_eq!(store.to_string(), "");
}

#[test]
fn no_line_hides_another() {
    let (_folder, path) = file();
    let (ada, revoked) = (key(), "revoke 0123456789abcdef");
    for hiding in ['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}', '\u{1b}', '\0'] {
        let hidden = [
            format!("trust {ada} Ada{hiding}{revoked}"),
            format!("# stolen{hiding}{revoked}"),
            format!("{revoked} lost{hiding}{revoked}"),
            format!("{hiding}{revoked}"),
            format!("{revoked}{hiding}\r"),
        ];
        for line in hidden {
            fs::write(&path, format!("# ours\n{line}\n")).unwrap();
            let error = TrustStore::read(&path).unwrap_err().to_string();
            let code = u32::from(hiding);
            let expected = format!("line 2 has the character U+{code:04X} in it");
            assert!(error.contains(&expected), "{line:?}: {error}");
        }
    }
    fs::write(&path, format!("# ours\r\n\t{revoked}\tlost\r\n")).unwrap();
    assert_eq!(TrustStore::read(&path).unwrap().revoked().count(), 1);
}

#[test]
fn a_line_that_is_not_understood_is_told() {
    let (_folder, path) = file();
    let key = key();
    let line =
        "expected `trust ed25519:KEY NAME`, `revoke ID REASON` or a comment that begins with `#`";
    let public = "a public key is `ed25519:` and 64 lower hexadecimal digits, as `polyplug keygen` \
                  prints it";
    let id = "the id of a key is 16 lower hexadecimal digits";
    let cases = [
        (format!("trust {key}"), format!("{line}, found `trust {}…`", &key.to_string()[..54])),
        ("distrust x y".to_owned(), format!("{line}, found `distrust x y`")),
        ("trust ed25519:00 x".to_owned(), public.to_owned()),
        ("revoke 0123".to_owned(), id.to_owned()),
        ("revoke".to_owned(), id.to_owned()),
        (
            format!("trust ed25519:01{} x", "0".repeat(62)),
            "this Ed25519 key is weak: anybody can sign with it; make one with `polyplug keygen`"
                .to_owned(),
        ),
    ];
    for (text, expected) in cases {
        fs::write(&path, format!("# first\n{text}\n")).unwrap();
        let error = TrustStore::read(&path).unwrap_err().to_string();
        assert_eq!(error, format!("{}: line 2: {expected}", path.display()));
    }
}

#[test]
fn several_change_the_file_at_once() {
    let (_folder, path) = file();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    TrustStore::update(&path, |store| store.add(key(), "one of many")).unwrap();
                }
            });
        }
    });
    assert_eq!(TrustStore::read(&path).unwrap().trusted().count(), 20);
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let (_folder, path) = file();
    let result: Result<(), StoreError> = TrustStore::update(&path, |store| {
        store.add(key(), "Ada")?;
        store.add(key(), "")
    });
    assert!(result.is_err() && !path.exists());
}
