//! A failure as a person reads it: what, where, and the line itself.

use super::excerpt::Excerpt;
use super::source_line;
use super::style::shown;
use super::style::{BAD, DIM, WARN, foreign, paint};
use polyplug::error::{LoaderError, RuntimeError, SourcePlace};
use polyplug::loader::manifest::{ManifestError, ManifestWarning};
use std::io::{self, Write};
use std::path::Path;

/// What stands between a message and the traceback that Lua adds to it.
const TRACEBACK: &str = "\nstack traceback:";

/// A failure, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What is wrong, without the place where that is shown separately.
    pub(crate) message: String,
    /// Where, if it is known.
    pub(crate) excerpt: Option<Excerpt>,
    /// The calls that led there, innermost first.
    pub(crate) calls: Vec<String>,
}

impl Problem {
    /// A problem without a place.
    pub(crate) fn plain(message: impl Into<String>) -> Self {
        Self { message: message.into(), excerpt: None, calls: Vec::new() }
    }

    /// The runtime's error about the bundle in `folder`.
    pub(crate) fn of_error(error: &RuntimeError, folder: &Path) -> Self {
        match error {
            RuntimeError::Manifest(error) => Self::of_manifest(error),
            RuntimeError::Loader(LoaderError::InitFailed { bundle, error, place }) => {
                let problem = Self::of_script(error, bundle, folder, place.as_ref());
                let message = format!("bundle `{bundle}` did not start: {}", problem.message);
                Self { message, ..problem }
            }
            RuntimeError::DependentFailed { bundle, dependent, reason } => {
                let problem = Self::of_error(reason, folder);
                let message = format!(
                    "`{bundle}` was not reloaded, because `{dependent}`, which goes with it, failed: {}",
                    problem.message
                );
                Self { message, ..problem }
            }
            other => Self::plain(other.to_string()),
        }
    }

    /// What a script of `bundle`, which lies in `folder`, said: `bundle/file.lua:12: message`, with a
    /// traceback or without.
    pub(crate) fn of_script(
        text: &str,
        bundle: &str,
        folder: &Path,
        place: Option<&SourcePlace>,
    ) -> Self {
        let (text, traceback) = text.split_once(TRACEBACK).unwrap_or((text, ""));
        let calls = traceback.lines().map(str::trim).filter(|line| !line.is_empty());
        let calls: Vec<String> = calls.map(str::to_owned).collect();
        let stated = stated_place(text);
        let message = stated.map_or(text, |(_, _, rest)| rest).trim().to_owned();
        let of_bundle = |text| {
            let (chunk, line, _) = stated_place(text)?;
            let file = chunk.strip_prefix(bundle)?.strip_prefix('/')?;
            Some(SourcePlace { file: file.to_owned(), line, text: None })
        };
        // A call that was stopped has no place in its message, but in its traceback.
        let innermost = || calls.iter().find_map(|call| of_bundle(call));
        let place = place.cloned().or_else(|| of_bundle(text)).or_else(innermost);
        let excerpt = place.and_then(|place| excerpt_of(&place, folder, None, &message));
        // A place that cannot be shown stays in the message.
        let message = if excerpt.is_none() { text.trim().to_owned() } else { message };
        Self { message, excerpt, calls }
    }

    fn of_manifest(error: &ManifestError) -> Self {
        let whole = error.to_string();
        let (folder, file) = split(&error.path);
        let place = error.place.as_deref().filter(|_| !source_line::leads_out(folder, file));
        let Some(place) = place else { return Self::plain(whole) };
        let prefix = format!("{}:{}:{}: ", shown(&error.path), place.line, place.column);
        let message = whole.strip_prefix(&prefix).unwrap_or(&whole).to_owned();
        let (path, column) = (error.path.clone(), Some(place.column));
        let excerpt = Excerpt::new(path, place.line, &place.text, column, &message);
        Self { message, excerpt: Some(excerpt), calls: Vec::new() }
    }

    /// A key that nothing reads.
    pub(crate) fn of_unknown_key(warning: &ManifestWarning) -> Self {
        let key = &warning.key;
        let message = match &warning.did_you_mean {
            Some(known) => format!("unknown key `{key}`; did you mean `{known}`?"),
            None => format!("unknown key `{key}`; nothing reads it"),
        };
        let last = key.rsplit('.').next().unwrap_or(key);
        let (folder, file) = split(&warning.path);
        let text = source_line::of(folder, file, warning.line);
        let excerpt = text.map(|text| {
            let path = warning.path.clone();
            Excerpt::new(path, warning.line, &text, None, &format!("'{last}'"))
        });
        let message = match excerpt {
            Some(_) => message,
            None => format!("{}:{}: {message}", shown(&warning.path), warning.line),
        };
        Self { message, excerpt, calls: Vec::new() }
    }

