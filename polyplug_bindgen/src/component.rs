//! A folder to begin a component with, for the WASM loader: its bindings are made by other people's tools
//! from the same WIT.

mod rust;

use crate::File;
use crate::new_bundle::{NewBundleError, check, greeting};
use polyplug_schema::Contract;

/// What a new component is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentLanguage {
    /// C, with bindings of `wit-bindgen`.
    C,
    /// Rust, with those of the crate `wit-bindgen`.
    Rust,
}

/// A bundle of the WASM loader that is about to be written.
#[derive(Debug)]
pub struct NewComponent<'a> {
    /// The bundle's name.
    pub name: &'a str,
    /// What it is written in.
    pub language: ComponentLanguage,
}

impl NewComponent<'_> {
    /// The files of a component in Rust that provides `contracts`; the caller adds their WIT, in the folder
    /// `wit`. In C there is `None`: how its functions look is up to `wit-bindgen`, and nothing that is not
    /// all there can be linked.
    ///
    /// # Errors
    /// The name is none.
    pub fn providing(&self, contracts: &[&Contract]) -> Result<Option<Vec<File>>, NewBundleError> {
        check(self.name)?;
        Ok(match self.language {
            ComponentLanguage::C => None,
            ComponentLanguage::Rust => Some(self.rust(rust::skeleton(contracts))),
        })
    }

    /// The files of a component with a small contract of its own, `demo.` and the bundle's name.
    ///
    /// # Errors
    /// The name is none, or a word of Rust.
    pub fn greeting(&self) -> Result<Vec<File>, NewBundleError> {
        // wit-bindgen makes a module of the package's name, as it is.
        if self.language == ComponentLanguage::Rust && rust::is_word(self.name) {
            return Err(NewBundleError::Name(self.name.to_owned()));
        }
        let (mut wit, descriptions) = greeting(self.name)?;
        let contracts: Vec<&Contract> = descriptions.contracts().map(|one| &**one).collect();
        let mut files = match self.language {
            ComponentLanguage::C => {
                wit += &self.filled(C_WORLD);
                self.c()
            }
            ComponentLanguage::Rust => self.rust(rust::greeting(&contracts)),
        };
        files.insert(1, File::new(format!("wit/{}.wit", self.name), wit));
        Ok(files)
    }

    fn rust(&self, code: String) -> Vec<File> {
        vec![
            self.manifest(),
            File::new("src/lib.rs", code),
            File::new("Cargo.toml", self.filled(CARGO)),
            File::new("Makefile", self.filled(RUST_MAKEFILE)),
        ]
    }

    fn c(&self) -> Vec<File> {
        vec![
            self.manifest(),
            File::new("plugin.c", self.filled(C_PLUGIN)),
            File::new("Makefile", self.filled(C_MAKEFILE)),
        ]
    }

    fn manifest(&self) -> File {
        File::new("manifest.toml", self.filled(MANIFEST))
    }

    fn filled(&self, text: &str) -> String {
        text.replace("@NAME@", self.name).replace("@SNAKE@", &self.name.replace('-', "_"))
    }
}

const MANIFEST: &str = "\
name = \"@NAME@\"
loader = \"wasm\"
file = \"@NAME@.wasm\"
version = \"0.1.0\"
wit = \"wit\"
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
wit-bindgen = { version = \"0.63\", default-features = false, features = [\"bitflags\", \"macros\", \"realloc\", \"std\"] }

# A panic ends the component's instance either way.
[profile.release]
lto = true
opt-level = \"s\"
panic = \"abort\"

# The bundle stands on its own; without this line it may be a member of a workspace.
[workspace]
";

const RUST_MAKEFILE: &str = "\
# `make` builds the bundle in place, and all else outside of the folder that a host watches. It takes two
# things: `rustup target add wasm32-unknown-unknown` and `cargo install wasm-tools`.
TARGET = ../../target/$(notdir $(CURDIR))
BUILD = cargo build --release --target wasm32-unknown-unknown --target-dir $(TARGET)
WASM_TOOLS = wasm-tools

@NAME@.wasm: src/lib.rs Cargo.toml $(shell find wit)
\t$(BUILD)
\t$(WASM_TOOLS) component new -o $@.new $(TARGET)/wasm32-unknown-unknown/release/plugin.wasm
\tmv $@.new $@

.PHONY: clean
clean:
\trm -rf $(TARGET) @NAME@.wasm @NAME@.wasm.new
";

const C_WORLD: &str = "
world bundle {
  export %@NAME@;
}
";

const C_PLUGIN: &str = "\
// The contract of wit/@NAME@.wit. What `bundle.h` declares as exported is to be written here. Arguments belong
// to the function: it frees them, or gives them back. Results are freed by the code that called it.

#include \"bundle.h\"

#include <stdlib.h>
#include <string.h>

void exports_demo_@SNAKE@_@SNAKE@_greet(bundle_string_t *name, bundle_string_t *ret) {
  const char hello[] = \"Hello, \";
  const size_t begin = sizeof hello - 1;
  ret->len = begin + name->len + 1;
  ret->ptr = malloc(ret->len);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, hello, begin);
  memcpy(ret->ptr + begin, name->ptr, name->len);
  ret->ptr[ret->len - 1] = '!';
  bundle_string_free(name);
}
";

const C_MAKEFILE: &str = "\
# `make` builds the bundle in place, and all else outside of the folder that a host watches. It takes clang
# with a libc for WASM, which are together in wasi-sdk, or in Debian's clang-19, lld-19, wasi-libc and
# libclang-rt-19-dev-wasm32; and `cargo install wit-bindgen-cli wasm-tools`.
TARGET = ../../target/$(notdir $(CURDIR))
CLANG = $(if $(WASI_SDK_PATH),$(WASI_SDK_PATH)/bin/clang,$(shell command -v clang-19 || echo clang))
WIT_BINDGEN = wit-bindgen
WASM_TOOLS = wasm-tools
CFLAGS ?= -O2 -Wall -Wextra

# A reactor is what has no `main`.
@NAME@.wasm: plugin.c $(TARGET)/bundle.c
\t$(CLANG) --target=wasm32-wasi -mexec-model=reactor $(CFLAGS) -Wl,--strip-debug -I $(TARGET) \\
\t\t-o $(TARGET)/core.wasm plugin.c $(TARGET)/bundle.c $(TARGET)/bundle_component_type.o
\t$(WASM_TOOLS) component new -o $@.new $(TARGET)/core.wasm
\tmv $@.new $@

$(TARGET)/bundle.c: $(shell find wit -name '*.wit')
\t$(WIT_BINDGEN) c wit --world bundle --out-dir $(TARGET)

.PHONY: clean
clean:
\trm -rf $(TARGET) @NAME@.wasm @NAME@.wasm.new
";
