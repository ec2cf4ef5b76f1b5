//! Each refusal, with its exact text.

use super::{Keyring, Signer};
use crate::{
    BundleSignature, BundleTree, Difference, Floor, FloorSource, SIGNATURE_FILE, SecretKey,
    SignatureRefusal,
};
use polyplug_abi::Version;

const VERSION: Version = Version::new(1, 4, 0);

fn key() -> SecretKey {
    SecretKey::generate().unwrap()
}

fn trusting(key: &SecretKey) -> Keyring {
    Keyring { trusted: vec![key.public()], ..Keyring::default() }
}

/// The files of a bundle, by path.
type Files = Vec<(String, Vec<u8>)>;

fn files() -> Files {
    let files =
        [("manifest.toml", "name = \"score\""), ("plugin.lua", "return 1"), ("a/b.lua", "2")];
    files.map(|(path, content)| (path.to_owned(), content.into())).into()
}

fn tree(files: &Files) -> BundleTree {
    BundleTree::of_files(files.clone()).unwrap()
}

fn sign(key: &SecretKey, mut files: Files, minimum: Option<Version>) -> Files {
    let hashes = tree(&files).hashes().clone();
    let signature = BundleSignature::sign(key, "score", VERSION, minimum, hashes).unwrap();
    files.push((SIGNATURE_FILE.to_owned(), signature.to_text().into()));
    files
}

fn signed_at_least(key: &SecretKey, minimum: Option<Version>) -> Files {
    sign(key, files(), minimum)
}

fn signed(key: &SecretKey) -> Files {
    signed_at_least(key, None)
}

fn judge(keyring: &Keyring, files: &Files) -> Result<Signer, SignatureRefusal> {
    keyring.judge(&tree(files), "score", VERSION, None)
}

#[track_caller]
fn assert_refused(result: Result<Signer, SignatureRefusal>, text: &str) {
    assert_eq!(result.unwrap_err().to_string(), text);
}

const AGAIN: &str = "get the bundle again from its author, or sign it again with `polyplug sign`";

fn position(files: &Files, path: &str) -> usize {
    files.iter().position(|(file, _)| file == path).unwrap()
}

#[test]
fn what_a_trusted_key_signed_is_accepted() {
    let key = key();
    let minimum = Some(Version::new(1, 2, 0));
    let signer = judge(&trusting(&key), &signed_at_least(&key, minimum)).unwrap();
    assert_eq!(signer, Signer { key: key.public(), id: key.public().id(), minimum });
}

#[test]
fn what_is_not_signed_is_refused() {
    assert_refused(
        judge(&trusting(&key()), &files()),
        "it is not signed: it has no bundle.sig; get a signed bundle from its author, or sign it with \
         `polyplug sign` and a key that this host trusts",
    );
}

#[test]
fn a_folder_in_the_place_of_the_signature_is_told() {
    let says = "it is not signed: its bundle.sig is a folder and no file; remove it, then get a signed bundle \
                from its author, or sign it with `polyplug sign` and a key that this host trusts";
    let keyring = trusting(&key());
    let mut below = files();
    below.push((format!("{SIGNATURE_FILE}/x"), Vec::new()));
    assert_refused(judge(&keyring, &below), says);

    // An empty one is seen as well, where there are folders.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(SIGNATURE_FILE)).unwrap();
    let read = BundleTree::read(folder.path()).unwrap();
    assert_refused(keyring.judge(&read, "score", VERSION, None), says);
}

#[test]
fn what_is_no_signature_is_refused() {
    let mut files = files();
    files.push((SIGNATURE_FILE.to_owned(), b"polyplug bundle signature 2\nkey x\n".into()));
    assert_refused(
        judge(&trusting(&key()), &files),
        "its bundle.sig is no signature: line 1: the signature has format 2, made by a newer polyplug, \
         and this one knows format 1; update polyplug; get the bundle again from its author, or sign \
         it again with `polyplug sign`",
    );
}

