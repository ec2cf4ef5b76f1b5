//! Our types and values, as `wasm-wave` sees them.

use crate::{Type, Value, ValueError};
use std::borrow::Cow;
use std::iter;
use std::sync::Arc;
use wasm_wave::wasm::{WasmType, WasmTypeKind, WasmValue, WasmValueError};

type Items<'a, T> = Box<dyn Iterator<Item = T> + 'a>;
type Payload<'a> = Option<Cow<'a, Value>>;

/// A list of fixed length is a list to it: it writes both the same way and reads only the other.
impl WasmType for Type {
    fn kind(&self) -> WasmTypeKind {
        match self {
            Self::Bool => WasmTypeKind::Bool,
            Self::S8 => WasmTypeKind::S8,
            Self::U8 => WasmTypeKind::U8,
            Self::S16 => WasmTypeKind::S16,
            Self::U16 => WasmTypeKind::U16,
            Self::S32 => WasmTypeKind::S32,
            Self::U32 => WasmTypeKind::U32,
            Self::S64 => WasmTypeKind::S64,
            Self::U64 => WasmTypeKind::U64,
            Self::F32 => WasmTypeKind::F32,
            Self::F64 => WasmTypeKind::F64,
            Self::Char => WasmTypeKind::Char,
            Self::String => WasmTypeKind::String,
            Self::List(_) | Self::FixedList(_) => WasmTypeKind::List,
            Self::Option(_) => WasmTypeKind::Option,
            Self::Result(_) => WasmTypeKind::Result,
            Self::Tuple(_) => WasmTypeKind::Tuple,
            Self::Record(_) => WasmTypeKind::Record,
            Self::Variant(_) => WasmTypeKind::Variant,
            Self::Enum(_) => WasmTypeKind::Enum,
            Self::Flags(_) => WasmTypeKind::Flags,
        }
    }

    fn list_element_type(&self) -> Option<Self> {
        match self {
            Self::List(list) => Some(list.element().clone()),
            Self::FixedList(list) => Some(list.element().clone()),
            _ => None,
        }
    }

    fn record_fields(&self) -> Items<'_, (Cow<'_, str>, Self)> {
        let Self::Record(record) = self else { return Box::new(iter::empty()) };
        Box::new(record.fields().iter().map(|field| ((&*field.name).into(), field.ty.clone())))
    }

    fn tuple_element_types(&self) -> Items<'_, Self> {
        let Self::Tuple(tuple) = self else { return Box::new(iter::empty()) };
        Box::new(tuple.elements().iter().map(|element| element.ty.clone()))
    }

    fn variant_cases(&self) -> Items<'_, (Cow<'_, str>, Option<Self>)> {
        let Self::Variant(variant) = self else { return Box::new(iter::empty()) };
        Box::new(variant.cases().iter().map(|case| ((&*case.name).into(), case.ty.clone())))
    }

    fn enum_cases(&self) -> Items<'_, Cow<'_, str>> {
        let Self::Enum(enumeration) = self else { return Box::new(iter::empty()) };
        Box::new(enumeration.cases().iter().map(|case| (&**case).into()))
    }

    fn option_some_type(&self) -> Option<Self> {
        let Self::Option(option) = self else { return None };
        Some(option.some().clone())
    }

    fn result_types(&self) -> Option<(Option<Self>, Option<Self>)> {
        let Self::Result(result) = self else { return None };
        Some((result.ok().cloned(), result.err().cloned()))
    }

    fn flags_names(&self) -> Items<'_, Cow<'_, str>> {
        let Self::Flags(flags) = self else { return Box::new(iter::empty()) };
        Box::new(flags.flags().iter().map(|flag| (&**flag).into()))
    }
}

macro_rules! scalars {
    ($($make:ident, $unwrap:ident, $variant:ident, $rust:ty;)*) => {
        $(fn $make(value: $rust) -> Self {
            Self::$variant(value)
        }

        fn $unwrap(&self) -> $rust {
            match self {
                Self::$variant(value) => *value,
                other => wrong(stringify!($unwrap), other),
            }
        })*
    };
}

/// The names of the trait say what is asked for; asking another value for it is a bug of the caller,
/// and the trait has no other answer.
#[cold]
fn wrong(asked: &str, value: &Value) -> ! {
    panic!("{asked} of a {}", value.kind())
}

fn checked(value: Value, ty: &Type) -> Result<Value, WasmValueError> {
    let wrong = |error: ValueError| WasmValueError::Other(error.to_string());
    value.check(ty).map_err(wrong).map(|()| value)
}

impl WasmValue for Value {
    type Type = Type;

    scalars! {
        make_bool, unwrap_bool, Bool, bool;
        make_s8, unwrap_s8, S8, i8;
        make_u8, unwrap_u8, U8, u8;
        make_s16, unwrap_s16, S16, i16;
        make_u16, unwrap_u16, U16, u16;
        make_s32, unwrap_s32, S32, i32;
        make_u32, unwrap_u32, U32, u32;
        make_s64, unwrap_s64, S64, i64;
        make_u64, unwrap_u64, U64, u64;
        make_f32, unwrap_f32, F32, f32;
        make_f64, unwrap_f64, F64, f64;
        make_char, unwrap_char, Char, char;
    }

