//! The layout as the C compiler has to see it.

use crate::c_types::{CDefinition, CMember, CPayload, CType, CTypes};
use std::fmt;

/// Prints as `_Static_assert`s, one a line, of every size, alignment and offset.
#[derive(Clone, Copy, Debug)]
pub struct LayoutAssertions<'a>(pub(super) &'a CTypes);

impl fmt::Display for LayoutAssertions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.types.iter().try_for_each(|ty| assert_type(ty, f))
    }
}

fn assert_type(ty: &CType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = &ty.name;
    assert_equal(f, format_args!("sizeof({name})"), ty.layout.size)?;
    assert_equal(f, format_args!("_Alignof({name})"), ty.layout.align)?;
    let mut offset = |prefix: &str, member: &CMember| {
        let place = format_args!("offsetof({name}, {prefix}{})", member.name);
        assert_equal(f, place, member.offset)
    };
    match &ty.definition {
        CDefinition::Struct(members) => members.iter().try_for_each(|m| offset("", m)),
        CDefinition::Tagged { tag, payload, .. } => {
            offset("", tag)?;
            match payload {
                CPayload::None => Ok(()),
                CPayload::Member(member) => offset("", member),
                CPayload::Union(members) => members.iter().try_for_each(|m| offset("value.", m)),
            }
        }
        CDefinition::Integer { .. } => Ok(()),
    }
}

fn assert_equal(
    f: &mut fmt::Formatter<'_>,
    place: fmt::Arguments<'_>,
    expected: usize,
) -> fmt::Result {
    writeln!(f, "_Static_assert({place} == {expected}, \"{place}\");")
}
