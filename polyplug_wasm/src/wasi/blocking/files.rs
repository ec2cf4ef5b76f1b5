//! `wasi:filesystem`: files and folders.

use super::Waited;
use std::future::Future;
use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::WasiFilesystemCtxView;
use wasmtime_wasi::p2::bindings::filesystem::types as futures;
use wasmtime_wasi::p2::bindings::sync::filesystem::types::{
    self, Advice, Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry,
    DirectoryEntryStream, ErrorCode, Filesize, MetadataHashValue, NewTimestamp, OpenFlags,
    PathFlags,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsError, FsResult, IoError};

type View<'a> = WasiFilesystemCtxView<'a>;

impl<'a> Waited<'_, View<'a>> {
    /// Runs an operation to its end; being too late is a trap.
    fn file<'v, T, F: Future<Output = FsResult<T>>>(
        &'v mut self,
        begin: impl FnOnce(&'v mut View<'a>) -> F,
    ) -> FsResult<T> {
        self.wait(begin).map_err(FsError::trap)?
    }
}

impl types::Host for Waited<'_, View<'_>> {
    fn convert_error_code(&mut self, error: FsError) -> Result<ErrorCode> {
        self.now(|view| types::Host::convert_error_code(view, error))
    }

    fn filesystem_error_code(&mut self, error: Resource<IoError>) -> Result<Option<ErrorCode>> {
        self.now(|view| types::Host::filesystem_error_code(view, error))
    }
}

impl types::HostDescriptor for Waited<'_, View<'_>> {
    fn drop(&mut self, file: Resource<Descriptor>) -> Result<()> {
        self.now(|view| types::HostDescriptor::drop(view, file))
    }

    fn is_same_object(
        &mut self,
        file: Resource<Descriptor>,
        other: Resource<Descriptor>,
    ) -> Result<bool> {
        self.wait(|view| futures::HostDescriptor::is_same_object(view, file, other))?
    }

    fn read_via_stream(
        &mut self,
        file: Resource<Descriptor>,
        offset: Filesize,
    ) -> FsResult<Resource<DynInputStream>> {
        self.now(|view| types::HostDescriptor::read_via_stream(view, file, offset))
    }

    fn write_via_stream(
        &mut self,
        file: Resource<Descriptor>,
        offset: Filesize,
    ) -> FsResult<Resource<DynOutputStream>> {
        self.now(|view| types::HostDescriptor::write_via_stream(view, file, offset))
    }

    fn append_via_stream(
        &mut self,
        file: Resource<Descriptor>,
    ) -> FsResult<Resource<DynOutputStream>> {
        self.now(|view| types::HostDescriptor::append_via_stream(view, file))
    }

