//! Signatures, end to end: what somebody may do to a bundle after it was signed, and that the host
//! refuses it with the file, the rule and what to do. Each test fails without the defence it is about.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, and clippy sees `#[test]` only")]

mod signed;

mod attacks;
mod challengers;
mod keys;
mod memory;
mod modules;
mod neighbours;
mod providers;
mod rebuilds;
mod records;
mod replays;
#[cfg(unix)]
mod swaps;
mod told_once;
mod unsigned;
mod warnings;
mod watching;
