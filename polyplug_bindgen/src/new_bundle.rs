//! A folder to begin a bundle with: a manifest, a description, code that answers at once.

use crate::c::{self, CContract};
use crate::{File, Language, Side, cpp, lua};
use polyplug_schema::{Contract, Descriptions, RustBody, RustError};
use thiserror::Error;

/// What stands in the functions of a new bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// The least value of each result.
    Least,
    /// The contract is that of [`greeting`], whose function greets.
    Greeting,
}

/// A bundle that is about to be written.
#[derive(Debug)]
pub struct NewBundle<'a> {
    /// The bundle's name.
    pub name: &'a str,
    /// What it is written in.
    pub language: Language,
    /// A clone of polyplug, whose crates a bundle in Rust is built with; without it those of the
    /// registry.
    pub polyplug: Option<&'a str>,
}

/// A bundle that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NewBundleError {
    /// No new bundle can have this name.
    #[error(
        "`{0}` is no name for a new bundle: use small letters, digits and single dashes, as in \
         `night-sky`, each word beginning with a letter"
    )]
    Name(String),
    /// Rust cannot say what a contract says.
    #[error(transparent)]
    Rust(#[from] RustError),
}

impl NewBundle<'_> {
    /// The files of a bundle that provides `contracts`; the caller adds their WIT, in the folder `wit`.
    ///
    /// # Errors
    /// The name is none, or the language has no words for a contract.
    pub fn providing(&self, contracts: &[&Contract]) -> Result<Vec<File>, NewBundleError> {
        check(self.name)?;
        self.files(contracts, Bodies::Least)
    }

    /// The files of a bundle with a small contract of its own, `demo.` and the bundle's name. Its WIT is one
    /// of them.
    ///
    /// # Errors
    /// The name is none.
    pub fn greeting(&self) -> Result<Vec<File>, NewBundleError> {
        let (wit, descriptions) = greeting(self.name)?;
        let contracts: Vec<&Contract> = descriptions.contracts().map(|one| &**one).collect();
        let mut files = self.files(&contracts, Bodies::Greeting)?;
        files.insert(1, File::new(format!("wit/{}.wit", self.name), wit));
        Ok(files)
    }

    fn files(&self, contracts: &[&Contract], bodies: Bodies) -> Result<Vec<File>, NewBundleError> {
        let mut files = vec![self.manifest()];
        match self.language {
            Language::Lua => {
                let name = format!("{}.lua", self.name);
                files.push(File::new(name, lua::skeleton(contracts, bodies)));
                files.extend(lua::annotations(contracts));
            }
            Language::C => {
                let all = CContract::all(contracts);
                files.push(File::new("plugin.c", c::skeleton(&all, bodies)));
                let objects: Vec<String> =
                    all.iter().map(|of| format!("-D{}_OBJECTS", of.screaming)).collect();
                files.push(self.makefile(&C_MAKEFILE.replace("@OBJECTS@", &objects.join(" "))));
                files.extend(c::files(Side::Guest, contracts).into_iter().map(File::in_generated));
            }
            Language::Cpp => {
                let text = cpp::skeleton(&CContract::all(contracts), bodies);
                files.push(File::new("plugin.cpp", text));
                files.push(self.makefile(CPP_MAKEFILE));
                let generated = cpp::files(Side::Guest, contracts);
                files.extend(generated.into_iter().map(File::in_generated));
            }
            Language::Rust => {
                let body = match bodies {
                    Bodies::Least => RustBody::Least,
                    Bodies::Greeting => RustBody::Expression("Ok(format!(\"Hello, {name}!\"))"),
                };
                let text = Contract::rust_bundle(contracts.iter().copied(), body)?;
                files.push(File::new("src/lib.rs", text));
                files.push(self.cargo());
                files.push(self.makefile(RUST_MAKEFILE));
            }
        }
        Ok(files)
    }

    /// The package of a bundle in Rust.
    fn cargo(&self) -> File {
        let guest = match self.polyplug {
            Some(clone) => format!("path = {:?}", format!("{clone}/polyplug_guest")),
            None => format!("version = {:?}", env!("CARGO_PKG_VERSION")),
        };
        let text = CARGO.replace("@NAME@", self.name).replace("@GUEST@", &guest);
        File::new("Cargo.toml", text)
    }

    fn manifest(&self) -> File {
        let (name, loader, ending) = match self.language {
            Language::Lua => (self.name, "lua", "lua"),
            Language::C | Language::Cpp | Language::Rust => (self.name, "native", "so"),
        };
        let text = format!(
            "name = \"{name}\"\nloader = \"{loader}\"\nfile = \"{name}.{ending}\"\n\
             version = \"0.1.0\"\nwit = \"wit\"\n"
        );
        File::new("manifest.toml", text)
    }

    fn makefile(&self, text: &str) -> File {
        File::new("Makefile", text.replace("@NAME@", self.name))
    }
}

