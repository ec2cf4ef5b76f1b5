//! Bytes that were refused. As they lie there they are not tried again, and what is wrong with them
//! is told once: a build touches its files several times, and an editor saves others beside them.
//!
//! Only until any bundle changes: what was missing may then be there. A refused hand-over is tried
//! again, since it depends on what is alive, but not told again in the same words.

use super::admission;
use super::failure::Failure;
use super::reading::{Reading, UnsignedManifest};
use super::transaction::Transaction;
use crate::core::Core;
use crate::error::{LoaderError, RuntimeError};
use crate::events::{Cause, Step};
use crate::generation::TakenFiles;
use crate::loader::BundleFiles;
use crate::loader::manifest::{MANIFEST_FILE, ManifestError, ManifestProblem};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What was refused last, by the bundle's folder.
#[derive(Default)]
pub(crate) struct RefusedFolders(Mutex<BTreeMap<PathBuf, Refused>>);

struct Refused {
    bytes: RefusedBytes,
    /// The registry's revision before it was tried.
    revision: u64,
    step: Step,
    error: String,
    is_told: bool,
}

/// A bundle's folder before its bundle was opened.
#[derive(Clone)]
pub(crate) struct Seen {
    /// Its manifest and what else belongs to every bundle, if that could be read.
    files: Option<Arc<BundleFiles>>,
    /// All that lies in it, where signatures count.
    whole: Option<[u8; 32]>,
}

/// What a refusal is due to: as long as it is the same, so is the refusal.
#[derive(Clone)]
pub(super) enum RefusedBytes {
    /// The files that its loader takes.
    Taken(TakenFiles),
    /// Every file of the folder, none of which may differ from what was signed.
    Whole([u8; 32]),
}

/// Whether a refusal has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    Fresh,
    Told,
}

impl RefusedFolders {
    /// Whether what lies in `folder` was refused and would be again; what has changed is forgotten.
    pub(super) fn stands(&self, core: &Core, folder: &Path) -> bool {
        let Some(known) = self.0.lock().get(folder).map(Refused::key) else { return false };
        let (bytes, revision, step) = known;
        if bytes.lie_in(core, folder) && revision == core.revision.load(Ordering::Acquire) {
            return step != Step::Commit;
        }
        self.0.lock().remove(folder);
        false
    }

    /// Notes that `bytes` were refused.
    pub(super) fn note(&self, failure: &Failure, bytes: RefusedBytes, revision: u64) -> News {
        let mut refused = self.0.lock();
        let error = failure.error.to_string();
        let is_told = refused.get(&failure.path).is_some_and(|known| {
            known.is_told
                && known.revision == revision
                && known.error == error
                && known.bytes.is_same(&bytes)
        });
        let step = failure.step;
        let now = Refused { bytes, revision, step, error, is_told };
        refused.insert(failure.path.clone(), now);
        if is_told { News::Told } else { News::Fresh }
    }

    /// What was refused in `folder` is told.
    pub(super) fn told(&self, folder: &Path) {
        if let Some(refused) = self.0.lock().get_mut(folder) {
            refused.is_told = true;
        }
    }
}

impl Refused {
    fn key(&self) -> (RefusedBytes, u64, Step) {
        (self.bytes.clone(), self.revision, self.step)
    }
}

impl Seen {
    /// What `reading` found in `folder`.
    pub(super) fn of(folder: &Path, reading: &Reading) -> Self {
        let files = match reading {
            Reading::Later => BundleFiles::read(folder, |_| false).ok(),
            Reading::Unsigned(_, UnsignedManifest::Bytes(bytes)) => {
                Some(BundleFiles::from_memory(MANIFEST_FILE, Arc::clone(bytes)))
            }
            Reading::Unsigned(..) => None,
            Reading::Whole(tree) => Some(BundleFiles::of_tree(tree, |_| false)),
            Reading::Odd(_) => None,
        };
        Self { files: files.map(Arc::new), whole: reading.fingerprint() }
    }

