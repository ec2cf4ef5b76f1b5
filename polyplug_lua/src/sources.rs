//! The Lua files of a bundle, exactly as they were staged, and the names that Lua knows them by.

use polyplug::error::{LoaderError, SourcePlace, printable};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::Arc;

/// The first byte of LuaJIT's bytecode.
const BYTECODE_MARK: u8 = 0x1B;

/// The staged Lua files of one bundle.
pub(crate) struct Sources {
    bundle: String,
    main: String,
    files: BTreeMap<String, SourceFile>,
}

/// One staged file.
pub(crate) struct SourceFile {
    pub(crate) bytes: Arc<[u8]>,
    /// Lua's name for it, which stands in messages: `@bundle/path`, all of which can be seen.
    pub(crate) chunk: CString,
}

impl Sources {
    /// The bundle `bundle`, which starts with `main`. Paths are relative to its folder, with `/`.
    pub(crate) fn new(
        bundle: &str,
        main: &str,
        files: impl IntoIterator<Item = (String, Arc<[u8]>)>,
    ) -> Self {
        let files = files.into_iter().map(|(path, bytes)| {
            let chunk = chunk_name(bundle, &path);
            (path, SourceFile { bytes, chunk })
        });
        Self { bundle: bundle.to_owned(), main: main.to_owned(), files: files.collect() }
    }

    pub(crate) fn bundle(&self) -> &str {
        &self.bundle
    }

    /// The path of the file that the bundle starts with, for a message.
    pub(crate) fn shown_main(&self) -> String {
        printable(&self.main)
    }

    /// The file that the bundle starts with.
    pub(crate) fn main_file(&self) -> Option<&SourceFile> {
        self.files.get(&self.main)
    }

    /// The file that `require(module)` means: `a.b` is `a/b.lua` or `a/b/init.lua`.
    pub(crate) fn module(&self, module: &str) -> Option<&SourceFile> {
        let path = module.replace('.', "/");
        self.files
            .get(&format!("{path}.lua"))
            .or_else(|| self.files.get(&format!("{path}/init.lua")))
    }

    /// The line that `chunk`, a file's chunk name or its shortened form in a message,
    /// and `line` mean.
    pub(crate) fn place(&self, chunk: &str, line: u32) -> Option<SourcePlace> {
        let path = self.path_of(chunk)?;
        let text = self.files.get(path).and_then(|file| line_of(&file.bytes, line));
        Some(SourcePlace { file: path.to_owned(), line, text })
    }

    fn path_of(&self, chunk: &str) -> Option<&str> {
        let chunk = chunk.strip_prefix('@').unwrap_or(chunk);
        let exact =
            chunk.strip_prefix(self.bundle.as_str()).and_then(|rest| rest.strip_prefix('/'));
        let mut paths = self.files.keys().map(String::as_str);
        if let Some(exact) = exact
            && let Some(path) = paths.clone().find(|path| printable(path) == exact)
        {
            return Some(path);
        }
        // LuaJIT shortens long names to `...` and their end.
        let end = chunk.strip_prefix("...")?;
        paths.find(|path| {
            let path = printable(path);
            path.ends_with(end) || end.strip_suffix(&path).is_some_and(|rest| rest.ends_with('/'))
        })
    }

    /// Refuses what is no Lua text.
    ///
    /// # Errors
    /// `InvalidSourceEncoding` for bytes from memory, else `InitFailed`.
    pub(crate) fn check(&self, source_kind: &'static str) -> Result<(), LoaderError> {
        for (path, SourceFile { bytes, .. }) in &self.files {
            if bytes.first() == Some(&BYTECODE_MARK) {
                let path = printable(path);
                let error = format!("{path} is bytecode; a bundle contains Lua text only");
                return Err(self.init_failed(error, None));
            }
            let Err(error) = std::str::from_utf8(bytes) else { continue };
            if source_kind == "bytes" {
                let bundle = self.bundle.clone();
                return Err(LoaderError::InvalidSourceEncoding {
                    loader: crate::LOADER_NAME,
                    source_kind,
                    bundle,
                });
            }
            let line =
                1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            let place = SourcePlace { file: path.clone(), line, text: None };
            let path = printable(path);
            let error = format!("{path} is not UTF-8 in line {line}; save it as UTF-8");
            return Err(self.init_failed(error, Some(place)));
        }
        Ok(())
    }

    pub(crate) fn init_failed(&self, error: String, place: Option<SourcePlace>) -> LoaderError {
        LoaderError::InitFailed { bundle: self.bundle.clone(), error, place }
    }
}

fn chunk_name(bundle: &str, path: &str) -> CString {
    let name = format!("@{bundle}/{}", printable(path));
    CString::new(name).unwrap_or_default()
}

fn line_of(bytes: &[u8], line: u32) -> Option<String> {
    let index = usize::try_from(line.checked_sub(1)?).ok()?;
    let text = bytes.split(|byte| *byte == b'\n').nth(index)?;
    Some(String::from_utf8_lossy(text).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(bundle: &str, files: &[(&str, &[u8])]) -> Sources {
        let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), Arc::from(*bytes)));
        Sources::new(bundle, "main.lua", files)
    }

    #[test]
    fn a_module_is_a_file_or_a_folder_with_init() {
        let sources = sources("b", &[("a/b.lua", b"1"), ("c/init.lua", b"2")]);
        assert_eq!(sources.module("a.b").unwrap().chunk.as_c_str(), c"@b/a/b.lua");
        assert_eq!(sources.module("c").unwrap().chunk.as_c_str(), c"@b/c/init.lua");
        assert!(sources.module("a").is_none());
        assert!(sources.module("../a.b").is_none());
    }

    #[test]
    fn a_place_names_file_line_and_text() {
        let sources = sources("b", &[("main.lua", b"one\n  two\r\nthree")]);
        let place = sources.place("@b/main.lua", 2).unwrap();
        assert_eq!((place.file.as_str(), place.line), ("main.lua", 2));
        assert_eq!(place.text.as_deref(), Some("  two"));
        assert_eq!(sources.place("b/main.lua", 9).unwrap().text, None);
        assert!(sources.place("=[C]", 1).is_none());
    }

    #[test]
    fn a_shortened_name_is_found_by_its_end() {
        let long = "deep/".repeat(20) + "file.lua";
        let with_long_path = sources("b", &[(&long, b"x")]);
        let shortened = format!("...{}", &long[long.len() - 50..]);
        assert_eq!(with_long_path.place(&shortened, 1).unwrap().file, long);
        let with_long_name = sources(&"n".repeat(80), &[("main.lua", b"x")]);
        let shortened = format!("...{}/main.lua", "n".repeat(40));
        assert_eq!(with_long_name.place(&shortened, 1).unwrap().file, "main.lua");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let bad: &[(&str, &[u8])] = &[("main.lua", b"ok\n\xFF")];
        assert!(matches!(
            sources("b", bad).check("bytes"),
            Err(LoaderError::InvalidSourceEncoding { loader: "lua", source_kind: "bytes", .. })
        ));
        let Err(LoaderError::InitFailed { place: Some(place), .. }) =
            sources("b", bad).check("path")
        else {
            panic!("expected InitFailed with a place")
        };
        assert_eq!(place.line, 2);
        let bytecode: &[(&str, &[u8])] = &[("main.lua", b"\x1bLJ\x02")];
        let error = sources("b", bytecode).check("path").unwrap_err().to_string();
        assert!(error.contains("bytecode"), "{error}");
    }
}