    /// Writes it as an error.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(paint(BAD, "error"), out)
    }

    /// Writes it as a warning.
    pub(crate) fn write_warning(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(paint(WARN, "warning"), out)
    }

    /// Writes it as something to know.
    pub(crate) fn write_note(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(paint(DIM, "note"), out)
    }

    fn write_as(&self, kind: String, out: &mut dyn Write) -> io::Result<()> {
        // A text of others does not begin a line as if it were ours.
        let message = foreign(&self.message);
        let mut lines = message.lines();
        writeln!(out, "{kind}: {}", lines.next().unwrap_or_default())?;
        for line in lines {
            let indent = if line.is_empty() || line.starts_with(['\t', ' ']) { "" } else { "  " };
            writeln!(out, "{indent}{line}")?;
        }
        if let Some(excerpt) = &self.excerpt {
            excerpt.write(out)?;
        }
        for call in &self.calls {
            writeln!(out, "{}", paint(DIM, format!("   at {}", foreign(call))))?;
        }
        Ok(())
    }
}

/// `chunk:line: rest` at the start of a message.
fn stated_place(text: &str) -> Option<(&str, u32, &str)> {
    let mut from = 0;
    while let Some(colon) = text[from..].find(':').map(|at| from + at) {
        let rest = &text[colon + 1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0
            && let Some(message) = rest[digits..].strip_prefix(':')
            && !text[..colon].contains('\n')
        {
            return Some((&text[..colon], rest[..digits].parse().ok()?, message));
        }
        from = colon + 1;
    }
    None
}

fn excerpt_of(
    place: &SourcePlace,
    folder: &Path,
    column: Option<u32>,
    message: &str,
) -> Option<Excerpt> {
    let file = Path::new(&place.file);
    let text = match &place.text {
        Some(text) => Some(text.clone()).filter(|_| !source_line::leads_out(folder, file)),
        None => source_line::of(folder, file, place.line),
    };
    Some(Excerpt::new(folder.join(file), place.line, &text?, column, message))
}

/// A manifest's folder, and its name there.
fn split(manifest: &Path) -> (&Path, &Path) {
    let name = manifest.file_name().map_or(manifest, Path::new);
    (manifest.parent().unwrap_or(Path::new("")), name)
}

#[cfg(test)]
mod tests {
    use super::{Problem, stated_place};
    use polyplug::error::{LoaderError, RuntimeError, SourcePlace};
    use polyplug::loader::manifest::Manifest;
    use std::path::Path;

    #[test]
    fn a_place_at_the_start_of_a_message_is_found() {
        for (text, found) in [
            ("m/a.lua:12: boom", Some(("m/a.lua", 12, " boom"))),
            ("C:/m/a.lua:3: boom", Some(("C:/m/a.lua", 3, " boom"))),
            ("no place: here", None),
            ("a:b\nc.lua:1: d", None),
            ("", None),
        ] {
            assert_eq!(stated_place(text), found, "{text}");
        }
    }

    #[test]
    fn a_script_that_does_not_start_is_shown_with_its_line() {
        let place =
            SourcePlace { file: "a.lua".into(), line: 2, text: Some("local x == 1".into()) };
        let error = RuntimeError::Loader(LoaderError::InitFailed {
            bundle: "m".into(),
            error: "m/a.lua:2: unexpected symbol near '=='\nstack traceback:\n\tm/a.lua:2: in x"
                .into(),
            place: Some(place),
        });
        let problem = Problem::of_error(&error, Path::new("/mods/m"));
        assert_eq!(problem.message, "bundle `m` did not start: unexpected symbol near '=='");
        assert_eq!(problem.calls, ["m/a.lua:2: in x"]);
        let excerpt = problem.excerpt.unwrap();
        assert_eq!(excerpt.path, Path::new("/mods/m/a.lua"));
        assert_eq!(excerpt.rows()[1], "  |         ^^");
    }

    #[test]
    fn a_wrong_value_in_a_manifest_is_marked_at_its_column() {
        let text = "name = 3\nloader = \"lua\"\nfile = \"a.lua\"\n";
        let error = Manifest::parse(text, Path::new("/mods/m/manifest.toml")).unwrap_err();
        let problem = Problem::of_error(&error, Path::new("/mods/m"));
        let excerpt = problem.excerpt.unwrap();
        assert_eq!((excerpt.line, excerpt.text.as_str()), (1, "name = 3"));
        assert!(!problem.message.contains("manifest.toml"), "{}", problem.message);
    }

    #[test]
    fn a_place_without_a_line_to_show_stays_in_the_message() {
        let problem = Problem::of_script("x/none.lua:4: boom", "x", Path::new("/nowhere"), None);
        assert_eq!(problem.message, "x/none.lua:4: boom");
        assert_eq!(problem.excerpt, None);
    }
}