#[test]
fn a_key_that_is_not_trusted_is_refused() {
    let (key, other) = (key(), key());
    let id = key.public().id();
    assert_refused(
        judge(&trusting(&other), &signed(&key)),
        &format!(
            "its bundle.sig was made with the key {id}, which this host does not trust; if the author \
             is known to you, get the public key from there and add it with `polyplug trust add`"
        ),
    );
}

#[test]
fn a_revoked_key_is_refused_though_it_is_trusted() {
    let key = key();
    let id = key.public().id();
    let keyring = Keyring { revoked: [id].into(), ..trusting(&key) };
    assert_refused(
        judge(&keyring, &signed(&key)),
        &format!(
            "its bundle.sig was made with the key {id}, which was revoked; get a bundle from its author \
             that is signed with another key"
        ),
    );
}

#[test]
fn what_says_it_is_of_a_trusted_key_is_checked() {
    let (trusted, other) = (key(), key());
    let id = trusted.public().id();
    let mut files = signed(&other);
    let at = position(&files, SIGNATURE_FILE);
    let text = String::from_utf8(files[at].1.clone()).unwrap();
    files[at].1 = text.replace(&other.public().id().to_string(), &id.to_string()).into();
    assert_refused(
        judge(&trusting(&trusted), &files),
        &format!(
            "its bundle.sig was not made by the key {id} that it names: somebody changed it, or damaged \
             it; get the bundle again from its author"
        ),
    );
}

#[test]
fn the_signature_of_another_bundle_is_refused() {
    let key = key();
    assert_refused(
        trusting(&key).judge(&tree(&signed(&key)), "scope", VERSION, None),
        "its bundle.sig is that of the bundle `score`, and manifest.toml names it `scope`; get the \
         bundle again from its author, or sign it with `polyplug sign`",
    );
}

#[test]
fn the_signature_of_another_version_is_refused() {
    let key = key();
    assert_refused(
        trusting(&key).judge(&tree(&signed(&key)), "score", Version::new(1, 5, 0), None),
        "its bundle.sig is that of version 1.4.0, and manifest.toml names 1.5.0; sign it again with \
         `polyplug sign`",
    );
}

#[test]
fn a_version_that_was_ruled_out_is_refused() {
    let key = key();
    let tree = tree(&signed(&key));
    let judge = |version, source| {
        let floor = Floor { version, source };
        trusting(&key).judge(&tree, "score", VERSION, Some(&floor))
    };
    let older = Version::new(1, 3, 9);
    assert!([older, VERSION].iter().all(|floor| judge(*floor, FloorSource::Host).is_ok()));
    let sources = [
        (FloorSource::Host, "which the host itself demands"),
        (FloorSource::Signature, "which the signature of a version that ran here demands"),
        (
            FloorSource::File("state/floors".into()),
            "which an earlier signature demanded, kept in state/floors",
        ),
    ];
    for (source, said) in sources {
        assert_refused(
            judge(Version::new(1, 4, 1), source),
            &format!(
                "it is version 1.4.0, and this host takes 1.4.1 or newer of it, {said}: an older one \
                 may have been put back for a fault that it has; get the newest version from its author"
            ),
        );
    }
}

#[test]
fn a_changed_file_is_refused() {
    let key = key();
    let mut files = signed(&key);
    let at = position(&files, "plugin.lua");
    files[at].1 = b"return 2".into();
    assert_refused(
        judge(&trusting(&key), &files),
        &format!("files that were signed have another content: `plugin.lua`; {AGAIN}"),
    );
}

#[test]
fn ten_files_are_named_and_all_are_known() {
    let key = key();
    let mut files = signed(&key);
    files.extend((0..7).map(|number| (format!("{number}.lua"), vec![])));
    files.retain(|(path, _)| path != "a/b.lua");
    let said = |listed: &str| {
        format!(
            "files were added that were not signed: {listed}; remove what does not belong there, or \
             {AGAIN}"
        )
    };
    let seven = "`0.lua`, `1.lua`, `2.lua`, `3.lua`, `4.lua`, `5.lua`, `6.lua`";
    assert_refused(judge(&trusting(&key), &files), &said(&format!("{seven}; missing: `a/b.lua`")));

    files.extend((7..12).map(|number| (format!("x{number}.lua"), vec![])));
    let refused = judge(&trusting(&key), &files);
    let Err(SignatureRefusal::FileAdded(different)) = &refused else { panic!("{refused:?}") };
    assert_eq!(different.all().len(), 13);
    assert_eq!(different.all()[12], Difference::Removed("a/b.lua".to_owned()));
    let ten = format!("{seven}, `x10.lua`, `x11.lua`, `x7.lua`");
    assert_refused(refused, &said(&format!("{ten} and 3 more (`polyplug verify` lists all)")));
}

