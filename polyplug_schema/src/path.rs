//! Where inside of an argument or a result something is: "parameter `points`[3].x".

use std::fmt;
use std::sync::Arc;

/// The place of a value inside of another.
///
/// It is put together on the way out of a failed conversion, so that one that succeeds pays nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    root: Root,
    /// The innermost first.
    steps: Vec<Step>,
}

/// What the outermost value is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Root {
    /// A value that stands by itself.
    #[default]
    Value,
    /// The argument for this parameter.
    Parameter(Arc<str>),
    /// All arguments together.
    Arguments,
    /// What a function gives back.
    Result,
}

/// One step from a value to a value inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The field, case or payload of this name.
    Name(Arc<str>),
    /// The element at this index.
    Index(usize),
    /// Every element.
    Each,
}

impl Path {
    /// The outermost value.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The steps from the outermost value inwards.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().rev()
    }

    /// The same place, seen from one step further out.
    pub(crate) fn step(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(crate) fn set_root(&mut self, root: Root) {
        self.root = root;
    }
}

impl From<&Arc<str>> for Step {
    fn from(name: &Arc<str>) -> Self {
        Self::Name(Arc::clone(name))
    }
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Root::Value => f.write_str("value")?,
            Root::Parameter(name) => write!(f, "parameter `{name}`")?,
            Root::Arguments => f.write_str("the arguments")?,
            Root::Result => f.write_str("result")?,
        }
        for step in self.steps() {
            match step {
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Each => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}