    fn advise(
        &mut self,
        file: Resource<Descriptor>,
        offset: Filesize,
        len: Filesize,
        advice: Advice,
    ) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::advise(view, file, offset, len, advice.into()))
    }

    fn sync_data(&mut self, file: Resource<Descriptor>) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::sync_data(view, file))
    }

    fn get_flags(&mut self, file: Resource<Descriptor>) -> FsResult<DescriptorFlags> {
        self.file(|view| futures::HostDescriptor::get_flags(view, file)).map(Into::into)
    }

    fn get_type(&mut self, file: Resource<Descriptor>) -> FsResult<DescriptorType> {
        self.file(|view| futures::HostDescriptor::get_type(view, file)).map(Into::into)
    }

    fn set_size(&mut self, file: Resource<Descriptor>, size: Filesize) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::set_size(view, file, size))
    }

    fn set_times(
        &mut self,
        file: Resource<Descriptor>,
        access: NewTimestamp,
        change: NewTimestamp,
    ) -> FsResult<()> {
        self.file(|view| {
            futures::HostDescriptor::set_times(view, file, access.into(), change.into())
        })
    }

    fn read(
        &mut self,
        file: Resource<Descriptor>,
        len: Filesize,
        offset: Filesize,
    ) -> FsResult<(Vec<u8>, bool)> {
        self.file(|view| futures::HostDescriptor::read(view, file, len, offset))
    }

    fn write(
        &mut self,
        file: Resource<Descriptor>,
        bytes: Vec<u8>,
        offset: Filesize,
    ) -> FsResult<Filesize> {
        self.file(|view| futures::HostDescriptor::write(view, file, bytes, offset))
    }

    fn read_directory(
        &mut self,
        file: Resource<Descriptor>,
    ) -> FsResult<Resource<DirectoryEntryStream>> {
        self.file(|view| futures::HostDescriptor::read_directory(view, file))
    }

    fn sync(&mut self, file: Resource<Descriptor>) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::sync(view, file))
    }

    fn create_directory_at(&mut self, file: Resource<Descriptor>, path: String) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::create_directory_at(view, file, path))
    }

    fn stat(&mut self, file: Resource<Descriptor>) -> FsResult<DescriptorStat> {
        self.file(|view| futures::HostDescriptor::stat(view, file)).map(Into::into)
    }

    fn stat_at(
        &mut self,
        file: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
    ) -> FsResult<DescriptorStat> {
        self.file(|view| futures::HostDescriptor::stat_at(view, file, flags.into(), path))
            .map(Into::into)
    }

    fn set_times_at(
        &mut self,
        file: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        access: NewTimestamp,
        change: NewTimestamp,
    ) -> FsResult<()> {
        self.file(|view| {
            futures::HostDescriptor::set_times_at(
                view,
                file,
                flags.into(),
                path,
                access.into(),
                change.into(),
            )
        })
    }

    fn link_at(
        &mut self,
        file: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        to: Resource<Descriptor>,
        to_path: String,
    ) -> FsResult<()> {
        self.file(|view| {
            futures::HostDescriptor::link_at(view, file, flags.into(), path, to, to_path)
        })
    }

    fn open_at(
        &mut self,
        file: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        how: OpenFlags,
        mode: DescriptorFlags,
    ) -> FsResult<Resource<Descriptor>> {
        self.file(|view| {
            futures::HostDescriptor::open_at(
                view,
                file,
                flags.into(),
                path,
                how.into(),
                mode.into(),
            )
        })
    }

    fn readlink_at(&mut self, file: Resource<Descriptor>, path: String) -> FsResult<String> {
        self.file(|view| futures::HostDescriptor::readlink_at(view, file, path))
    }

    fn remove_directory_at(&mut self, file: Resource<Descriptor>, path: String) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::remove_directory_at(view, file, path))
    }

    fn rename_at(
        &mut self,
        file: Resource<Descriptor>,
        path: String,
        to: Resource<Descriptor>,
        to_path: String,
    ) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::rename_at(view, file, path, to, to_path))
    }

    fn symlink_at(
        &mut self,
        file: Resource<Descriptor>,
        target: String,
        path: String,
    ) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::symlink_at(view, file, target, path))
    }

    fn unlink_file_at(&mut self, file: Resource<Descriptor>, path: String) -> FsResult<()> {
        self.file(|view| futures::HostDescriptor::unlink_file_at(view, file, path))
    }

    fn metadata_hash(&mut self, file: Resource<Descriptor>) -> FsResult<MetadataHashValue> {
        self.file(|view| futures::HostDescriptor::metadata_hash(view, file)).map(Into::into)
    }

    fn metadata_hash_at(
        &mut self,
        file: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
    ) -> FsResult<MetadataHashValue> {
        self.file(|view| futures::HostDescriptor::metadata_hash_at(view, file, flags.into(), path))
            .map(Into::into)
    }
}

impl types::HostDirectoryEntryStream for Waited<'_, View<'_>> {
    fn read_directory_entry(
        &mut self,
        stream: Resource<DirectoryEntryStream>,
    ) -> FsResult<Option<DirectoryEntry>> {
        let entry = self
            .file(|view| futures::HostDirectoryEntryStream::read_directory_entry(view, stream))?;
        Ok(entry.map(Into::into))
    }

    fn drop(&mut self, stream: Resource<DirectoryEntryStream>) -> Result<()> {
        self.now(|view| types::HostDirectoryEntryStream::drop(view, stream))
    }
}
