//! What differs between two lists, and whether something that was compiled before notices.

use std::collections::BTreeMap;
use std::fmt;

/// What to do about a break.
pub(crate) const BROKEN: &str = "\
The ABI changed in a way that breaks programs and plugins that are compiled already.
Undo it, or add something new beside the old. If the break is meant: what plugins see is the ABI \
version 1 and never changes; for the library's own functions, from soname 1 on, raise the number \
in polyplug_capi/build.rs and xtask/src/platform.rs, say it in CHANGELOG.md, and run
    UPDATE_ABI=break cargo test -p polyplug_capi --test abi";

const ADDED: &str = "\
The ABI has something new, which breaks nothing. Accept it with
    UPDATE_ABI=1 cargo test -p polyplug_capi --test abi";

/// What `UPDATE_ABI` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    Nothing,
    Additions,
    Everything,
}

impl Update {
    pub(crate) fn asked_for() -> Self {
        match std::env::var("UPDATE_ABI").as_deref() {
            Err(_) | Ok("" | "0") => Self::Nothing,
            Ok("break") => Self::Everything,
            Ok(_) => Self::Additions,
        }
    }

    pub(crate) fn accepts(self, changes: &Changes) -> bool {
        match self {
            Self::Nothing => false,
            Self::Additions => !changes.break_something(),
            Self::Everything => true,
        }
    }
}

/// The differences between two lists.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    broken: Vec<String>,
    added: Vec<String>,
}

impl Changes {
    pub(crate) fn between(was: &str, now: &str) -> Self {
        let (was, now) = (entries(was), entries(now));
        let mut changes = Self::default();
        for (what, before) in &was {
            match now.get(what) {
                None => changes.broken.push(format!("{what}\n    was  {before}\n    now  gone")),
                Some(after) if after != before => {
                    changes.broken.push(format!("{what}\n    was  {before}\n    now  {after}"));
                }
                Some(_) => {}
            }
        }
        let added = now.iter().filter(|(what, _)| !was.contains_key(*what));
        changes.added = added.map(|(what, how)| format!("{what} = {how}")).collect();
        changes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.broken.is_empty() && self.added.is_empty()
    }

    pub(crate) fn break_something(&self) -> bool {
        !self.broken.is_empty()
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, items) in [(BROKEN, &self.broken), (ADDED, &self.added)] {
            if !items.is_empty() {
                writeln!(f, "{title}\n\n  {}\n", items.join("\n  "))?;
            }
        }
        Ok(())
    }
}

fn entries(list: &str) -> BTreeMap<&str, &str> {
    list.lines().filter_map(|line| line.split_once(" = ")).collect()
}
