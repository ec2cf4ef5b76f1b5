//! Any of several names.

use crate::value_error::Problem;
use crate::value_type::label::check_labels;
use crate::value_type::{Measure, TypeError};
use crate::{Layout, Type};
use std::fmt;
use std::iter;
use std::sync::Arc;

/// How many flags there may be; it is the component model's limit, too.
const MOST: usize = 32;

/// Flags: in memory one bit for each, the first the lowest; one byte for up to 8, two for up to 16, four
/// for up to 32.
#[derive(Debug)]
pub struct FlagsType {
    name: Option<Arc<str>>,
    flags: Box<[Arc<str>]>,
    pub(super) measure: Measure,
}

impl Type {
    /// These flags in order. `name` is what the type is called, if it is.
    ///
    /// # Errors
    /// There is no flag or more than 32, a name is bad or stands twice, or the type is too long.
    pub fn flags<N: Into<Arc<str>>>(
        name: Option<&str>,
        flags: impl IntoIterator<Item = N>,
    ) -> Result<Self, TypeError> {
        let flags: Box<[Arc<str>]> = flags.into_iter().map(Into::into).collect();
        let labels = || flags.iter().map(|flag| &**flag);
        check_labels("flags", labels())?;
        let layout = match flags.len() {
            0..=8 => Layout::scalar(1),
            9..=16 => Layout::scalar(2),
            17..=MOST => Layout::scalar(4),
            flags => return Err(TypeError::TooManyFlags(flags)),
        };
        let measure = Measure::of(layout, iter::empty(), labels())?.tagged(layout.size, 0);
        Ok(Self::Flags(Arc::new(FlagsType { name: name.map(Arc::from), flags, measure })))
    }
}

impl FlagsType {
    /// What the type is called, if it is.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The flags in order; at least one.
    pub fn flags(&self) -> &[Arc<str>] {
        &self.flags
    }

    /// Whether every bit that is set stands for a flag.
    ///
    /// # Errors
    /// The lowest that does not.
    pub(crate) fn check(&self, bits: u32) -> Result<(), Problem> {
        let flags = self.flags.len();
        match u64::from(bits) >> flags {
            0 => Ok(()),
            surplus => {
                let bit = flags + surplus.trailing_zeros() as usize;
                Err(Problem::NotFlag { bit, flags })
            }
        }
    }

    /// The number of bytes, in the order of the flags on a little-endian machine.
    pub(crate) fn bytes(&self) -> usize {
        self.measure.layout.size
    }
}

impl PartialEq for FlagsType {
    fn eq(&self, other: &Self) -> bool {
        self.flags == other.flags
    }
}

/// `flags { read, write }`
impl fmt::Display for FlagsType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "flags {{ {} }}", self.flags.join(", "))
    }
}
