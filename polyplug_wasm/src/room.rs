//! The memory of a guest that values are lowered into: it gives room itself, and may refuse.

use wasmtime::component::__internal::LowerContext;
use wasmtime::component::__internal::wasmtime_environ::component::{
    CanonicalOptions, CanonicalOptionsDataModel,
};

pub(crate) use wasmtime::component::__internal::wasmtime_environ::component::StringEncoding as Encoding;

/// A guest's memory while values are lowered into it.
pub(crate) trait Room {
    /// `size` new bytes at a multiple of `align`, which are there: the guest's own function gives them.
    ///
    /// # Errors
    /// The guest failed.
    fn allocate(&mut self, size: usize, align: usize) -> wasmtime::Result<usize>;

    /// All of the memory.
    fn memory(&mut self) -> &mut [u8];

    /// How the guest writes text.
    fn encoding(&self) -> Encoding;
}

impl<T> Room for LowerContext<'_, T> {
    fn allocate(&mut self, size: usize, align: usize) -> wasmtime::Result<usize> {
        self.realloc(0, 0, u32::try_from(align)?, size)
    }

    fn memory(&mut self) -> &mut [u8] {
        self.as_slice_mut()
    }

    fn encoding(&self) -> Encoding {
        encoding(self.options())
    }
}

/// How text is written under these options.
pub(crate) fn encoding(options: &CanonicalOptions) -> Encoding {
    match options.data_model {
        CanonicalOptionsDataModel::LinearMemory(_) => options.string_encoding,
        CanonicalOptionsDataModel::Gc {} => Encoding::Utf8,
    }
}