    /// What a failure to read the bundle is due to.
    pub(super) fn unread(self, failure: &Failure) -> Option<RefusedBytes> {
        match (is_refusal(&failure.error), self) {
            (true, Self { whole: Some(whole), .. }) => Some(RefusedBytes::Whole(whole)),
            (_, Self { files, .. }) => files.map(only_manifest),
        }
    }
}

impl RefusedBytes {
    fn lie_in(&self, core: &Core, folder: &Path) -> bool {
        match self {
            Self::Whole(whole) => Reading::of(core, folder).fingerprint() == Some(*whole),
            Self::Taken(taken) => {
                let now = BundleFiles::read(folder, &*taken.takes);
                now.is_ok_and(|now| now.digest() == taken.files.digest())
            }
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one == other,
            (Self::Taken(one), Self::Taken(other)) => one.files.digest() == other.files.digest(),
            _ => false,
        }
    }
}

/// Whether all files of the bundle were looked at and it was not let in.
fn is_refusal(error: &RuntimeError) -> bool {
    match error {
        RuntimeError::SignatureRejected { .. } | RuntimeError::AdmissionDenied { .. } => true,
        RuntimeError::Loader(LoaderError::Refused { reason, .. }) => is_refusal(reason),
        _ => false,
    }
}

/// Notes what was read and refused.
pub(super) fn note(
    core: &Core,
    failure: &Failure,
    read: Option<RefusedBytes>,
    revision: u64,
) -> News {
    let read = read.filter(|_| is_lasting(&failure.error));
    read.map_or(News::Fresh, |read| core.refused.note(failure, read, revision))
}

/// What the failure of the bundle in `folder` is due to, if that is known.
pub(super) fn read_of(
    failure: &Failure,
    folder: &Path,
    seen: Seen,
    taken: Option<TakenFiles>,
) -> Option<RefusedBytes> {
    if failure.path != folder {
        return None;
    }
    if is_refusal(&failure.error) {
        return seen.whole.map(RefusedBytes::Whole);
    }
    let seen = seen.files?;
    if matches!(failure.error, RuntimeError::DependencyMissing { .. }) {
        return Some(only_manifest(seen));
    }
    // A manifest that was written meanwhile is not the one that was refused.
    let taken = taken.filter(|taken| taken.files.get(MANIFEST_FILE) == seen.get(MANIFEST_FILE));
    taken.map(RefusedBytes::Taken)
}

/// What was read if only the manifest was.
fn only_manifest(files: Arc<BundleFiles>) -> RefusedBytes {
    RefusedBytes::Taken(TakenFiles { files, takes: Arc::new(|_| false) })
}

/// Whether the commit's failure is news, which is then told.
pub(super) fn is_news_of_poll(core: &Core, transaction: &Transaction, failure: &Failure) -> bool {
    let [member] = &*transaction.members else { return true };
    let taken = member.staged.as_ref().and_then(|staged| staged.origin.files.clone());
    let Some(taken) = taken.filter(|_| member.cause == Cause::Watch && is_lasting(&failure.error))
    else {
        return true;
    };
    let revision = core.revision.load(Ordering::Acquire);
    let news = core.refused.note(failure, RefusedBytes::Taken(taken), revision);
    core.refused.told(&failure.path);
    news == News::Fresh
}

/// Whether the same bytes fail again, as far as one can tell: nobody was in the way, no disk full, and who
/// refused them had decided about them.
fn is_lasting(error: &RuntimeError) -> bool {
    match error {
        RuntimeError::Busy { .. }
        | RuntimeError::ChangeInProgress { .. }
        | RuntimeError::DependentFailed { .. }
        | RuntimeError::Io { .. }
        | RuntimeError::Manifest(ManifestError {
            problem: ManifestProblem::Unreadable { .. },
            ..
        })
        | RuntimeError::NoLoaderForName { .. }
        | RuntimeError::Internal(_) => false,
        RuntimeError::SignatureRejected { reason, .. } => !reason.is_undecided(),
        RuntimeError::AdmissionDenied { reason, .. } => !reason.starts_with(admission::PANICKED),
        RuntimeError::Loader(LoaderError::CopyFailed { .. }) => false,
        RuntimeError::Loader(LoaderError::Refused { reason, .. }) => is_lasting(reason),
        _ => true,
    }
}
