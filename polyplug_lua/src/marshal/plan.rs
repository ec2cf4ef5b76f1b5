//! Plans: what marshalling does for a type, with names as numbers and layouts worked out.

use crate::marshal::scalar::Scalar;
use polyplug::schema::{Contract, Function, Layout, TagSize, Type};
use std::ffi::c_int;
use std::sync::Arc;

/// How values of one contract are carried.
pub(crate) struct ContractPlan {
    pub(crate) contract: Arc<Contract>,
    /// By function id.
    pub(crate) functions: Box<[FunctionPlan]>,
}

/// How the values of one function are carried.
pub(crate) struct FunctionPlan {
    pub(crate) parameters: Box<[Part]>,
    pub(crate) result: Option<Plan>,
    /// Whether all values are scalars: then carrying them cannot raise, as long as they fit into Lua's
    /// numbers.
    pub(crate) is_flat: bool,
    /// How much room on Lua's stack one call needs.
    pub(crate) room: c_int,
    pub(crate) arguments: Layout,
    pub(crate) result_layout: Layout,
}

impl ContractPlan {
    /// What the plan of function `number` was made of.
    pub(crate) fn described(&self, number: usize) -> &Function {
        &self.contract.functions()[number]
    }
}

/// How a value of one type is carried. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Plan {
    Scalar(Scalar),
    Char,
    Text,
    /// `list<u8>`.
    Bytes,
    List(Arc<ListPlan>),
    /// `list<u8, len>`.
    FixedBytes(usize),
    FixedList(Arc<FixedListPlan>),
    Option(Arc<OptionPlan>),
    Tuple(Arc<TuplePlan>),
    Record(Arc<RecordPlan>),
    /// Results are variants with the cases `ok` and `err`.
    Variant(Arc<VariantPlan>),
    Enum(Arc<EnumPlan>),
    Flags(Arc<FlagsPlan>),
}

/// A value at its place in a larger one.
pub(crate) struct Part {
    pub(crate) plan: Plan,
    pub(crate) offset: usize,
}

pub(crate) struct ListPlan {
    pub(crate) ty: Type,
    pub(crate) element: Plan,
    pub(crate) size: usize,
    pub(crate) align: usize,
}

pub(crate) struct FixedListPlan {
    pub(crate) ty: Type,
    pub(crate) element: Plan,
    pub(crate) size: usize,
    pub(crate) len: usize,
}

pub(crate) struct OptionPlan {
    pub(crate) ty: Type,
    pub(crate) some: Plan,
    pub(crate) offset: usize,
    /// Whether the value is an option itself: then it comes in a table, to tell it from none.
    pub(crate) wrapped: bool,
}

pub(crate) struct TuplePlan {
    pub(crate) ty: Type,
    pub(crate) elements: Box<[Part]>,
}

pub(crate) struct RecordPlan {
    pub(crate) ty: Type,
    pub(crate) fields: Box<[FieldPlan]>,
}

pub(crate) struct FieldPlan {
    /// The number of the field's name.
    pub(crate) name: c_int,
    pub(crate) part: Part,
}

/// The names of cases or flags: numbers from `first` on, and the number of a table that has the index
/// of each by its name.
#[derive(Clone, Copy)]
pub(crate) struct Cases {
    pub(crate) first: c_int,
    pub(crate) table: c_int,
}

pub(crate) struct VariantPlan {
    pub(crate) ty: Type,
    pub(crate) cases: Cases,
    pub(crate) payloads: Box<[Option<Plan>]>,
    pub(crate) tag: TagSize,
    pub(crate) offset: usize,
}

pub(crate) struct EnumPlan {
    pub(crate) ty: Type,
    pub(crate) cases: Cases,
    pub(crate) count: usize,
    pub(crate) tag: TagSize,
}

pub(crate) struct FlagsPlan {
    pub(crate) ty: Type,
    pub(crate) cases: Cases,
    pub(crate) count: usize,
    pub(crate) bytes: usize,
}

impl Plan {
    /// Whether nil is a value of the type.
    pub(crate) fn takes_nil(&self) -> bool {
        matches!(self, Self::Option(_))
    }

    /// What the type is called in messages.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Scalar(scalar) => scalar.name().to_owned(),
            Self::Char => "char".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Bytes => "list<u8>".to_owned(),
            Self::FixedBytes(len) => format!("list<u8, {len}>"),
            Self::List(list) => list.ty.to_string(),
            Self::FixedList(list) => list.ty.to_string(),
            Self::Option(option) => option.ty.to_string(),
            Self::Tuple(tuple) => tuple.ty.to_string(),
            Self::Record(record) => record.ty.to_string(),
            Self::Variant(variant) => variant.ty.to_string(),
            Self::Enum(enumeration) => enumeration.ty.to_string(),
            Self::Flags(flags) => flags.ty.to_string(),
        }
    }
}

impl VariantPlan {
    /// The names of the cases, in WIT's spelling.
    pub(crate) fn names(&self) -> Vec<&str> {
        match &self.ty {
            Type::Variant(variant) => variant.cases().iter().map(|case| &*case.name).collect(),
            _ => vec!["ok", "err"],
        }
    }
}
