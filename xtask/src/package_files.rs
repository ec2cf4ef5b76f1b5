//! What pkg-config and CMake read: the templates, filled in.
//!
//! No path of the machine that builds stands in them; each finds the prefix from where it lies.

use crate::failure::Failure;
use crate::platform::Installed;
use crate::prefix::{self, Prefix};

/// The templates by the names of the files, below the folder of the libraries.
const FILES: [(&str, &str); 6] = [
    ("pkgconfig/polyplug.pc", include_str!("../templates/polyplug.pc.in")),
    ("pkgconfig/polyplug-static.pc", include_str!("../templates/polyplug-static.pc.in")),
    ("cmake/polyplug/polyplugConfig.cmake", include_str!("../templates/polyplugConfig.cmake.in")),
    (
        "cmake/polyplug/polyplugConfigVersion.cmake",
        include_str!("../templates/polyplugConfigVersion.cmake.in"),
    ),
    ("cmake/polyplug/polyplugTargets.cmake", include_str!("../templates/polyplugTargets.cmake.in")),
    ("cmake/polyplug/polyplugPlugin.cmake", include_str!("../templates/polyplugPlugin.cmake.in")),
];

/// What the files tell.
pub(crate) struct Facts<'a> {
    pub(crate) version: &'a str,
    pub(crate) names: &'a Installed,
    /// What the static library needs, as flags of the linker.
    pub(crate) native: &'a [String],
}

/// Writes the files.
pub(crate) fn write(facts: &Facts<'_>, prefix: &Prefix) -> Result<(), Failure> {
    let values = values(facts, prefix);
    for (name, template) in FILES {
        prefix::write(&prefix.library(name), &fill(template, &values))?;
    }
    Ok(())
}

fn values(facts: &Facts<'_>, prefix: &Prefix) -> [(&'static str, String); 11] {
    let mut numbers = facts.version.split('.').map(str::to_owned);
    let libraries = prefix.libraries();
    let names = facts.names;
    let (shared, extra) = match &names.import {
        None => (
            format!("{libraries}/{}", names.shared),
            format!("IMPORTED_SONAME \"{}\"", soname(names)),
        ),
        Some(import) => (
            format!("bin/{}", names.shared),
            format!("IMPORTED_IMPLIB \"${{_polyplug_prefix}}/{libraries}/{import}\""),
        ),
    };
    [
        ("VERSION", facts.version.to_owned()),
        ("VERSION_MAJOR", numbers.next().unwrap_or_default()),
        ("VERSION_MINOR", numbers.next().unwrap_or_default()),
        ("PREFIX_FROM_PC", prefix.way_to_prefix(1)),
        ("PREFIX_FROM_CMAKE", prefix.way_to_prefix(2)),
        ("LIBDIR", libraries),
        ("SHARED", shared),
        ("SHARED_EXTRA", extra),
        ("ARCHIVE", names.archive.clone()),
        ("NATIVE_FLAGS", facts.native.join(" ")),
        // Flags and not names: a name would be a target of the program, if it has one of that name.
        ("NATIVE_LIST", facts.native.join(";")),
    ]
}

/// As the library itself names it.
fn soname(names: &Installed) -> String {
    if names.soname.ends_with(".dylib") {
        return format!("@rpath/{}", names.soname);
    }
    names.soname.clone()
}

fn fill(template: &str, values: &[(&str, String)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("@{name}@"), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Arguments, Task};
    use crate::platform::Platform;
    use clap::Parser;

    fn filled(platform: Platform, libdir: &str, name: &str) -> String {
        let line = ["xtask", "install", "--prefix", "/opt/polyplug", "--libdir", libdir];
        let Task::Install(options) = Arguments::parse_from(line).task;
        let prefix = Prefix::new(&options).expect("the folder is inside");
        let native = ["-lm".to_owned(), "-ldl".to_owned()];
        let names = platform.installed("1.2.3");
        let facts = Facts { version: "1.2.3", names: &names, native: &native };
        let template = FILES.iter().find(|file| file.0.ends_with(name)).expect("it is a file").1;
        fill(template, &values(&facts, &prefix))
    }

    #[test]
    fn every_name_of_every_template_is_filled_in() {
        for platform in [Platform::Elf, Platform::MachO, Platform::Windows] {
            for (name, _) in FILES {
                let text = filled(platform, "lib", name).replace("@rpath", "");
                assert!(!text.contains('@'), "{name}:\n{text}");
                assert!(!text.contains("/opt"), "{name}:\n{text}");
            }
        }
    }

    #[test]
    fn the_prefix_is_found_from_deeper_library_folders() {
        let text = filled(Platform::Elf, "lib/x86_64-linux-gnu", "polyplug.pc");
        assert!(text.contains("prefix=${pcfiledir}/../../..\n"), "{text}");
        assert!(text.contains("libdir=${prefix}/lib/x86_64-linux-gnu\n"), "{text}");
    }

    #[test]
    fn windows_links_the_import_library() {
        let text = filled(Platform::Windows, "lib", "polyplugTargets.cmake");
        assert!(
            text.contains("IMPORTED_IMPLIB \"${_polyplug_prefix}/lib/polyplug.lib\""),
            "{text}"
        );
        assert!(text.contains("/bin/polyplug.dll\""), "{text}");
    }
}
