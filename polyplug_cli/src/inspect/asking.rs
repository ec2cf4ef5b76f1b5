//! What a bundle asks for besides contracts: capabilities and limits, as its manifest states them.

use crate::show::style::{DIM, one_line, paint};
use polyplug::capability::{Capability, Request};
use polyplug::loader::manifest::Manifest;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

/// What stands in a manifest. The fields' names are documented in `--help` and stay.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Asking {
    capabilities: Vec<String>,
    optional_capabilities: Vec<String>,
    limits: Limits,
}

#[derive(Debug, Default, Serialize)]
struct Limits {
    memory: Option<u64>,
    call_ms: Option<u64>,
}

impl Asking {
    /// Reads the manifest in `folder`; nothing is asked for by one that does not read, which loading it
    /// tells.
    pub(crate) fn read(folder: &Path) -> Self {
        let Ok(manifest) = Manifest::read(folder) else { return Self::default() };
        let table = manifest.options.loader_tables.get(&manifest.data.loader);
        let request = table.and_then(|table| Request::read(table).ok()).unwrap_or_default();
        let limits = manifest.options.limits;
        let names = |set: BTreeSet<Capability>| set.iter().map(ToString::to_string).collect();
        Self {
            capabilities: names(request.needed),
            optional_capabilities: names(request.optional),
            limits: Limits {
                memory: limits.memory,
                call_ms: limits
                    .call_time
                    .map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            },
        }
    }

    /// Writes a line for each that is stated.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let limits = [
            self.limits.memory.map(|bytes| format!("{bytes} bytes of memory")),
            self.limits.call_ms.map(|ms| format!("{ms} ms in one call")),
        ];
        for (what, listed) in [
            ("asks for", self.capabilities.join(", ")),
            ("asks, if granted, for", self.optional_capabilities.join(", ")),
            ("limited to", limits.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        ] {
            if !listed.is_empty() {
                writeln!(out, "  {} {}", paint(DIM, what), one_line(listed))?;
            }
        }
        Ok(())
    }
}
