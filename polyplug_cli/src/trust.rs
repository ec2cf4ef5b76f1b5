//! `polyplug trust`: the file with the keys whose bundles this user runs.

mod named;

use crate::Verdict;
use crate::arguments::{
    TrustAddOptions, TrustCommand, TrustListOptions, TrustOptions, TrustRemoveOptions,
    TrustRevokeOptions,
};
use crate::bindgen::bad;
use crate::key_file;
use crate::show::listing::counted;
use crate::show::style::{BAD, DIM, GOOD, NAME, STRONG, WARN, foreign, one_line, paint, shown};
use named::{meant, named};
use polyplug_trust::{KeyId, KeyState, StoredKey, TrustStore};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// Runs the subcommand.
pub(crate) fn trust(options: &TrustOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let Some(store) = options.trust_store.clone().or_else(TrustStore::default_path) else {
        return bad(
            "there is no trust store: POLYPLUG_TRUST_STORE is empty, or this user has no folder for \
             settings; name a file with --trust-store",
        );
    };
    let done = match &options.command {
        TrustCommand::Add(options) => add(&store, options),
        TrustCommand::List(options) => return list(&store, options, out),
        TrustCommand::Remove(options) => remove(&store, options),
        TrustCommand::Revoke(options) => revoke(&store, options),
    };
    match done {
        Ok(Change { what, id, more }) => {
            writeln!(out, "{what} {}{more}  {}", paint(NAME, id), paint(DIM, store.display()))?;
            Ok(Verdict::Good)
        }
        Err(Refusal(problem)) => bad(&problem),
    }
}

/// What was done to the store.
struct Change {
    what: String,
    id: KeyId,
    more: String,
}

/// Why nothing was.
struct Refusal(String);

impl<T: std::error::Error> From<T> for Refusal {
    fn from(error: T) -> Self {
        Self(error.to_string())
    }
}

fn add(store: &Path, options: &TrustAddOptions) -> Result<Change, Refusal> {
    let key = key_file::public(&options.key).map_err(Refusal)?;
    let id = key.id();
    let called = || key_file::name(&options.key).unwrap_or_else(|| id.to_string());
    TrustStore::update(store, |trusted| {
        if trusted.revoked().any(|revoked| revoked.id == id) {
            return Err(Refusal(format!(
                "the key {id} was revoked, and is not trusted again; if it should never have been, \
                 delete the line `revoke {id}` from {} first",
                shown(store)
            )));
        }
        let before =
            trusted.trusted().find(|trusted| trusted.key == key).map(|old| old.name.clone());
        // Whoever adds it again without a name has none in mind.
        let name = options.name.clone().or_else(|| before.clone()).unwrap_or_else(called);
        trusted.add(key, &name)?;
        let name = name.trim();
        let shown = one_line(name);
        let (what, more) = match before {
            None => (paint(GOOD, "trusted"), format!(" ({shown})")),
            Some(before) if before == name => {
                (paint(DIM, "trusted already"), format!(" ({shown})"))
            }
            Some(before) => {
                let before = one_line(before);
                (paint(GOOD, "renamed"), format!(" ({shown}, before {before})"))
            }
        };
        Ok(Change { what, id, more })
    })
}

fn remove(store: &Path, options: &TrustRemoveOptions) -> Result<Change, Refusal> {
    TrustStore::update(store, |trusted| {
        let id = named(trusted, &options.id).map_err(Refusal)?;
        let name = name_of(trusted, id);
        if !trusted.remove(id) {
            return Err(not_trusted(trusted, &options.id, id));
        }
        let is_revoked = is_revoked(trusted, id);
        let more = if is_revoked { "; it stays revoked" } else { "" };
        Ok(Change { what: paint(WARN, "removed"), id, more: format!("{name}{more}") })
    })
}

