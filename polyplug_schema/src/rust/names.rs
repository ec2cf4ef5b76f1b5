//! Names of WIT as names of Rust: no keyword, and none twice in one place.

use std::collections::HashSet;

/// Words of Rust, of this edition and of those to come.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that are no names even where others are.
const NEVER: &[&str] = &["self", "super", "crate", "Self"];

/// The names that one place has already.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn of<const N: usize>(taken: [&str; N]) -> Self {
        Self(taken.map(str::to_owned).into())
    }

    /// And this one.
    pub(super) fn and(mut self, name: &str) -> Self {
        self.0.insert(name.to_owned());
        self
    }

    /// The name as Rust writes it, unless it is there already.
    pub(super) fn take(&mut self, name: &str) -> Result<String, Taken> {
        match self.0.insert(name.to_owned()) {
            true => Ok(written(name)),
            false => Err(Taken),
        }
    }

    /// The name as Rust writes it, or the first like it that is not there: `name_2`.
    pub(super) fn fresh(&mut self, name: &str) -> String {
        self.numbered(name, "_")
    }

    /// The same for types and cases, in which Rust likes no underscore: `Name2`.
    pub(super) fn fresh_type(&mut self, name: &str) -> String {
        self.numbered(name, "")
    }

    fn numbered(&mut self, name: &str, between: &str) -> String {
        let mut candidate = name.to_owned();
        for number in 2.. {
            if let Ok(name) = self.take(&candidate) {
                return name;
            }
            candidate = format!("{name}{between}{number}");
        }
        candidate
    }
}

/// The name is there already.
#[derive(Debug)]
pub(super) struct Taken;

fn written(name: &str) -> String {
    match name {
        name if KEYWORDS.contains(&name) => format!("r#{name}"),
        name if NEVER.contains(&name) => format!("{name}_"),
        name => name.to_owned(),
    }
}

/// `max_speed`
pub(super) fn snake(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '.'], "_")
}

/// `MAX_SPEED`
pub(super) fn screaming(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// `MaxSpeed`
pub(super) fn camel(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    name.split('-').map(word).collect()
}
