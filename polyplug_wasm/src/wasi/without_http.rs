//! In the place of `http`, in a build that has no requests.

use super::HasWasi;
use super::interfaces::Link;
use std::sync::Arc;

/// What the host says about requests.
#[derive(Clone, Default)]
pub(crate) struct Egress {}

/// One store's part of requests.
pub(super) struct HttpState;

impl Egress {
    pub(super) fn state(&self, _: &Arc<str>, _: bool) -> HttpState {
        HttpState
    }
}

/// None of `wasi:http`.
pub(super) fn interfaces<T: HasWasi>() -> [(&'static str, Link<T>); 0] {
    []
}
