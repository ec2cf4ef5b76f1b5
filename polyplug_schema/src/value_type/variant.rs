//! One of several named cases.

use crate::Type;
use crate::value_type::label::check_labels;
use crate::value_type::{Measure, TagSize, TypeError};
use std::fmt;
use std::sync::Arc;

/// A variant: in memory the number of the case, then the value of that case.
#[derive(Debug)]
pub struct VariantType {
    name: Option<Arc<str>>,
    cases: Box<[Case]>,
    tag: TagSize,
    payload_offset: usize,
    pub(super) measure: Measure,
}

/// One case of a variant.
#[derive(Debug, PartialEq)]
pub struct Case {
    /// Its name, in WIT's spelling.
    pub name: Arc<str>,
    /// The type of its value, if it has one.
    pub ty: Option<Type>,
}

impl Type {
    /// A variant of these cases in order. `name` is what the type is called, if it is.
    ///
    /// # Errors
    /// There is no case, a name is bad or stands twice, or the type is too deep, too large or too
    /// long.
    pub fn variant<N: Into<Arc<str>>>(
        name: Option<&str>,
        cases: impl IntoIterator<Item = (N, Option<Type>)>,
    ) -> Result<Self, TypeError> {
        let cases: Box<[Case]> =
            cases.into_iter().map(|(name, ty)| Case { name: name.into(), ty }).collect();
        let labels = || cases.iter().map(|case| &*case.name);
        check_labels("cases", labels())?;
        let payloads = || cases.iter().filter_map(|case| case.ty.as_ref());
        let tag = TagSize::for_cases(cases.len());
        let (layout, payload_offset) = tag.with_payloads(payloads());
        let shortest = |case: &Case| case.ty.as_ref().map_or(0, Type::shortest_binary);
        let shortest = cases.iter().map(shortest).min().unwrap_or(0);
        let measure = Measure::of(layout, payloads(), labels())?.tagged(tag.bytes(), shortest);
        let name = name.map(Arc::from);
        Ok(Self::Variant(Arc::new(VariantType { name, cases, tag, payload_offset, measure })))
    }
}

impl VariantType {
    /// What the type is called, if it is.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The cases in order; at least one.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The integer that holds the number of the case.
    pub fn tag(&self) -> TagSize {
        self.tag
    }

    /// Where the value of a case stands, in bytes from the start.
    pub fn payload_offset(&self) -> usize {
        self.payload_offset
    }
}

impl PartialEq for VariantType {
    fn eq(&self, other: &Self) -> bool {
        self.cases == other.cases
    }
}

/// `variant { none-yet, some(u32) }`
impl fmt::Display for VariantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("variant {")?;
        for (at, case) in self.cases.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma} {}", case.name)?;
            if let Some(ty) = &case.ty {
                write!(f, "({ty})")?;
            }
        }
        f.write_str(" }")
    }
}
