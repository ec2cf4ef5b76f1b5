//! From a bundle's file to a compiled component.

use crate::cache::Cache;
use crate::wording::printable;
use polyplug::error::{LoaderError, SourcePlace};
use std::borrow::Cow;
use wasmtime::Engine;
use wasmtime::component::Component;

/// What every binary of WebAssembly begins with.
const MAGIC: &[u8] = b"\0asm";
/// Behind it: the version, and whether it is a module or a component.
const CORE_MODULE: [u8; 4] = [1, 0, 0, 0];
const COMPONENT: [u8; 4] = [13, 0, 1, 0];

/// A bundle's file: what its messages call it, and what is in it.
pub(crate) struct ComponentFile<'a> {
    pub(crate) bundle: &'a str,
    pub(crate) file: &'a str,
    pub(crate) bytes: &'a [u8],
}

impl ComponentFile<'_> {
    /// The component, compiled, or as the cache has kept it.
    ///
    /// # Errors
    /// `InitFailed` with the line for text that does not read, `CodeUnusable` for everything that is no
    /// component or one that this machine cannot run.
    pub(crate) fn compile(
        &self,
        engine: &Engine,
        cache: Option<&Cache>,
    ) -> Result<Component, LoaderError> {
        match cache {
            Some(cache) => cache.component(self.bundle, self.bytes, || self.compile_anew(engine)),
            None => self.compile_anew(engine),
        }
    }

    fn compile_anew(&self, engine: &Engine) -> Result<Component, LoaderError> {
        let binary = self.binary()?;
        self.check_header(&binary)?;
        Component::from_binary(engine, &binary)
            .map_err(|error| self.unusable(format!("it is no valid component: {error:#}")))
    }

    /// The binary, which text is turned into.
    pub(crate) fn binary(&self) -> Result<Cow<'_, [u8]>, LoaderError> {
        if self.bytes.starts_with(MAGIC) {
            return Ok(Cow::Borrowed(self.bytes));
        }
        let Ok(text) = std::str::from_utf8(self.bytes) else {
            return Err(self.unusable(
                "it is neither a component, which begins with the bytes `\\0asm`, nor the text of one"
                    .to_owned(),
            ));
        };
        if self.file.ends_with(".lua") {
            return Err(self.unusable(
                "it is a script, which this loader cannot run; write `loader = \"lua\"` in the manifest"
                    .to_owned(),
            ));
        }
        let buffer =
            wast::parser::ParseBuffer::new(text).map_err(|error| self.text(text, &error))?;
        let parsed = wast::parser::parse::<wast::Wat<'_>>(&buffer);
        let mut parsed = parsed.map_err(|error| self.text(text, &error))?;
        let binary = parsed.encode().map_err(|error| self.text(text, &error))?;
        Ok(Cow::Owned(binary))
    }

    fn check_header(&self, binary: &[u8]) -> Result<(), LoaderError> {
        let Some(header) = binary.get(MAGIC.len()..).and_then(<[u8]>::first_chunk::<4>) else {
            let length = binary.len();
            return Err(self.unusable(format!("it is cut off after {length} bytes; copy it again")));
        };
        match *header {
            COMPONENT => Ok(()),
            CORE_MODULE => Err(self.unusable(
                "it is a core module of WebAssembly, and a bundle is a component; make one of it with \
                 `wasm-tools component new`, or with a toolchain that makes components"
                    .to_owned(),
            )),
            [a, b, c, d] => Err(self.unusable(format!(
                "its header says version {a:02x} {b:02x} {c:02x} {d:02x}, and this runtime reads \
                 components of version 0d 00 01 00; build it with another version of its toolchain"
            ))),
        }
    }

    fn text(&self, text: &str, error: &wast::Error) -> LoaderError {
        let (line, _) = error.span().linecol_in(text);
        LoaderError::InitFailed {
            bundle: self.bundle.to_owned(),
            error: printable(format!("{}:{}: {}", self.file, line + 1, error.message())),
            place: Some(SourcePlace {
                file: self.file.to_owned(),
                line: u32::try_from(line + 1).unwrap_or(u32::MAX),
                text: text.lines().nth(line).map(printable),
            }),
        }
    }

    /// The file is no code that can be run here.
    pub(crate) fn unusable(&self, reason: String) -> LoaderError {
        let (bundle, file) = (self.bundle.to_owned(), self.file.to_owned());
        LoaderError::CodeUnusable { bundle, file, reason: printable(reason) }
    }
}
