//! A folder to begin a bundle with: a manifest, a description, code that answers at once.

use crate::c::{self, CContract};
use crate::{File, Language, Side, cpp, generate, lua};
use polyplug_schema::{Contract, Descriptions};
use std::fmt;

/// What stands in the functions of a new bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// The least value of each result.
    Least,
    /// The contract is [`description`]'s, whose function greets.
    Greeting,
}

/// A bundle that is about to be written.
#[derive(Debug)]
pub struct NewBundle<'a> {
    /// The bundle's name.
    pub name: &'a str,
    /// What it is written in.
    pub language: Language,
}

/// A name that no new bundle can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError(String);

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no name for a new bundle: use small letters, digits and single dashes, as in \
             `night-sky`, each word beginning with a letter",
            self.0
        )
    }
}

impl std::error::Error for NameError {}

impl NewBundle<'_> {
    /// The files of a bundle that provides `contracts`; the caller adds their WIT, in the folder `wit`.
    ///
    /// # Errors
    /// The name is none.
    pub fn providing(&self, contracts: &[&Contract]) -> Result<Vec<File>, NameError> {
        self.check()?;
        Ok(self.files(contracts, Bodies::Least))
    }

    /// The files of a bundle with a small contract of its own, `demo.` and the bundle's name. Its WIT is one
    /// of them.
    ///
    /// # Errors
    /// The name is none.
    pub fn greeting(&self) -> Result<Vec<File>, NameError> {
        self.check()?;
        // A word of WIT has a sign in front.
        let named = [self.name.to_owned(), format!("%{}", self.name)];
        let readable = named.iter().map(|name| description(name)).find_map(|wit| {
            let descriptions = Descriptions::from_text("new.wit", &wit).ok()?;
            Some((wit, descriptions))
        });
        let (wit, descriptions) = readable.ok_or_else(|| NameError(self.name.to_owned()))?;
        let contracts: Vec<&Contract> = descriptions.contracts().map(|one| &**one).collect();
        let mut files = self.files(&contracts, Bodies::Greeting);
        files.insert(1, File::new(format!("wit/{}.wit", self.name), wit));
        Ok(files)
    }

    fn check(&self) -> Result<(), NameError> {
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        let good = self.name.len() <= 64 && self.name.split('-').all(is_word);
        if good { Ok(()) } else { Err(NameError(self.name.to_owned())) }
    }

    fn files(&self, contracts: &[&Contract], bodies: Bodies) -> Vec<File> {
        let mut files = vec![self.manifest()];
        match self.language {
            Language::Lua => {
                let name = format!("{}.lua", self.name);
                files.push(File::new(name, lua::skeleton(contracts, bodies)));
                files.extend(lua::annotations(contracts));
            }
            Language::C => {
                let text = c::skeleton(&in_c(contracts), bodies);
                files.push(File::new("plugin.c", text));
                files.push(self.makefile(C_MAKEFILE));
            }
            Language::Cpp => {
                let text = cpp::skeleton(&in_c(contracts), bodies);
                files.push(File::new("plugin.cpp", text));
                files.push(self.makefile(CPP_MAKEFILE));
            }
        }
        if self.language != Language::Lua {
            let generated = generate(self.language, Side::Guest, contracts);
            files.extend(generated.into_iter().map(File::in_generated));
        }
        files
    }

    fn manifest(&self) -> File {
        let (name, loader, ending) = match self.language {
            Language::Lua => (self.name, "lua", "lua"),
            Language::C | Language::Cpp => (self.name, "native", "so"),
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

fn in_c<'a>(contracts: &[&'a Contract]) -> Vec<CContract<'a>> {
    contracts.iter().map(|contract| CContract::new(contract)).collect()
}

/// The description of a bundle that brings none.
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

@NAME@.so: plugin.c generated/glue.c $(wildcard generated/*.h)
\t$(CC) -std=c99 $(CFLAGS) $(CPPFLAGS) -I generated -shared -fPIC -fvisibility=hidden -o $@.new plugin.c generated/glue.c
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
