//! What people see: durations, places in a source, problems, listings and events as text.
//!
//! Everything here writes colours; the stream takes them out where they do not belong.

pub(crate) mod duration;
#[cfg(feature = "wasm")]
pub(crate) mod size;
pub(crate) mod timestamp;

pub(crate) mod excerpt;
mod source_line;

pub(crate) mod problem;

pub(crate) mod listing;

pub(crate) mod happening;

pub(crate) mod style;
