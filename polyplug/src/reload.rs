//! The machine that loads, reloads and unloads: stage, check, commit, drain.
//!
//! A load has no old generation, an unload has no new one; otherwise they are the same.
//!
//! | file | what |
//! |---|---|
//! | `operation` | what hosts ask for: load, reload, unload, poll |
//! | `unload` | one bundle, a cascade, everything |
//! | `permission` | where an operation may be asked for |
//! | `failure`, `failed` | what is told when a change fails, and what is kept of it |
//! | `scan` | a folder of bundles, in order |
//! | `place` | which paths mean one folder |
//! | `known` | the bundles there are, by name, id and folder |
//! | `plan` | which bundles change together, and how |
//! | `opening`, `reading`, `held` | what a new generation is made from, and how much waits in memory |
//! | `admission` | whether it may be opened |
//! | `dependencies`, `absent` | who needs whom, and who would provide what is missing |
//! | `transaction` | stage and check of one plan |
//! | `open_transaction` | what the starting thread knows of it |
//! | `check` | promised against registered, running against new |
//! | `commit` | gate, locks, hand-over, the point of no return |
//! | `drain` | closing what the last call has left |
//! | `worker`, `follow`, `pending` | changes that the watcher saw |
//! | `supersede` | staged changes that a newer one replaces |

pub(crate) mod operation;

pub(crate) mod quiescence;

pub(crate) mod unload;

pub(crate) mod permission;

pub(crate) mod failure;

pub(crate) mod failed;

pub(crate) mod scan;

pub(crate) mod place;

pub(crate) mod known;

pub(crate) mod plan;

pub(crate) mod opening;

pub(crate) mod reading;

pub(crate) mod held;

pub(crate) mod admission;

pub(crate) mod dependencies;

pub(crate) mod absent;

pub(crate) mod transaction;

pub(crate) mod open_transaction;

pub(crate) mod check;

pub(crate) mod commit;

pub(crate) mod drain;

pub(crate) mod worker;

pub(crate) mod follow;

mod supersede;

pub(crate) mod refused;

pub(crate) mod pending;
