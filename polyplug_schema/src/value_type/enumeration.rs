//! One of several names.

use crate::Type;
use crate::value_type::label::check_labels;
use crate::value_type::{Measure, TagSize, TypeError};
use std::fmt;
use std::iter;
use std::sync::Arc;

/// An enum: in memory the number of the case.
#[derive(Debug)]
pub struct EnumType {
    name: Option<Arc<str>>,
    cases: Box<[Arc<str>]>,
    pub(super) measure: Measure,
}

impl Type {
    /// An enum of these cases in order. `name` is what the type is called, if it is.
    ///
    /// # Errors
    /// There is no case, a name is bad or stands twice, or the type is too long.
    pub fn enumeration<N: Into<Arc<str>>>(
        name: Option<&str>,
        cases: impl IntoIterator<Item = N>,
    ) -> Result<Self, TypeError> {
        let cases: Box<[Arc<str>]> = cases.into_iter().map(Into::into).collect();
        let labels = || cases.iter().map(|case| &**case);
        check_labels("cases", labels())?;
        let layout = TagSize::for_cases(cases.len()).layout();
        let measure = Measure::of(layout, iter::empty(), labels())?.tagged(layout.size, 0);
        Ok(Self::Enum(Arc::new(EnumType { name: name.map(Arc::from), cases, measure })))
    }
}

impl EnumType {
    /// What the type is called, if it is.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The cases in order; at least one.
    pub fn cases(&self) -> &[Arc<str>] {
        &self.cases
    }

    /// The integer that holds the number of the case.
    pub fn tag(&self) -> TagSize {
        TagSize::for_cases(self.cases.len())
    }
}

impl PartialEq for EnumType {
    fn eq(&self, other: &Self) -> bool {
        self.cases == other.cases
    }
}

/// `enum { red, green }`
impl fmt::Display for EnumType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "enum {{ {} }}", self.cases.join(", "))
    }
}
