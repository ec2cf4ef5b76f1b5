//! The command line. Its texts are what `cargo xtask install --help` prints.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The tasks of the polyplug workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Builds libpolyplug and installs it for programs in C and C++.
    Install(Install),
}

#[derive(Args, Debug)]
pub(crate) struct Install {
    /// The folder that receives include/, lib/, share/ and bin/. The installed tree may be moved.
    #[arg(long, value_name = "DIR", default_value = "/usr/local")]
    pub(crate) prefix: PathBuf,

    /// Puts everything below this folder, as if it were the root of the file system.
    #[arg(long, value_name = "DIR")]
    pub(crate) destdir: Option<PathBuf>,

    /// The folder of the libraries, relative to the prefix: lib64, lib/x86_64-linux-gnu ...
    #[arg(long, value_name = "DIR", default_value = "lib")]
    pub(crate) libdir: PathBuf,

    /// The loaders to build in, separated by commas, beside the default ones.
    #[arg(long, value_delimiter = ',')]
    pub(crate) features: Vec<String>,

    /// Leaves the default loaders out.
    #[arg(long)]
    pub(crate) no_default_features: bool,

    /// Installs a debug build.
    #[arg(long)]
    pub(crate) debug: bool,

    /// Builds for this target, in the words of rustc.
    #[arg(long, value_name = "TRIPLE")]
    pub(crate) target: Option<String>,

    /// Leaves debug information in the libraries. Names of functions are always kept.
    #[arg(long)]
    pub(crate) keep_debug_info: bool,

    /// Installs the static library as rustc writes it: with the symbols of Rust and of LuaJIT, which
    /// clash with those of a program that has its own.
    #[arg(long)]
    pub(crate) plain_archive: bool,

    /// Installs the command `polyplug` too.
    #[arg(long)]
    pub(crate) with_cli: bool,
}
