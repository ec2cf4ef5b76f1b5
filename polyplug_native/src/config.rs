//! What a host may settle.

use std::path::PathBuf;

/// The settings of a [`NativeLoader`](crate::NativeLoader).
#[derive(Clone, Debug, Default)]
pub struct NativeConfig {
    /// Where the folder for private copies is made; the system must allow code to run from there.
    ///
    /// None: on Linux `/dev/shm` for what is small, since a copy in memory costs a fraction of one
    /// on a disk, and the system's folder for temporary files for the rest; elsewhere that alone.
    pub private_folder: Option<PathBuf>,
}
