//! Numbers and booleans. Nothing here raises or allocates, so it works outside of protected calls.

use crate::state::{Kind, State};
use polyplug::schema::{Memory, MemoryMut, Problem, Type, ValueError};
use std::ffi::c_int;

/// Lua's numbers hold all integers up to here.
const LAST_EXACT: u64 = 1 << 53;
/// The first numbers that the 64-bit integers do not hold.
const BEYOND_S64: f64 = 9_223_372_036_854_775_808.0;
const BEYOND_U64: f64 = 18_446_744_073_709_551_616.0;

macro_rules! scalars {
    ($($name:ident),*) => {
        /// A type of numbers, or `bool`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Scalar {
            $($name),*
        }

        impl Scalar {
            pub(crate) fn of(ty: &Type) -> Option<Self> {
                match ty {
                    $(Type::$name => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// WIT's name for it.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => Type::$name.kind(),)*
                }
            }
        }
    };
}

scalars!(Bool, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64);

/// What became of a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    Done,
    /// It is, or has to become, a 64-bit integer that a Lua number does not hold.
    IsWide,
}

impl Scalar {
    /// Pushes the value at `at`; nothing, if it is wide.
    #[inline(always)]
    pub(crate) fn push<M: Memory>(
        self,
        state: State,
        memory: &M,
        at: usize,
    ) -> Result<Carried, Problem> {
        let number = match self {
            Self::Bool => {
                match memory.read(at)? {
                    [0] => state.push_boolean(false),
                    [1] => state.push_boolean(true),
                    [other] => return Err(Problem::NotBool(other)),
                }
                return Ok(Carried::Done);
            }
            Self::S8 => i8::from_ne_bytes(memory.read(at)?).into(),
            Self::U8 => u8::from_ne_bytes(memory.read(at)?).into(),
            Self::S16 => i16::from_ne_bytes(memory.read(at)?).into(),
            Self::U16 => u16::from_ne_bytes(memory.read(at)?).into(),
            Self::S32 => i32::from_ne_bytes(memory.read(at)?).into(),
            Self::U32 => u32::from_ne_bytes(memory.read(at)?).into(),
            Self::S64 => {
                let value = i64::from_ne_bytes(memory.read(at)?);
                if value.unsigned_abs() > LAST_EXACT {
                    return Ok(Carried::IsWide);
                }
                value as f64
            }
            Self::U64 => {
                let value = u64::from_ne_bytes(memory.read(at)?);
                if value > LAST_EXACT {
                    return Ok(Carried::IsWide);
                }
                value as f64
            }
            Self::F32 => f32::from_ne_bytes(memory.read(at)?).into(),
            Self::F64 => f64::from_ne_bytes(memory.read(at)?),
        };
        state.push_number(number);
        Ok(Carried::Done)
    }

    /// Writes the value at `index` of the stack to `at`; nothing, if it may be wide.
    #[inline(always)]
    pub(crate) fn read<M: MemoryMut>(
        self,
        state: State,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Result<Carried, ValueError> {
        let kind = state.kind(index);
        if kind != Kind::Number {
            return match (self, kind) {
                (Self::Bool, Kind::Boolean) => {
                    memory.write(at, [u8::from(state.boolean(index))])?;
                    Ok(Carried::Done)
                }
                (Self::S64 | Self::U64, Kind::Cdata) => Ok(Carried::IsWide),
                _ => Err(Problem::kind(self.name(), kind.name())),
            };
        }
        let number = state.number(index);
        macro_rules! integer {
            ($rust:ty) => {{
                let whole = number as $rust;
                if f64::from(whole) != number {
                    return Err(self.refuse(number));
                }
                memory.write(at, whole.to_ne_bytes())?
            }};
        }
        match self {
            Self::Bool => return Err(Problem::kind("bool", "number")),
            Self::S8 => integer!(i8),
            Self::U8 => integer!(u8),
            Self::S16 => integer!(i16),
            Self::U16 => integer!(u16),
            Self::S32 => integer!(i32),
            Self::U32 => integer!(u32),
            Self::S64 => {
                let whole = number as i64;
                if whole as f64 != number || number >= BEYOND_S64 {
                    return Err(self.refuse(number));
                }
                memory.write(at, whole.to_ne_bytes())?;
            }
            Self::U64 => {
                let whole = number as u64;
                if whole as f64 != number || number >= BEYOND_U64 {
                    return Err(self.refuse(number));
                }
                memory.write(at, whole.to_ne_bytes())?;
            }
            Self::F32 => {
                let narrow = number as f32;
                if narrow.is_infinite() && number.is_finite() {
                    return Err(self.refuse(number));
                }
                memory.write(at, narrow.to_ne_bytes())?;
            }
            Self::F64 => memory.write(at, number.to_ne_bytes())?,
        }
        Ok(Carried::Done)
    }

    /// A number that the type does not hold.
    #[cold]
    fn refuse(self, number: f64) -> ValueError {
        if number.is_nan() || number.fract() != 0.0 {
            return Problem::kind(self.name(), number);
        }
        Problem::OutOfRange { value: number.to_string(), expected: self.name() }.into()
    }
}
