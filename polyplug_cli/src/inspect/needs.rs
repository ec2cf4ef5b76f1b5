//! What a bundle needs, as lines for people and as JSON.

use super::graph::{Need, NeedKind};
use crate::show::style::{BAD, DIM, one_line, paint};
use polyplug_abi::Version;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a line for each need.
pub(crate) fn write(needs: &[Need], out: &mut dyn Write) -> io::Result<()> {
    for need in needs {
        let verb = if need.kind == NeedKind::Import { "uses" } else { "needs" };
        writeln!(out, "  {} {}{}", paint(DIM, verb), wanted(need), answer(need))?;
    }
    Ok(())
}

fn wanted(need: &Need) -> String {
    let mut wanted = match need.kind {
        NeedKind::Bundle => format!("bundle {}", need.name),
        NeedKind::Contract | NeedKind::Import => need.name.clone(),
    };
    if need.min_version != Version::default() {
        wanted += &format!(" {} or later", need.min_version);
    }
    if let Some(only) = &need.only_from {
        wanted += &format!(" of {only} alone");
    }
    wanted
}

fn answer(need: &Need) -> String {
    if need.kind == NeedKind::Import && need.providers.is_empty() && need.refused.is_empty() {
        return " of the host: no bundle here provides it".to_owned();
    }
    if let [first, others @ ..] = &*need.providers {
        let from = if need.kind == NeedKind::Bundle { "" } else { &format!(" from {first}") };
        return match others {
            [] => from.to_owned(),
            _ => format!("{from}, {}", paint(DIM, format!("else {}", others.join(", ")))),
        };
    }
    if !need.refused.is_empty() {
        let refused = one_line(need.refused.join(", "));
        return format!(": {}, {refused} was not loaded", paint(BAD, "missing"));
    }
    let old: Vec<String> =
        need.too_old.iter().map(|(bundle, version)| format!("{bundle} has {version}")).collect();
    match &*old {
        [] => format!(": {}", paint(BAD, "missing")),
        _ => format!(": {}, {}", paint(BAD, "too old"), old.join(", ")),
    }
}

/// A need as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct NeedDetails {
    kind: &'static str,
    name: String,
    min_version: Option<String>,
    only_from: Option<String>,
    providers: Vec<String>,
    too_old: Vec<TooOld>,
    refused: Vec<String>,
    missing: bool,
}

#[derive(Debug, Serialize)]
struct TooOld {
    bundle: String,
    version: String,
}

impl From<Need> for NeedDetails {
    fn from(need: Need) -> Self {
        let has_minimum = need.min_version != Version::default();
        let too_old = need.too_old.iter().map(|(bundle, version)| TooOld {
            bundle: bundle.clone(),
            version: version.to_string(),
        });
        Self {
            kind: match need.kind {
                NeedKind::Contract => "contract",
                NeedKind::Bundle => "bundle",
                NeedKind::Import => "import",
            },
            min_version: has_minimum.then(|| need.min_version.to_string()),
            too_old: too_old.collect(),
            missing: need.is_missing(),
            refused: need.refused,
            name: need.name,
            only_from: need.only_from,
            providers: need.providers,
        }
    }
}
