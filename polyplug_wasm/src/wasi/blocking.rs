//! WASI's functions for a thread that waits: what the implementation offers as futures, run to their
//! end by [`Background::wait`], and not by the executor that the implementation's own blocking
//! functions would enter.

mod files;
mod sockets;
mod streams;

use super::waiting::Background;
use std::future::Future;
use std::time::Instant;
use wasmtime::component::{HasData, ResourceTable};
use wasmtime_wasi::filesystem::WasiFilesystemCtxView;
use wasmtime_wasi::sockets::WasiSocketsCtxView;

/// A part of a store's state, with what it takes to wait for it.
pub(crate) struct Waited<'a, V> {
    pub(crate) view: V,
    pub(crate) background: &'a Background,
    pub(crate) deadline: Option<Instant>,
}

impl<V> Waited<'_, V> {
    /// Runs what `begin` makes of the state to its end.
    fn wait<'v, F: Future>(
        &'v mut self,
        begin: impl FnOnce(&'v mut V) -> F,
    ) -> wasmtime::Result<F::Output> {
        let view = &mut self.view;
        self.background.wait(self.deadline, self.background.inside(|| begin(view)))
    }

    /// Runs what does not wait.
    fn now<'v, T>(&'v mut self, body: impl FnOnce(&'v mut V) -> T) -> T {
        let view = &mut self.view;
        self.background.inside(|| body(view))
    }
}

/// The streams and pollables of a store.
pub(crate) struct Streams;

impl HasData for Streams {
    type Data<'a> = Waited<'a, &'a mut ResourceTable>;
}

/// The files of a store.
pub(crate) struct Files;

impl HasData for Files {
    type Data<'a> = Waited<'a, WasiFilesystemCtxView<'a>>;
}

/// The sockets of a store.
pub(crate) struct Sockets;

impl HasData for Sockets {
    type Data<'a> = Waited<'a, WasiSocketsCtxView<'a>>;
}
