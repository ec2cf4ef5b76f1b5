//! Keys, signatures and the trust store, as a person uses them.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]

mod desk;

#[cfg(all(feature = "lua", unix))]
mod auditing;
mod bundles;
#[cfg(feature = "lua")]
mod discovering;
#[cfg(all(feature = "lua", unix))]
mod exit_codes;
#[cfg(feature = "lua")]
mod floors;
#[cfg(all(feature = "lua", unix))]
mod following;
#[cfg(feature = "lua")]
mod host;
#[cfg(feature = "lua")]
mod inspecting;
mod keys;
#[cfg(all(feature = "lua", unix))]
mod names;
#[cfg(all(feature = "lua", unix))]
mod page;
#[cfg(all(feature = "lua", unix))]
mod running;
mod trusting;