/// Whether a new bundle may have this name.
pub(crate) fn check(name: &str) -> Result<(), NewBundleError> {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let good = name.len() <= 64 && name.split('-').all(is_word);
    if good { Ok(()) } else { Err(NewBundleError::Name(name.to_owned())) }
}

/// The description of a bundle that brings none: its text, and what is in it.
pub(crate) fn greeting(name: &str) -> Result<(String, Descriptions), NewBundleError> {
    check(name)?;
    // A word of WIT has a sign in front.
    let named = [name.to_owned(), format!("%{name}")];
    let readable = named.iter().map(|name| description(name)).find_map(|wit| {
        let descriptions = Descriptions::from_text("new.wit", &wit).ok()?;
        Some((wit, descriptions))
    });
    readable.ok_or_else(|| NewBundleError::Name(name.to_owned()))
}

/// A description whose function greets.
fn description(name: &str) -> String {
    format!(
        "package demo:{name}@1.0.0;

interface {name} {{
  /// Greets somebody by name.
  greet: func(name: string) -> string;
}}
"
    )
}

const C_MAKEFILE: &str = "\
# `make` builds the bundle in place; `make generated` follows a change of the description.
CPPFLAGS ?= $(shell pkg-config --cflags polyplug)
CFLAGS ?= -O2 -Wall -Wextra -Wpedantic
# For objects: @OBJECTS@
DEFINES ?=

@NAME@.so: plugin.c generated/glue.c $(wildcard generated/*.h)
\t$(CC) -std=c99 $(CFLAGS) $(CPPFLAGS) $(DEFINES) -I generated -shared -fPIC -fvisibility=hidden -o $@.new plugin.c generated/glue.c
\tmv $@.new $@

.PHONY: generated clean
generated:
\tpolyplug bindgen wit --lang c --guest --out generated
clean:
\trm -f @NAME@.so @NAME@.so.new
";

const CPP_MAKEFILE: &str = "\
# `make` builds the bundle in place; `make generated` follows a change of the description.
CPPFLAGS ?= $(shell pkg-config --cflags polyplug)
CXXFLAGS ?= -O2 -Wall -Wextra -Wpedantic

# g++ needs the last flag, or the library is never closed; clang++ does not know it.
@NAME@.so: plugin.cpp $(wildcard generated/*.h generated/*.hpp)
\t$(CXX) -std=c++17 $(CXXFLAGS) $(CPPFLAGS) -I generated -shared -fPIC -fvisibility=hidden -fno-gnu-unique -o $@.new plugin.cpp
\tmv $@.new $@

.PHONY: generated clean
generated:
\tpolyplug bindgen wit --lang cpp --guest --out generated
clean:
\trm -f @NAME@.so @NAME@.so.new
";

const CARGO: &str = "\
[package]
name = \"@NAME@\"
version = \"0.1.0\"
edition = \"2024\"
publish = false

[lib]
name = \"plugin\"
crate-type = [\"cdylib\"]

[dependencies]
polyplug_guest = { @GUEST@, features = [\"macros\"] }

# A panic has to reach the border, where it becomes an error.
[profile.release]
panic = \"unwind\"

# The bundle stands on its own; without this line it may be a member of a workspace.
[workspace]
";

const RUST_MAKEFILE: &str = "\
# `make` builds the bundle in place, and all else outside of the folder that a host watches.
TARGET = ../../target/$(notdir $(CURDIR))

@NAME@.so: src/lib.rs Cargo.toml $(shell find wit)
\tcargo build --release --target-dir $(TARGET)
\tcp $(TARGET)/release/libplugin.so $@.new
\tmv $@.new $@

.PHONY: clean
clean:
\trm -rf $(TARGET) @NAME@.so @NAME@.so.new
";
