//! Why a bundle is not accepted: the rule, the file, and what to do.

use crate::difference::Difference;
use crate::key::KeyId;
use crate::signature_error::SignatureTextError;
use crate::tree_error::TreeError;
use polyplug_abi::Version;
use std::fmt;

/// How many files a refusal names.
const NAMED: usize = 5;

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
        "its bundle.sig is that of the bundle `{signed}`, and manifest.toml names it `{found}`; get \
         the bundle again from its author, or sign it with `polyplug sign`"
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
    #[error("files that were signed have another content: {0}; {ADVICE}")]
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
        "it is version {version}, and this host takes {floor} or newer of it: an older one may have \
         been put back for a fault that it has; get the newest version from its author"
    )]
    TooOld {
        /// That of the bundle.
        version: Version,
        /// The oldest that is accepted.
        floor: Version,
    },
    /// It is no folder that can be checked.
    #[error("its files cannot be checked: {0}")]
    Tree(#[from] TreeError),
}

impl SignatureRefusal {
    /// The rule, in a word that stays the same, for programs; the text is for people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
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

/// The files that make a signature no longer hold, of the worst kind first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferentFiles {
    /// The first five of one kind.
    pub first: Vec<Difference>,
    /// How many there are of that kind.
    pub count: usize,
    /// How many there are of other kinds.
    pub others: usize,
}

impl DifferentFiles {
    /// The refusal for these differences, of which there is at least one.
    pub(crate) fn refusal(differences: Vec<Difference>) -> SignatureRefusal {
        let all = differences.len();
        let of_kind = |is_meant: fn(&Difference) -> bool| {
            let mut first: Vec<_> =
                differences.iter().filter(|one| is_meant(one)).cloned().collect();
            let count = first.len();
            first.truncate(NAMED);
            (count > 0).then_some(Self { first, count, others: all - count })
        };
        let changed = of_kind(|one| matches!(one, Difference::Changed(_)));
        let added = of_kind(|one| matches!(one, Difference::Added(_)));
        let removed = of_kind(|one| matches!(one, Difference::Removed(_)));
        let renamed = of_kind(|one| matches!(one, Difference::Renamed { .. }));
        changed
            .map(SignatureRefusal::FileChanged)
            .or(added.map(SignatureRefusal::FileAdded))
            .or(removed.map(SignatureRefusal::FileRemoved))
            .or(renamed.map(SignatureRefusal::FileRenamed))
            .expect("there is a difference")
    }
}

/// `a`, `b` and 3 more (and other differences: 2).
impl fmt::Display for DifferentFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, file) in self.first.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{file}")?;
        }
        match self.count - self.first.len() {
            0 => {}
            more => write!(f, " and {more} more")?,
        }
        match self.others {
            0 => Ok(()),
            others => write!(f, " (and other differences: {others})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DifferentFiles, SignatureRefusal as Refusal};
    use crate::key::KeyId;
    use crate::{BundleSignature, BundleTree, Difference};
    use polyplug_abi::Version;

    #[test]
    fn each_rule_has_a_word_of_its_own_that_stays() {
        let id = KeyId::from([0; 8]);
        let old = Version::new(1, 0, 0);
        let different = |one: fn(String) -> Difference| {
            DifferentFiles::refusal(vec![one("plugin.lua".to_owned())])
        };
        let renamed = |from: String| Difference::Renamed { from, to: "b".to_owned() };
        let odd = BundleTree::of_files([("../a", &b""[..])]).unwrap_err();
        let unreadable = BundleSignature::parse(b"").unwrap_err();
        let (signed, found) = ("a".to_owned(), "b".to_owned());
        let codes = [
            (Refusal::Unsigned, "unsigned"),
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
            (Refusal::TooOld { version: old, floor: old }, "too-old"),
            (Refusal::Tree(odd), "odd-tree"),
        ];
        for (refusal, code) in codes {
            assert_eq!(refusal.code(), code, "{refusal}");
        }
    }
}
