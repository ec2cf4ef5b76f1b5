//! A type as it stands in a header.

use crate::c_types::{CConstant, CDefinition, CIntegerKind, CMember, CPayload, CType, CTypes};
use std::fmt;

/// All declarations, with an empty line between.
impl fmt::Display for CTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, ty) in self.types.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n" };
            write!(f, "{gap}{ty}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        writeln!(f, "/* {} */", self.wit)?;
        match &self.definition {
            CDefinition::Integer { integer, constants, kind } => {
                writeln!(f, "typedef {integer} {name};")?;
                match kind {
                    CIntegerKind::Enum => cases(constants, f),
                    CIntegerKind::Flags => bits(constants, f),
                }
            }
            CDefinition::Struct(members) => {
                writeln!(f, "typedef struct {name} {{")?;
                members.iter().try_for_each(|member| writeln!(f, "    {member};"))?;
                writeln!(f, "}} {name};")
            }
            CDefinition::Tagged { tag, payload, constants } => {
                writeln!(f, "typedef struct {name} {{\n    {tag};")?;
                match payload {
                    CPayload::None => {}
                    CPayload::Member(member) => writeln!(f, "    {member};")?,
                    CPayload::Union(members) => {
                        writeln!(f, "    union {{")?;
                        members.iter().try_for_each(|member| writeln!(f, "        {member};"))?;
                        writeln!(f, "    }} value;")?;
                    }
                }
                writeln!(f, "}} {name};")?;
                cases(constants, f)
            }
        }
    }
}

impl fmt::Display for CMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.ty.ends_with('*') { "" } else { " " };
        write!(f, "{}{space}{}", self.ty, self.name)?;
        match self.array {
            Some(len) => write!(f, "[{len}]"),
            None => Ok(()),
        }
    }
}

/// An enumeration without a name, as its values are kept in integers of a fixed size.
fn cases(constants: &[CConstant], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if constants.is_empty() {
        return Ok(());
    }
    writeln!(f, "enum {{")?;
    for (at, CConstant { name, value }) in constants.iter().enumerate() {
        // C++ before 11 and C90 do not take a comma behind the last.
        let comma = if at + 1 == constants.len() { "" } else { "," };
        writeln!(f, "    {name} = {value}{comma}")?;
    }
    writeln!(f, "}};")
}

/// Macros, as bit 31 is no value of an enumeration in C.
fn bits(constants: &[CConstant], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    constants.iter().try_for_each(|bit| writeln!(f, "#define {} {:#x}u", bit.name, bit.value))
}
