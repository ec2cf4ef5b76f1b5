//! What the parts of the library are called on a platform.
//!
//! This is chosen by the target that is built for, not by the machine that builds. Only Linux was
//! ever run; the names for macOS and Windows are those that the linkers there expect.

use crate::failure::Failure;

/// The number in the soname, as `polyplug_capi/build.rs` gives it to the linker.
const SONAME_NUMBER: &str = "0";

/// A family of systems that name libraries alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Platform {
    /// Linux and the BSDs.
    Elf,
    /// macOS.
    MachO,
    /// Windows, with the tools of Microsoft.
    Windows,
}

impl Platform {
    /// The platform of a target in the words of rustc.
    pub(crate) fn of(target: &str) -> Result<Self, Failure> {
        if target.contains("-apple-") {
            Ok(Self::MachO)
        } else if target.ends_with("-windows-msvc") {
            Ok(Self::Windows)
        } else if ["-linux-", "-freebsd", "-netbsd", "-openbsd"]
            .iter()
            .any(|os| target.contains(os))
        {
            Ok(Self::Elf)
        } else {
            Err(Failure::Target(target.to_owned()))
        }
    }

    /// How cargo names the shared library, the static one, and what one links for the shared one
    /// where that is a third file.
    pub(crate) fn built(self) -> Built {
        match self {
            Self::Elf => Built { shared: ".so", archive: ".a", import: None },
            Self::MachO => Built { shared: ".dylib", archive: ".a", import: None },
            Self::Windows => Built { shared: ".dll", archive: ".lib", import: Some(".dll.lib") },
        }
    }

    /// How the files are installed, for `version` of the library.
    pub(crate) fn installed(self, version: &str) -> Installed {
        let number = SONAME_NUMBER;
        match self {
            Self::Elf => Installed {
                shared: format!("libpolyplug.so.{version}"),
                soname: format!("libpolyplug.so.{number}"),
                link: "libpolyplug.so".to_owned(),
                archive: "libpolyplug.a".to_owned(),
                import: None,
            },
            Self::MachO => Installed {
                shared: format!("libpolyplug.{version}.dylib"),
                soname: format!("libpolyplug.{number}.dylib"),
                link: "libpolyplug.dylib".to_owned(),
                archive: "libpolyplug.a".to_owned(),
                import: None,
            },
            Self::Windows => Installed {
                shared: "polyplug.dll".to_owned(),
                soname: "polyplug.dll".to_owned(),
                link: "polyplug.dll".to_owned(),
                archive: "polyplug-static.lib".to_owned(),
                import: Some("polyplug.lib".to_owned()),
            },
        }
    }

    /// The ending of programs.
    pub(crate) fn program_ending(self) -> &'static str {
        if self == Self::Windows { ".exe" } else { "" }
    }
}

/// The endings of the files that cargo writes.
pub(crate) struct Built {
    pub(crate) shared: &'static str,
    pub(crate) archive: &'static str,
    pub(crate) import: Option<&'static str>,
}

/// The names of the installed files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Installed {
    /// The shared library itself.
    pub(crate) shared: String,
    /// What programs look for when they start.
    pub(crate) soname: String,
    /// What the linker looks for.
    pub(crate) link: String,
    /// The static library.
    pub(crate) archive: String,
    /// What one links for the shared library, where that is another file.
    pub(crate) import: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_platforms() {
        let expected = [
            ("x86_64-unknown-linux-gnu", Platform::Elf),
            ("aarch64-unknown-linux-musl", Platform::Elf),
            ("x86_64-unknown-freebsd", Platform::Elf),
            ("aarch64-apple-darwin", Platform::MachO),
            ("x86_64-pc-windows-msvc", Platform::Windows),
        ];
        for (target, platform) in expected {
            assert_eq!(Platform::of(target).expect("it is known"), platform, "{target}");
        }
    }

    #[test]
    fn a_target_without_files_of_its_own_is_refused() {
        let failure = Platform::of("wasm32-unknown-unknown").expect_err("there is nothing to link");
        assert!(failure.to_string().contains("wasm32-unknown-unknown"));
    }

    #[test]
    fn the_version_is_where_each_system_looks_for_it() {
        assert_eq!(Platform::Elf.installed("1.2.3").shared, "libpolyplug.so.1.2.3");
        assert_eq!(Platform::MachO.installed("1.2.3").shared, "libpolyplug.1.2.3.dylib");
    }

    #[test]
    fn no_two_files_of_a_platform_share_a_name() {
        let names = Platform::Windows.installed("1.2.3");
        assert_ne!(Some(&names.archive), names.import.as_ref());
    }
}
