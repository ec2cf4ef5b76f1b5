//! Values by name.

use crate::value_type::label::check_labels;
use crate::value_type::{Measure, TypeError};
use crate::{Layout, Type};
use std::fmt;
use std::sync::Arc;

/// A record: in memory a C struct of the fields in order.
#[derive(Debug)]
pub struct RecordType {
    name: Option<Arc<str>>,
    fields: Box<[Field]>,
    pub(super) measure: Measure,
}

/// One field of a record.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// Its name, in WIT's spelling.
    pub name: Arc<str>,
    /// The type of its value.
    pub ty: Type,
    /// Where it stands, in bytes from the start.
    pub offset: usize,
}

impl Type {
    /// A record of these fields in order. `name` is what the type is called, if it is.
    ///
    /// # Errors
    /// There is no field, a name is bad or stands twice, or the type is too deep, too large or too
    /// long.
    pub fn record<N: Into<Arc<str>>>(
        name: Option<&str>,
        fields: impl IntoIterator<Item = (N, Type)>,
    ) -> Result<Self, TypeError> {
        let mut layout = Layout::EMPTY;
        let place = |(name, ty): (N, Type)| {
            let offset = layout.append(ty.layout());
            Field { name: name.into(), ty, offset }
        };
        let fields: Box<[Field]> = fields.into_iter().map(place).collect();
        let labels = || fields.iter().map(|field| &*field.name);
        check_labels("fields", labels())?;
        let parts = fields.iter().map(|field| &field.ty);
        let measure = Measure::of(layout.padded(), parts, labels())?;
        Ok(Self::Record(Arc::new(RecordType { name: name.map(Arc::from), fields, measure })))
    }
}

impl RecordType {
    /// What the type is called, if it is.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The fields in order; at least one.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
}

impl PartialEq for RecordType {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

/// `record { x: f32, y: f32 }`
impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("record {")?;
        for (at, field) in self.fields.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma} {}: {}", field.name, field.ty)?;
        }
        f.write_str(" }")
    }
}
