//! The parts of a value in order, as the binary form has them: what writing and reading have in common.

use crate::Type;
use crate::path::Step;
use crate::value_error::{Problem, ValueError};
use crate::value_type::{FlagsType, TagSize};

/// Goes from one place of a value in the C layout to the next, and from one byte of its binary form to the next.
pub(crate) trait Walk {
    /// A number, whose bytes are those in memory: both are little-endian.
    fn number<const N: usize>(&mut self, at: usize) -> Result<(), Problem>;

    /// `len` bytes that are the same in both forms, all of them numbers.
    fn copy(&mut self, len: usize, at: usize) -> Result<(), Problem>;

    fn boolean(&mut self, at: usize) -> Result<(), Problem>;

    fn character(&mut self, at: usize) -> Result<(), Problem>;

    fn string(&mut self, at: usize) -> Result<(), ValueError>;

    fn list(&mut self, element: &Type, at: usize) -> Result<(), ValueError>;

    fn flags(&mut self, flags: &FlagsType, at: usize) -> Result<(), ValueError>;

    /// Which of `cases` is there.
    fn tag(&mut self, size: TagSize, cases: usize, at: usize) -> Result<usize, Problem>;

    /// One value.
    fn value(&mut self, ty: &Type, at: usize) -> Result<(), ValueError> {
        match ty {
            Type::S8 | Type::U8 => Ok(self.number::<1>(at)?),
            Type::S16 | Type::U16 => Ok(self.number::<2>(at)?),
            Type::S32 | Type::U32 | Type::F32 => Ok(self.number::<4>(at)?),
            Type::S64 | Type::U64 | Type::F64 => Ok(self.number::<8>(at)?),
            _ if ty.is_plain() => Ok(self.copy(ty.layout().size, at)?),
            Type::Bool => Ok(self.boolean(at)?),
            Type::Char => Ok(self.character(at)?),
            Type::String => self.string(at),
            Type::List(list) => self.list(list.element(), at),
            Type::Flags(flags) => self.flags(flags, at),
            Type::FixedList(list) => self.elements(list.element(), list.len(), at),
            Type::Option(option) => match self.tag(TagSize::One, 2, at)? {
                0 => Ok(()),
                _ => self
                    .payload(Some(option.some()), at + option.payload_offset(), || "some".into()),
            },
            Type::Result(result) => {
                let payload = at + result.payload_offset();
                match self.tag(TagSize::One, 2, at)? {
                    0 => self.payload(result.ok(), payload, || "ok".into()),
                    _ => self.payload(result.err(), payload, || "err".into()),
                }
            }
            Type::Tuple(tuple) => {
                let mut elements = tuple.elements().iter().enumerate();
                elements.try_for_each(|(index, element)| {
                    let value = self.value(&element.ty, at + element.offset);
                    value.map_err(|error| error.at(index))
                })
            }
            Type::Record(record) => record.fields().iter().try_for_each(|field| {
                let value = self.value(&field.ty, at + field.offset);
                value.map_err(|error| error.at(&field.name))
            }),
            Type::Variant(variant) => {
                let cases = variant.cases();
                let case = &cases[self.tag(variant.tag(), cases.len(), at)?];
                let payload = at + variant.payload_offset();
                self.payload(case.ty.as_ref(), payload, || (&case.name).into())
            }
            Type::Enum(enumeration) => {
                self.tag(enumeration.tag(), enumeration.cases().len(), at)?;
                Ok(())
            }
        }
    }

    /// `len` values, one behind the other.
    fn elements(&mut self, element: &Type, len: usize, at: usize) -> Result<(), ValueError> {
        let size = element.layout().size;
        if element.is_plain() {
            // No overflow: the size of a list was checked, and a fixed one is that of its type.
            return if len == 0 { Ok(()) } else { Ok(self.copy(len * size, at)?) };
        }
        for index in 0..len {
            let value = self.value(element, at + index * size);
            value.map_err(|error| error.at(index))?;
        }
        Ok(())
    }

    /// What a case holds, if anything.
    fn payload(
        &mut self,
        ty: Option<&Type>,
        at: usize,
        step: impl Fn() -> Step,
    ) -> Result<(), ValueError> {
        let Some(ty) = ty else { return Ok(()) };
        self.value(ty, at).map_err(|error| error.at(step()))
    }
}
