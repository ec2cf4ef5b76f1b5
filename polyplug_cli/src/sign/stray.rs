//! Files that hardly belong to a bundle, and are signed and shipped with it all the same.

use polyplug_trust::{BundleTree, SecretKey};
use std::fmt;

/// How many of them are named.
const NAMED: usize = 3;

/// What every secret key in PEM has in its first line.
const SECRET: &[u8] = b"PRIVATE KEY-----";

const LEFTOVERS: &[&str] =
    &["~", ".swp", ".swo", ".swx", ".bak", ".orig", ".rej", ".tmp", "___jb_tmp___", "___jb_old___"];

const BUILT: &[&str] =
    &[".o", ".obj", ".d", ".a", ".gcda", ".gcno", ".ilk", ".rlib", ".rmeta", ".pyc"];

const BUILD_FOLDERS: &[&str] = &["target", "CMakeFiles", "node_modules", "__pycache__"];

/// Files of one kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stray {
    kind: Kind,
    paths: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Secret,
    Hidden,
    Leftover,
    Built,
}

/// What is in `tree`, the worst kind first.
pub(super) fn of(tree: &BundleTree) -> Vec<Stray> {
    let mut strays: Vec<Stray> = Vec::new();
    for (path, content) in tree.iter() {
        let Some(kind) = kind(path, content) else { continue };
        match strays.iter_mut().find(|stray| stray.kind == kind) {
            Some(stray) => stray.paths.push(path.to_owned()),
            None => strays.push(Stray { kind, paths: vec![path.to_owned()] }),
        }
    }
    strays.sort_by_key(|stray| stray.kind);
    strays
}

/// The file of `tree` that holds this very key.
pub(super) fn key_among<'a>(tree: &'a BundleTree, key: &SecretKey) -> Option<&'a str> {
    let is_key = |content: &[u8]| {
        // Whatever stands around it, it is read as a key.
        let is_it = |text: &&str| text.lines().any(|line| is_secret(line.as_bytes()));
        let text = str::from_utf8(content).ok().filter(is_it);
        let read = text.and_then(|text| SecretKey::from_pem(text).ok());
        read.is_some_and(|found| found.public() == key.public())
    };
    tree.iter().find(|(_, content)| is_key(content)).map(|(path, _)| path)
}

fn kind(path: &str, content: &[u8]) -> Option<Kind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let is_autosave = name.len() > 1 && name.starts_with('#') && name.ends_with('#');
    if is_secret(content) {
        Some(Kind::Secret)
    } else if path.split('/').any(|part| part.starts_with('.')) {
        Some(Kind::Hidden)
    } else if is_autosave || ends(LEFTOVERS) || ["4913", "Thumbs.db"].contains(&name) {
        Some(Kind::Leftover)
    } else if ends(BUILT) || path.split('/').any(|part| BUILD_FOLDERS.contains(&part)) {
        Some(Kind::Built)
    } else {
        None
    }
}

/// Whether it is a secret key in PEM; programs, which may know the word too, begin otherwise.
fn is_secret(content: &[u8]) -> bool {
    let first = content.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    first.starts_with(b"-----BEGIN ") && first.ends_with(SECRET)
}

/// `.git/HEAD`, `.gitignore` and 3 more are hidden, ...
impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, path) in self.paths.iter().take(NAMED).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}`{path}`")?;
        }
        match self.paths.len().saturating_sub(NAMED) {
            0 => {}
            more => write!(f, " and {more} more")?,
        }
        let (one, many) = match self.kind {
            Kind::Secret => ("is a secret key", "are secret keys"),
            Kind::Hidden => ("is hidden", "are hidden"),
            Kind::Leftover => ("looks like an editor's leftover", "look like editors' leftovers"),
            Kind::Built => ("looks like a build's output", "look like a build's outputs"),
        };
        let (is, was) = if self.paths.len() == 1 { (one, "was") } else { (many, "were") };
        write!(f, " {is}, and {was} signed; if the bundle does without, remove that and sign again")
    }
}

#[cfg(test)]
mod tests {
    use super::{SecretKey, key_among, of};
    use polyplug_trust::BundleTree;

    fn tree(files: &[(&str, &str)]) -> BundleTree {
        BundleTree::of_files(files.iter().map(|(path, text)| (*path, text.as_bytes()))).unwrap()
    }

    #[test]
    fn files_that_hardly_belong_are_told_by_kind() {
        let tree = tree(&[
            (".git/HEAD", ""),
            (".git/config", ""),
            (".git/index", ""),
            ("a/.b/c", ""),
            ("main.lua~", ""),
            ("obj/main.o", ""),
            ("tls.pem", "-----BEGIN RSA PRIVATE KEY-----\n"),
        ]);
        let told: Vec<String> = of(&tree).iter().map(ToString::to_string).collect();
        let advice = "if the bundle does without, remove that and sign again";
        let expected = [
            format!("`tls.pem` is a secret key, and was signed; {advice}"),
            format!(
                "`.git/HEAD`, `.git/config`, `.git/index` and 1 more are hidden, and were signed; {advice}"
            ),
            format!("`main.lua~` looks like an editor's leftover, and was signed; {advice}"),
            format!("`obj/main.o` looks like a build's output, and was signed; {advice}"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn files_that_belong_are_not_told() {
        let tree = tree(&[
            ("manifest.toml", ""),
            ("bundle.sig", ""),
            ("lib/a.b/x.lua", ""),
            ("libthing.so", "\x7fELF\n-----BEGIN PRIVATE KEY-----\n"),
            ("targets/x", ""),
            ("#", ""),
        ]);
        assert_eq!(of(&tree), []);
    }

    #[test]
    fn the_signing_key_is_found_in_the_bundle() {
        let (key, other) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        let (pem, elses) = (key.to_pem(), other.to_pem());
        let tree = tree(&[("a", elses.as_str()), ("deep/studio.key", pem.as_str())]);
        assert_eq!(key_among(&tree, &key), Some("deep/studio.key"));
        let commented = format!("# mine\r\n{}\nthe end\n", key.to_pem().as_str());
        assert_eq!(key_among(&self::tree(&[("notes", &commented)]), &key), Some("notes"));
        assert_eq!(key_among(&tree, &SecretKey::generate().unwrap()), None);
    }
}