    fn kind(&self) -> WasmTypeKind {
        match self {
            Self::Bool(_) => WasmTypeKind::Bool,
            Self::S8(_) => WasmTypeKind::S8,
            Self::U8(_) => WasmTypeKind::U8,
            Self::S16(_) => WasmTypeKind::S16,
            Self::U16(_) => WasmTypeKind::U16,
            Self::S32(_) => WasmTypeKind::S32,
            Self::U32(_) => WasmTypeKind::U32,
            Self::S64(_) => WasmTypeKind::S64,
            Self::U64(_) => WasmTypeKind::U64,
            Self::F32(_) => WasmTypeKind::F32,
            Self::F64(_) => WasmTypeKind::F64,
            Self::Char(_) => WasmTypeKind::Char,
            Self::String(_) => WasmTypeKind::String,
            Self::List(_) | Self::Bytes(_) => WasmTypeKind::List,
            Self::Tuple(_) => WasmTypeKind::Tuple,
            Self::Record(_) => WasmTypeKind::Record,
            Self::Variant(..) => WasmTypeKind::Variant,
            Self::Enum(_) => WasmTypeKind::Enum,
            Self::Option(_) => WasmTypeKind::Option,
            Self::Result(_) => WasmTypeKind::Result,
            Self::Flags(_) => WasmTypeKind::Flags,
        }
    }

    fn make_string(value: Cow<str>) -> Self {
        Self::String(value.into_owned())
    }

    fn make_list(
        ty: &Type,
        values: impl IntoIterator<Item = Self>,
    ) -> Result<Self, WasmValueError> {
        checked(Self::List(values.into_iter().collect()), ty)
    }

    fn make_record<'a>(
        ty: &Type,
        fields: impl IntoIterator<Item = (&'a str, Self)>,
    ) -> Result<Self, WasmValueError> {
        checked(Self::record(fields), ty)
    }

    fn make_tuple(
        ty: &Type,
        values: impl IntoIterator<Item = Self>,
    ) -> Result<Self, WasmValueError> {
        checked(Self::tuple(values), ty)
    }

    fn make_variant(ty: &Type, case: &str, value: Option<Self>) -> Result<Self, WasmValueError> {
        checked(Self::variant(case, value), ty)
    }

    fn make_enum(ty: &Type, case: &str) -> Result<Self, WasmValueError> {
        checked(Self::enumeration(case), ty)
    }

    fn make_option(ty: &Type, value: Option<Self>) -> Result<Self, WasmValueError> {
        checked(Self::Option(value.map(Box::new)), ty)
    }

    fn make_result(
        ty: &Type,
        value: Result<Option<Self>, Option<Self>>,
    ) -> Result<Self, WasmValueError> {
        let boxed = value.map(|ok| ok.map(Box::new)).map_err(|err| err.map(Box::new));
        checked(Self::Result(boxed), ty)
    }

    fn make_flags<'a>(
        ty: &Type,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, WasmValueError> {
        checked(Self::flags(names), ty)
    }

    fn unwrap_string(&self) -> Cow<'_, str> {
        match self {
            Self::String(text) => text.into(),
            other => wrong("unwrap_string", other),
        }
    }

    fn unwrap_list(&self) -> Items<'_, Cow<'_, Self>> {
        match self {
            Self::List(values) => Box::new(values.iter().map(Cow::Borrowed)),
            Self::Bytes(bytes) => Box::new(bytes.iter().map(|byte| Cow::Owned(Self::U8(*byte)))),
            other => wrong("unwrap_list", other),
        }
    }

    fn unwrap_record(&self) -> Items<'_, (Cow<'_, str>, Cow<'_, Self>)> {
        match self {
            Self::Record(fields) => Box::new(
                fields.iter().map(|(name, value)| ((&**name).into(), Cow::Borrowed(value))),
            ),
            other => wrong("unwrap_record", other),
        }
    }

    fn unwrap_tuple(&self) -> Items<'_, Cow<'_, Self>> {
        match self {
            Self::Tuple(values) => Box::new(values.iter().map(Cow::Borrowed)),
            other => wrong("unwrap_tuple", other),
        }
    }

    fn unwrap_variant(&self) -> (Cow<'_, str>, Payload<'_>) {
        match self {
            Self::Variant(case, value) => ((&**case).into(), borrowed(value)),
            other => wrong("unwrap_variant", other),
        }
    }

    fn unwrap_enum(&self) -> Cow<'_, str> {
        match self {
            Self::Enum(case) => (&**case).into(),
            other => wrong("unwrap_enum", other),
        }
    }

    fn unwrap_option(&self) -> Payload<'_> {
        match self {
            Self::Option(value) => borrowed(value),
            other => wrong("unwrap_option", other),
        }
    }

    fn unwrap_result(&self) -> Result<Payload<'_>, Payload<'_>> {
        match self {
            Self::Result(Ok(value)) => Ok(borrowed(value)),
            Self::Result(Err(value)) => Err(borrowed(value)),
            other => wrong("unwrap_result", other),
        }
    }

    fn unwrap_flags(&self) -> Items<'_, Cow<'_, str>> {
        let name = |name| -> Cow<'_, str> { Cow::Borrowed(Arc::as_ref(name)) };
        match self {
            Self::Flags(names) => Box::new(names.iter().map(name)),
            other => wrong("unwrap_flags", other),
        }
    }
}

fn borrowed(value: &Option<Box<Value>>) -> Payload<'_> {
    value.as_deref().map(Cow::Borrowed)
}
