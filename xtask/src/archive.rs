//! The static library, with nothing in it that a program could trip over.
//!
//! What rustc writes holds hundreds of objects whose symbols are all visible: those of Rust's library
//! and of LuaJIT among them. A program that links its own Lua, or a second library made with Rust,
//! would get errors, or, worse, one Lua in the place of the other. So the objects are linked into a
//! single one from which what nothing reaches is left out, and every symbol that is no function of
//! the header is made local to it. The shared library's exports are the list of what stays.
//!
//! The tools are GNU's: lld refuses to leave things out of a relocatable object.

use crate::failure::Failure;
use crate::tool::Tool;
use std::fs;
use std::path::{Path, PathBuf};

const ADVICE: &str = "GNU binutils are needed for the static library (LD, OBJCOPY, NM and AR may name \
     them); with --plain-archive it is installed as rustc wrote it";

/// LLVM bitcode that Rust's library carries along for link-time optimization, which is over.
const BITCODE: [&str; 2] = [".llvmbc", ".llvmcmd"];

/// Whether debug information stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DebugInfo {
    Kept,
    Removed,
}

impl DebugInfo {
    fn arguments(self) -> &'static [&'static str] {
        if self == Self::Removed { &["--strip-debug"] } else { &[] }
    }
}

/// Makes, in `folder`, an archive of `archive` whose visible symbols are the exports of `shared`.
pub(crate) fn localized(
    archive: &Path,
    shared: &Path,
    debug_info: DebugInfo,
    folder: &Path,
) -> Result<PathBuf, Failure> {
    let exports = exports(shared)?;
    let list = folder.join("exports");
    fs::write(&list, exports.join("\n")).map_err(Failure::files("writing", &list))?;

    let joined = folder.join("joined.o");
    let ld = Tool::new("ld", "LD", ADVICE);
    let mut link = ld.command();
    link.args(["-r", "--gc-sections", "--force-group-allocation", "-o"]).arg(&joined);
    for export in &exports {
        link.args(["-u", export]);
    }
    ld.run(link.arg("--whole-archive").arg(archive))?;

    let object = folder.join("polyplug.o");
    let objcopy = objcopy();
    let mut localize = objcopy.command();
    localize.arg("--keep-global-symbols").arg(&list).args(debug_info.arguments());
    localize.args(BITCODE.iter().flat_map(|section| ["-R", section]));
    objcopy.run(localize.arg(&joined).arg(&object))?;

    let result = folder.join("libpolyplug.a");
    let ar = Tool::new("ar", "AR", ADVICE);
    // D: the same input gives the same bytes.
    ar.run(ar.command().arg("crsD").arg(&result).arg(&object))?;
    Ok(result)
}

/// Copies a library to `to` without its debug information.
pub(crate) fn without_debug_info(from: &Path, to: &Path) -> Result<(), Failure> {
    let objcopy = objcopy();
    objcopy.run(objcopy.command().arg("--strip-debug").arg(from).arg(to)).map(drop)
}

fn objcopy() -> Tool {
    Tool::new("objcopy", "OBJCOPY", ADVICE)
}

fn exports(shared: &Path) -> Result<Vec<String>, Failure> {
    let nm = Tool::new("nm", "NM", ADVICE);
    let mut list = nm.command();
    list.args(["--dynamic", "--defined-only", "--extern-only", "--format=posix"]);
    let listed = nm.run(list.arg(shared))?;
    let names = listed.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
}