fn revoke(store: &Path, options: &TrustRevokeOptions) -> Result<Change, Refusal> {
    let reason = options.reason.join(" ");
    TrustStore::update(store, |trusted| {
        let id = named(trusted, &options.id).map_err(Refusal)?;
        let name = name_of(trusted, id);
        if trusted.revoke(id, &reason)? {
            return Ok(Change { what: paint(BAD, "revoked"), id, more: name });
        }
        let reasons = trusted.revoked().find(|revoked| revoked.id == id).map(|one| &one.reason);
        let reasons = reasons.filter(|reason| !reason.is_empty());
        let why = reasons.map_or(String::new(), |reasons| format!(": {}", foreign(reasons)));
        Ok(Change { what: paint(DIM, "revoked already"), id, more: format!("{name}{why}") })
    })
}

fn not_trusted(store: &TrustStore, text: &str, id: KeyId) -> Refusal {
    let meant = meant(store, text);
    Refusal(format!("{}: the key {id} is not trusted there{meant}", shown(store.path())))
}

/// ` (studio)`, if it is trusted.
fn name_of(store: &TrustStore, id: KeyId) -> String {
    let known = store.trusted().find(|trusted| trusted.key.id() == id);
    known.map_or(String::new(), |known| format!(" ({})", foreign(&known.name)))
}

fn list(store: &Path, options: &TrustListOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    let store = match TrustStore::read(store) {
        Ok(store) => store,
        Err(error) => return bad(&error.to_string()),
    };
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &Listing::new(&store))?;
        writeln!(out)?;
        return Ok(Verdict::Good);
    }
    let keys = store.keys();
    let revoked = keys.iter().filter(|key| key.state != KeyState::Trusted).count();
    let trusted = counted(keys.len() - revoked, "trusted key");
    let path = paint(STRONG, store.path().display());
    writeln!(out, "{path}  {trusted}, {revoked} revoked")?;
    for StoredKey { id, known, state } in &keys {
        let name = known.as_ref().map(|known| format!("  {}", foreign(&known.name)));
        let name = name.unwrap_or_default();
        write!(out, "  {}{name}", paint(NAME, id))?;
        match state {
            KeyState::Trusted => writeln!(out)?,
            KeyState::Revoked { reason } if reason.is_empty() => {
                writeln!(out, "  {}", paint(BAD, "revoked"))?;
            }
            KeyState::Revoked { reason } => {
                writeln!(out, "  {}  {}", paint(BAD, "revoked"), foreign(reason))?;
            }
        }
    }
    Ok(Verdict::Good)
}

fn is_revoked(store: &TrustStore, id: KeyId) -> bool {
    store.revoked().any(|revoked| revoked.id == id)
}

/// The store as JSON. The fields' names are documented in `--help` and stay.
#[derive(Serialize)]
struct Listing {
    store: String,
    keys: Vec<Key>,
    trusted: Vec<Trusted>,
    revoked: Vec<Revoked>,
}

/// Each key once.
#[derive(Serialize)]
struct Key {
    id: String,
    key: Option<String>,
    name: Option<String>,
    state: &'static str,
    reason: Option<String>,
}

impl From<StoredKey> for Key {
    fn from(StoredKey { id, known, state }: StoredKey) -> Self {
        let (state, reason) = match state {
            KeyState::Trusted => ("trusted", None),
            KeyState::Revoked { reason } => ("revoked", Some(reason)),
        };
        let (key, name) = known.map(|known| (known.key.to_string(), known.name)).unzip();
        Self { id: id.to_string(), key, name, state, reason }
    }
}

#[derive(Serialize)]
struct Trusted {
    id: String,
    key: String,
    name: String,
    revoked: bool,
}

#[derive(Serialize)]
struct Revoked {
    id: String,
    reason: String,
}

impl Listing {
    fn new(store: &TrustStore) -> Self {
        let trusted = store.trusted().map(|trusted| Trusted {
            id: trusted.key.id().to_string(),
            key: trusted.key.to_string(),
            name: trusted.name.clone(),
            revoked: is_revoked(store, trusted.key.id()),
        });
        let revoked = store
            .revoked()
            .map(|revoked| Revoked { id: revoked.id.to_string(), reason: revoked.reason.clone() });
        Self {
            store: store.path().display().to_string(),
            keys: store.keys().into_iter().map(Key::from).collect(),
            trusted: trusted.collect(),
            revoked: revoked.collect(),
        }
    }
}
