//! Why a bundle is not accepted: the rule, the file, and what to do.

use crate::difference::Difference;
use crate::floor::Floor;
use crate::key::KeyId;
use crate::signature_error::SignatureTextError;
use crate::tree_error::TreeError;
use crate::unreadable::Escaped;
use polyplug_abi::Version;
use std::fmt;

/// Why a bundle is refused. The text is complete but for the bundle's name, on one line.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureRefusal {
    /// There is no signature.
    #[error(
        "it is not signed: it has no bundle.sig; get a signed bundle from its author, or sign it with \
         `polyplug sign` and a key that this host trusts"
    )]
    Unsigned,
    /// There is a folder of its name.
    #[error(
        "it is not signed: its bundle.sig is a folder and no file; remove it, then get a signed bundle from \
         its author, or sign it with `polyplug sign` and a key that this host trusts"
    )]
    SignatureIsFolder,
    /// There is something else in its place.
    #[error(
        "its bundle.sig is no signature: {0}; get the bundle again from its author, or sign it again \
         with `polyplug sign`"
    )]
    Unreadable(#[source] SignatureTextError),
    /// The key is none of the host's.
    #[error(
        "its bundle.sig was made with the key {id}, which this host does not trust; if the author is \
         known to you, get the public key from there and add it with `polyplug trust add`"
    )]
    UnknownKey {
        /// The key that it names.
        id: KeyId,
    },
    /// The key is no longer trusted.
    #[error(
        "its bundle.sig was made with the key {id}, which was revoked; get a bundle from its author \
         that is signed with another key"
    )]
    RevokedKey {
        /// The key that it names.
        id: KeyId,
    },
    /// What the file says was not signed.
    #[error(
        "its bundle.sig was not made by the key {id} that it names: somebody changed it, or damaged \
         it; get the bundle again from its author"
    )]
    WrongSignature {
        /// The key that it names.
        id: KeyId,
    },
    /// It is that of another bundle.
    #[error(
        "its bundle.sig is that of the bundle `{}`, and manifest.toml names it `{}`; get the bundle \
         again from its author, or sign it with `polyplug sign`",
        Escaped(signed),
        Escaped(found)
    )]
    OtherBundle {
        /// Which was signed.
        signed: String,
        /// Which it is.
        found: String,
    },
    /// It is that of another version.
    #[error(
        "its bundle.sig is that of version {signed}, and manifest.toml names {found}; sign it again \
         with `polyplug sign`"
    )]
    OtherVersion {
        /// Which was signed.
        signed: Version,
        /// Which it is.
        found: Version,
    },
    /// Files have another content.
    #[error(
        "files that were signed have {change}: {0}; {advice}",
        change = .0.change(),
        advice = .0.change_advice()
    )]
    FileChanged(DifferentFiles),
    /// There are files that were not signed.
    #[error(
        "files were added that were not signed: {0}; remove what does not belong there, or {ADVICE}"
    )]
    FileAdded(DifferentFiles),
    /// Files that were signed are not there.
    #[error("files that were signed are missing: {0}; {ADVICE}")]
    FileRemoved(DifferentFiles),
    /// Files have another path.
    #[error("files that were signed have other names: {0}; rename them back, or {ADVICE}")]
    FileRenamed(DifferentFiles),
    /// A newer one has ruled it out.
    #[error(
        "it is version {version}, and this host takes {} or newer of it, {}: an older one may have \
         been put back for a fault that it has; get the newest version from its author",
        floor.version,
        floor.source
    )]
    TooOld {
        /// That of the bundle.
        version: Version,
        /// The oldest that is accepted.
        floor: Floor,
    },
    /// It is no folder that can be checked.
    #[error("its files cannot be checked: {0}")]
    Tree(#[from] TreeError),
}

impl SignatureRefusal {
    /// The rule, in a word that stays the same, for programs; the text is for people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned | Self::SignatureIsFolder => "unsigned",
            Self::Unreadable(_) => "unreadable-signature",
            Self::UnknownKey { .. } => "unknown-key",
            Self::RevokedKey { .. } => "revoked-key",
            Self::WrongSignature { .. } => "wrong-signature",
            Self::OtherBundle { .. } => "other-bundle",
            Self::OtherVersion { .. } => "other-version",
            Self::FileChanged(_) => "file-changed",
            Self::FileAdded(_) => "file-added",
            Self::FileRemoved(_) => "file-removed",
            Self::FileRenamed(_) => "file-renamed",
            Self::TooOld { .. } => "too-old",
            Self::Tree(_) => "odd-tree",
        }
    }
}

