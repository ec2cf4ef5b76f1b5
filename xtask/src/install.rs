//! `cargo xtask install`: libpolyplug, its headers, and what pkg-config and CMake need to find them.

use crate::archive::{self, DebugInfo};
use crate::arguments::Install;
use crate::build::{self, Library};
use crate::failure::Failure;
use crate::package_files::{self, Facts};
use crate::platform::{Installed, Platform};
use crate::prefix::{self, Kind, Prefix};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// All crates of the workspace have one version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds the library and installs it.
pub(crate) fn install(options: &Install) -> Result<(), Failure> {
    let prefix = Prefix::new(options)?;
    prefix.prepare()?;
    let platform = Platform::of(&build::target(options)?)?;
    let library = build::library(options, platform)?;
    let names = platform.installed(VERSION);

    println!("installing polyplug {VERSION}:");
    headers(&prefix)?;
    libraries(options, platform, &library, &names, &prefix)?;
    let facts = Facts { version: VERSION, names: &names, native: &library.native_libraries };
    package_files::write(&facts, &prefix)?;
    prefix::copy(
        &build::workspace().join("LICENSE"),
        &prefix.file("share/doc/polyplug", "LICENSE"),
        Kind::Data,
    )?;
    if options.with_cli {
        command_line(options, platform, &prefix)?;
    }
    Ok(())
}

fn command_line(options: &Install, platform: Platform, prefix: &Prefix) -> Result<(), Failure> {
    let place = prefix.file("bin", &format!("polyplug{}", platform.program_ending()));
    let built = build::command_line(options)?;
    if platform != Platform::Elf || options.keep_debug_info {
        return prefix::copy(&built, &place, Kind::Code);
    }
    let folder = temporary_folder()?;
    let stripped = folder.path().join("polyplug");
    archive::without_debug_info(&built, &stripped)?;
    prefix::copy(&stripped, &place, Kind::Code)
}

fn headers(prefix: &Prefix) -> Result<(), Failure> {
    let folder = build::workspace().join("include/polyplug");
    let reading = || Failure::files("reading", &folder);
    let entries = fs::read_dir(&folder).map_err(reading())?;
    let files: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|at| at.path())).collect();
    let mut files = files.map_err(reading())?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "h" || ending == "hpp"));
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        prefix::copy(&file, &prefix.file("include/polyplug", &name), Kind::Data)?;
    }
    Ok(())
}

fn libraries(
    options: &Install,
    platform: Platform,
    library: &Library,
    names: &Installed,
    prefix: &Prefix,
) -> Result<(), Failure> {
    let folder = temporary_folder()?;
    let finished = match platform {
        Platform::Elf => finished_elf(options, library, folder.path())?,
        Platform::MachO | Platform::Windows => {
            Finished { shared: library.shared.clone(), archive: library.archive.clone() }
        }
    };

    let shared = match platform {
        Platform::Windows => prefix.file("bin", &names.shared),
        Platform::Elf | Platform::MachO => prefix.library(&names.shared),
    };
    prefix::copy(&finished.shared, &shared, Kind::Code)?;
    if platform != Platform::Windows {
        prefix::link(&names.shared, &prefix.library(&names.soname))?;
        prefix::link(&names.soname, &prefix.library(&names.link))?;
    }
    if let (Some(built), Some(name)) = (&library.import, &names.import) {
        prefix::copy(built, &prefix.library(name), Kind::Data)?;
    }
    prefix::copy(&finished.archive, &prefix.library(&names.archive), Kind::Data)
}

fn temporary_folder() -> Result<TempDir, Failure> {
    tempfile::tempdir().map_err(Failure::files("making a folder in", &std::env::temp_dir()))
}

/// The libraries as they are installed.
struct Finished {
    shared: PathBuf,
    archive: PathBuf,
}

fn finished_elf(options: &Install, library: &Library, folder: &Path) -> Result<Finished, Failure> {
    let debug_info = if options.keep_debug_info { DebugInfo::Kept } else { DebugInfo::Removed };
    let archive = if options.plain_archive {
        library.archive.clone()
    } else {
        archive::localized(&library.archive, &library.shared, debug_info, folder)?
    };
    if debug_info == DebugInfo::Kept {
        return Ok(Finished { shared: library.shared.clone(), archive });
    }
    let shared = folder.join(library.shared.file_name().unwrap_or(OsStr::new("shared")));
    archive::without_debug_info(&library.shared, &shared)?;
    Ok(Finished { shared, archive })
}
