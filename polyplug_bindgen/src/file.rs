//! One file of what is generated.

/// A file: where it goes, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the folder that it is written to, with `/`.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl File {
    pub(crate) fn new(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), text }
    }

    /// The same file in the folder for what nobody edits.
    pub(crate) fn in_generated(self) -> Self {
        Self { name: format!("generated/{}", self.name), ..self }
    }
}