const ADVICE: &str = "get the bundle again from its author, or sign it again with `polyplug sign`";

/// What to do where nothing but line ends differs.
const KEEP_LINE_ENDS: &str = "the text is the same, so git may have converted them: put `* -text` into \
                              .gitattributes and check them out again, or sign them as they are with \
                              `polyplug sign`";

/// The files that make a signature no longer hold: first the changed ones, then those that were added,
/// removed and renamed, each kind sorted by path. The text names the first ten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferentFiles {
    differences: Vec<Difference>,
}

impl DifferentFiles {
    /// The refusal for these differences, of which there is at least one.
    pub(crate) fn refusal(mut differences: Vec<Difference>) -> SignatureRefusal {
        // Stable: each kind stays sorted.
        differences.sort_by_key(kind);
        let refusal = match differences.first().expect("there is a difference") {
            Difference::Changed(_) | Difference::LineEnds(_) => SignatureRefusal::FileChanged,
            Difference::Added(_) => SignatureRefusal::FileAdded,
            Difference::Removed(_) => SignatureRefusal::FileRemoved,
            Difference::Renamed { .. } => SignatureRefusal::FileRenamed,
        };
        refusal(Self { differences })
    }

    /// How many of them a refusal names.
    pub const NAMED: usize = 10;

    /// All of them.
    pub fn all(&self) -> &[Difference] {
        &self.differences
    }

    fn change(&self) -> &'static str {
        if self.is_of_line_ends() { "other line ends" } else { "another content" }
    }

    fn change_advice(&self) -> &'static str {
        if self.is_of_line_ends() { KEEP_LINE_ENDS } else { ADVICE }
    }

    /// Whether no file has changed in another way.
    fn is_of_line_ends(&self) -> bool {
        matches!(self.differences.first(), Some(Difference::LineEnds(_)))
    }
}

/// The worst first.
fn kind(difference: &Difference) -> u8 {
    match difference {
        Difference::Changed(_) => 0,
        Difference::LineEnds(_) => 1,
        Difference::Added(_) => 2,
        Difference::Removed(_) => 3,
        Difference::Renamed { .. } => 4,
    }
}

/// `a`, `b`; removed: `c` and 3 more (`polyplug verify` lists all).
impl fmt::Display for DifferentFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = None;
        for file in self.differences.iter().take(Self::NAMED) {
            match last.replace(kind(file)) {
                None => {}
                Some(last) if last == kind(file) => f.write_str(", ")?,
                Some(_) => write!(f, "; {}: ", file.what())?,
            }
            write!(f, "{file}")?;
        }
        match self.differences.len().saturating_sub(Self::NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more (`polyplug verify` lists all)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DifferentFiles, SignatureRefusal as Refusal};
    use crate::floor::{Floor, FloorSource};
    use crate::key::KeyId;
    use crate::{BundleSignature, BundleTree, Difference};
    use polyplug_abi::Version;

    #[test]
    fn each_rule_has_a_word_that_stays() {
        let id = KeyId::from([0; 8]);
        let old = Version::new(1, 0, 0);
        let floor = Floor { version: old, source: FloorSource::Host };
        let different = |one: fn(String) -> Difference| {
            DifferentFiles::refusal(vec![one("plugin.lua".to_owned())])
        };
        let renamed = |from: String| Difference::Renamed { from, to: "b".to_owned() };
        let odd = BundleTree::of_files([("../a", &b""[..])]).unwrap_err();
        let unreadable = BundleSignature::parse(b"").unwrap_err();
        let (signed, found) = ("a".to_owned(), "b".to_owned());
        let codes = [
            (Refusal::Unsigned, "unsigned"),
            (Refusal::SignatureIsFolder, "unsigned"),
            (Refusal::Unreadable(unreadable), "unreadable-signature"),
            (Refusal::UnknownKey { id }, "unknown-key"),
            (Refusal::RevokedKey { id }, "revoked-key"),
            (Refusal::WrongSignature { id }, "wrong-signature"),
            (Refusal::OtherBundle { signed, found }, "other-bundle"),
            (Refusal::OtherVersion { signed: old, found: old }, "other-version"),
            (different(Difference::Changed), "file-changed"),
            (different(Difference::Added), "file-added"),
            (different(Difference::Removed), "file-removed"),
            (different(renamed), "file-renamed"),
            (Refusal::TooOld { version: old, floor }, "too-old"),
            (Refusal::Tree(odd), "odd-tree"),
        ];
        for (refusal, code) in codes {
            assert_eq!(refusal.code(), code, "{refusal}");
        }
    }
}
