//! `wasi:io`: pollables and streams.

use super::Waited;
use std::future::Future;
use wasmtime::Result;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::io::{poll as futures_poll, streams as futures};
use wasmtime_wasi::p2::bindings::sync::io::{poll, streams};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, DynPollable, StreamError, StreamResult};

type Table<'a> = Waited<'a, &'a mut ResourceTable>;

impl Table<'_> {
    /// Runs a stream's future to its end; being too late is a trap.
    fn stream<'v, T, F: Future<Output = StreamResult<T>>>(
        &'v mut self,
        begin: impl FnOnce(&'v mut ResourceTable) -> F,
    ) -> StreamResult<T> {
        self.wait(|table| begin(table)).map_err(StreamError::Trap)?
    }
}

impl poll::Host for Table<'_> {
    fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> Result<Vec<u32>> {
        self.wait(|table| futures_poll::Host::poll(*table, pollables))?
    }
}

impl poll::HostPollable for Table<'_> {
    fn ready(&mut self, pollable: Resource<DynPollable>) -> Result<bool> {
        self.wait(|table| futures_poll::HostPollable::ready(*table, pollable))?
    }

    fn block(&mut self, pollable: Resource<DynPollable>) -> Result<()> {
        self.wait(|table| futures_poll::HostPollable::block(*table, pollable))?
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> Result<()> {
        self.now(|table| poll::HostPollable::drop(*table, pollable))
    }
}

impl streams::Host for Table<'_> {
    fn convert_stream_error(&mut self, error: StreamError) -> Result<streams::StreamError> {
        self.now(|table| streams::Host::convert_stream_error(*table, error))
    }
}

impl streams::HostInputStream for Table<'_> {
    fn read(&mut self, stream: Resource<DynInputStream>, len: u64) -> StreamResult<Vec<u8>> {
        self.now(|table| streams::HostInputStream::read(*table, stream, len))
    }

    fn blocking_read(
        &mut self,
        stream: Resource<DynInputStream>,
        len: u64,
    ) -> StreamResult<Vec<u8>> {
        self.stream(|table| futures::HostInputStream::blocking_read(table, stream, len))
    }

    fn skip(&mut self, stream: Resource<DynInputStream>, len: u64) -> StreamResult<u64> {
        self.now(|table| streams::HostInputStream::skip(*table, stream, len))
    }

    fn blocking_skip(&mut self, stream: Resource<DynInputStream>, len: u64) -> StreamResult<u64> {
        self.stream(|table| futures::HostInputStream::blocking_skip(table, stream, len))
    }

    fn subscribe(&mut self, stream: Resource<DynInputStream>) -> Result<Resource<DynPollable>> {
        self.now(|table| streams::HostInputStream::subscribe(*table, stream))
    }

    fn drop(&mut self, stream: Resource<DynInputStream>) -> Result<()> {
        self.wait(|table| futures::HostInputStream::drop(*table, stream))?
    }
}

impl streams::HostOutputStream for Table<'_> {
    fn check_write(&mut self, stream: Resource<DynOutputStream>) -> StreamResult<u64> {
        self.now(|table| streams::HostOutputStream::check_write(*table, stream))
    }

    fn write(&mut self, stream: Resource<DynOutputStream>, bytes: Vec<u8>) -> StreamResult<()> {
        self.now(|table| streams::HostOutputStream::write(*table, stream, bytes))
    }

    fn blocking_write_and_flush(
        &mut self,
        stream: Resource<DynOutputStream>,
        bytes: Vec<u8>,
    ) -> StreamResult<()> {
        self.stream(|table| {
            futures::HostOutputStream::blocking_write_and_flush(table, stream, bytes)
        })
    }

    fn flush(&mut self, stream: Resource<DynOutputStream>) -> StreamResult<()> {
        self.now(|table| streams::HostOutputStream::flush(*table, stream))
    }

    fn blocking_flush(&mut self, stream: Resource<DynOutputStream>) -> StreamResult<()> {
        self.stream(|table| futures::HostOutputStream::blocking_flush(table, stream))
    }

    fn subscribe(&mut self, stream: Resource<DynOutputStream>) -> Result<Resource<DynPollable>> {
        self.now(|table| streams::HostOutputStream::subscribe(*table, stream))
    }

    fn write_zeroes(&mut self, stream: Resource<DynOutputStream>, len: u64) -> StreamResult<()> {
        self.now(|table| streams::HostOutputStream::write_zeroes(*table, stream, len))
    }

    fn blocking_write_zeroes_and_flush(
        &mut self,
        stream: Resource<DynOutputStream>,
        len: u64,
    ) -> StreamResult<()> {
        self.stream(|table| {
            futures::HostOutputStream::blocking_write_zeroes_and_flush(table, stream, len)
        })
    }

    fn splice(
        &mut self,
        stream: Resource<DynOutputStream>,
        from: Resource<DynInputStream>,
        len: u64,
    ) -> StreamResult<u64> {
        self.now(|table| streams::HostOutputStream::splice(*table, stream, from, len))
    }

    fn blocking_splice(
        &mut self,
        stream: Resource<DynOutputStream>,
        from: Resource<DynInputStream>,
        len: u64,
    ) -> StreamResult<u64> {
        self.stream(|table| futures::HostOutputStream::blocking_splice(table, stream, from, len))
    }

    fn drop(&mut self, stream: Resource<DynOutputStream>) -> Result<()> {
        self.wait(|table| futures::HostOutputStream::drop(*table, stream))?
    }
}
