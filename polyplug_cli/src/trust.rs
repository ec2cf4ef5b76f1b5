//! `polyplug trust`: the file with the keys whose bundles this user runs.

use crate::Verdict;
use crate::arguments::{
    TrustAddOptions, TrustCommand, TrustListOptions, TrustOptions, TrustRemoveOptions,
    TrustRevokeOptions,
};
use crate::bindgen::bad;
use crate::key_file;
use crate::show::listing::counted;
use crate::show::style::{BAD, DIM, GOOD, NAME, STRONG, WARN, paint};
use polyplug_trust::{KeyId, TrustStore};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    let name = options.name.clone().unwrap_or_else(called);
    TrustStore::update(store, |trusted| {
        if trusted.revoked().any(|revoked| revoked.id == id) {
            return Err(Refusal(format!(
                "the key {id} was revoked, and is not trusted again; if it should never have been, \
                 delete the line `revoke {id}` from {} first",
                store.display()
            )));
        }
        trusted.add(key, &name)?;
        Ok(Change { what: paint(GOOD, "trusted"), id, more: format!(" ({})", name.trim()) })
    })
}

fn remove(store: &Path, options: &TrustRemoveOptions) -> Result<Change, Refusal> {
    let id = key_file::id(&options.id).map_err(Refusal)?;
    TrustStore::update(store, |trusted| {
        if !trusted.remove(id) {
            let store = store.display();
            return Err(Refusal(format!("{store}: the key {id} is not trusted there")));
        }
        Ok(Change { what: paint(WARN, "removed"), id, more: String::new() })
    })
}

fn revoke(store: &Path, options: &TrustRevokeOptions) -> Result<Change, Refusal> {
    let id = key_file::id(&options.id).map_err(Refusal)?;
    let reason = options.reason.join(" ");
    TrustStore::update(store, |trusted| {
        trusted.revoke(id, &reason)?;
        Ok(Change { what: paint(BAD, "revoked"), id, more: String::new() })
    })
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
    let trusted = counted(store.trusted().count(), "trusted key");
    let revoked = store.revoked().count();
    let path = paint(STRONG, store.path().display());
    writeln!(out, "{path}  {trusted}, {revoked} revoked")?;
    for trusted in store.trusted() {
        let (id, name) = (trusted.key.id(), &trusted.name);
        let revoked = if is_revoked(&store, id) { paint(BAD, "  revoked") } else { String::new() };
        writeln!(out, "  {}  {name}{revoked}", paint(NAME, id))?;
    }
    for revoked in store.revoked() {
        let (what, id) = (paint(BAD, "revoked"), paint(NAME, revoked.id));
        match revoked.reason.as_str() {
            "" => writeln!(out, "  {id}  {what}")?,
            reason => writeln!(out, "  {id}  {what}  {reason}")?,
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
    store: PathBuf,
    trusted: Vec<Trusted>,
    revoked: Vec<Revoked>,
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
            store: store.path().to_owned(),
            trusted: trusted.collect(),
            revoked: revoked.collect(),
        }
    }
}