#[test]
fn a_path_is_no_text_of_ours() {
    let key = key();
    let mut files = signed(&key);
    files.push(("a`, `ok`; run `evil".to_owned(), vec![]));
    let refused = judge(&trusting(&key), &files).unwrap_err().to_string();
    let expected = r"files were added that were not signed: `a\`, \`ok\`; run \`evil`; remove what";
    assert!(refused.starts_with(expected), "{refused}");
    let (from, to) = ("a`".to_owned(), "b`".to_owned());
    assert_eq!(Difference::Renamed { from, to }.to_string(), r"`a\`` (now `b\``)");
}

#[test]
fn line_ends_that_were_converted_are_told() {
    let key = key();
    let [a, b] = [("a.lua", "return 1\n"), ("b.lua", "return\r\n2\r\n")];
    let files = [a, b].map(|(path, content)| (path.to_owned(), content.into()));
    let mut files = sign(&key, files.into(), None);
    let (a, b) = (position(&files, "a.lua"), position(&files, "b.lua"));
    files[a].1 = b"return 1\r\n".to_vec();
    files[b].1 = b"return\n2\n".to_vec();
    assert_refused(
        judge(&trusting(&key), &files),
        "files that were signed have other line ends: `a.lua`, `b.lua`; the text is the same, so git \
         may have converted them: put `* -text` into .gitattributes and check them out again, or sign \
         them as they are with `polyplug sign`",
    );

    files[b].1 = b"return\n3\n".to_vec();
    assert_refused(
        judge(&trusting(&key), &files),
        &format!(
            "files that were signed have another content: `b.lua`; other line ends: `a.lua`; {AGAIN}"
        ),
    );
}

#[test]
fn a_signature_whose_line_ends_were_converted_is_told() {
    let key = key();
    let mut files = signed(&key);
    let at = position(&files, SIGNATURE_FILE);
    let text = String::from_utf8(files[at].1.clone()).unwrap();
    files[at].1 = text.replace('\n', "\r\n").into();
    assert_refused(
        judge(&trusting(&key), &files),
        &format!(
            "its bundle.sig is no signature: line 1: it has Windows line ends: git may have converted \
             it; keep git from that with `* -text` in .gitattributes; {AGAIN}"
        ),
    );
    // What else is wrong is not hidden behind that.
    files[at].1 = text.replace("key ", "kez ").replace('\n', "\r\n").into();
    let refused = judge(&trusting(&key), &files).unwrap_err().to_string();
    assert!(refused.contains("line 1: expected"), "{refused}");
}

#[test]
fn a_removed_file_is_refused() {
    let key = key();
    let mut files = signed(&key);
    files.retain(|(path, _)| path != "a/b.lua");
    assert_refused(
        judge(&trusting(&key), &files),
        &format!("files that were signed are missing: `a/b.lua`; {AGAIN}"),
    );
}

#[test]
fn a_renamed_file_is_refused() {
    let key = key();
    let mut files = signed(&key);
    let at = position(&files, "a/b.lua");
    files[at].0 = "a/c.lua".to_owned();
    assert_refused(
        judge(&trusting(&key), &files),
        &format!(
            "files that were signed have other names: `a/b.lua` (now `a/c.lua`); rename them back, or \
             {AGAIN}"
        ),
    );
}

#[test]
fn a_folder_that_cannot_be_checked_is_refused() {
    let error = BundleTree::of_files([("a\\b", [0; 1])]).unwrap_err();
    assert_eq!(
        SignatureRefusal::from(error).to_string(),
        "its files cannot be checked: `a\\\\b` has a backslash in its name, which separates folders on \
         some systems; rename it"
    );
}
