//! Makes plans of a description. A type that stands in it many times is planned once.

use crate::marshal::names::Names;
use crate::marshal::plan::{
    ContractPlan, EnumPlan, FieldPlan, FixedListPlan, FlagsPlan, FunctionPlan, ListPlan,
    OptionPlan, Part, Plan, RecordPlan, TuplePlan, VariantPlan,
};
use crate::marshal::scalar::Scalar;
use polyplug::schema::{Contract, Function, TagSize, Type};
use std::collections::HashMap;
use std::ffi::c_int;
use std::sync::Arc;

/// The most that marshalling pushes for one type, its parts aside.
const ROOM_OF_TYPE: c_int = 5;
/// What a call needs beside its values: handler, function, object, and what LuaJIT needs between.
const ROOM_OF_CALL: c_int = 12;

/// The plan of a contract. Its names are to be put in place by [`Names::fill`] before it is used.
pub(crate) fn plan(contract: &Arc<Contract>, names: &Names) -> ContractPlan {
    let mut compiler = Compiler { names, known: HashMap::new() };
    let functions = contract.functions().iter().map(|function| compiler.function(function));
    let functions = functions.collect();
    ContractPlan { contract: Arc::clone(contract), functions }
}

/// How a name of WIT is written in Lua: `max-speed` is `max_speed`.
pub(crate) fn lua_name(name: &str) -> String {
    name.replace('-', "_")
}

struct Compiler<'a> {
    names: &'a Names,
    /// Plans by the address of the type that they were made of, which the contract keeps alive.
    known: HashMap<*const (), (Plan, c_int)>,
}

impl Compiler<'_> {
    fn function(&mut self, function: &Function) -> FunctionPlan {
        let mut deepest = 0;
        let parameters = function.parameters().iter().map(|parameter| {
            let (plan, depth) = self.plan(&parameter.ty);
            deepest = deepest.max(depth);
            Part { plan, offset: parameter.offset }
        });
        let parameters: Box<[Part]> = parameters.collect();
        let result = function.result().map(|ty| {
            let (plan, depth) = self.plan(ty);
            deepest = deepest.max(depth);
            plan
        });
        let mut plans = parameters.iter().map(|part| &part.plan).chain(&result);
        let is_flat = plans.all(|plan| matches!(plan, Plan::Scalar(_)));
        let count = c_int::try_from(parameters.len()).unwrap_or(c_int::MAX / 2);
        FunctionPlan {
            is_flat,
            room: count + deepest * ROOM_OF_TYPE + ROOM_OF_CALL,
            arguments: function.arguments_layout(),
            result_layout: function.result_layout(),
            parameters,
            result,
        }
    }

    /// The plan of a type, and how deep it nests.
    fn plan(&mut self, ty: &Type) -> (Plan, c_int) {
        if let Some(scalar) = Scalar::of(ty) {
            if matches!(scalar, Scalar::S64 | Scalar::U64) {
                self.names.want_wide();
            }
            return (Plan::Scalar(scalar), 1);
        }
        let identity: *const () = match ty {
            Type::Char => return (Plan::Char, 1),
            Type::String => return (Plan::Text, 1),
            Type::List(list) => Arc::as_ptr(list).cast(),
            Type::FixedList(list) => Arc::as_ptr(list).cast(),
            Type::Option(option) => Arc::as_ptr(option).cast(),
            Type::Result(result) => Arc::as_ptr(result).cast(),
            Type::Tuple(tuple) => Arc::as_ptr(tuple).cast(),
            Type::Record(record) => Arc::as_ptr(record).cast(),
            Type::Variant(variant) => Arc::as_ptr(variant).cast(),
            Type::Enum(enumeration) => Arc::as_ptr(enumeration).cast(),
            Type::Flags(flags) => Arc::as_ptr(flags).cast(),
            _ => return (Plan::Char, 1),
        };
        if let Some((plan, depth)) = self.known.get(&identity) {
            return (plan.clone(), *depth);
        }
        let mut inside = 0;
        let plan = self.composite(ty, &mut inside);
        self.known.insert(identity, (plan.clone(), inside + 1));
        (plan, inside + 1)
    }

    /// The plan of a part of a type, whose depth is noted.
    fn part(&mut self, ty: &Type, deepest: &mut c_int) -> Plan {
        let (plan, depth) = self.plan(ty);
        *deepest = depth.max(*deepest);
        plan
    }

    fn composite(&mut self, ty: &Type, inside: &mut c_int) -> Plan {
        let whole = ty.clone();
        match ty {
            Type::List(list) if *list.element() == Type::U8 => Plan::Bytes,
            Type::List(list) => {
                let layout = list.element().layout();
                let element = self.part(list.element(), inside);
                let (size, align) = (layout.size, layout.align);
                Plan::List(Arc::new(ListPlan { ty: whole, element, size, align }))
            }
            Type::FixedList(list) if *list.element() == Type::U8 => Plan::FixedBytes(list.len()),
            Type::FixedList(list) => {
                let (size, len) = (list.element().layout().size, list.len());
                let element = self.part(list.element(), inside);
                Plan::FixedList(Arc::new(FixedListPlan { ty: whole, element, size, len }))
            }
            Type::Option(option) => {
                let some = self.part(option.some(), inside);
                let (wrapped, offset) = (some.takes_nil(), option.payload_offset());
                Plan::Option(Arc::new(OptionPlan { ty: whole, some, offset, wrapped }))
            }
            Type::Result(result) => {
                let payloads = [result.ok(), result.err()];
                let payloads = payloads.map(|ty| ty.map(|ty| self.part(ty, inside)));
                Plan::Variant(Arc::new(VariantPlan {
                    ty: whole,
                    cases: self.names.cases(["ok", "err"].into_iter()),
                    payloads: payloads.into(),
                    tag: TagSize::One,
                    offset: result.payload_offset(),
                }))
            }
            Type::Tuple(tuple) => {
                let elements = tuple.elements().iter().map(|element| Part {
                    plan: self.part(&element.ty, inside),
                    offset: element.offset,
                });
                let elements = elements.collect();
                Plan::Tuple(Arc::new(TuplePlan { ty: whole, elements }))
            }
            Type::Record(record) => {
                let fields = record.fields().iter().map(|field| FieldPlan {
                    name: self.names.of(&lua_name(&field.name)),
                    part: Part { plan: self.part(&field.ty, inside), offset: field.offset },
                });
                let fields = fields.collect();
                Plan::Record(Arc::new(RecordPlan { ty: whole, fields }))
            }
            Type::Variant(variant) => {
                let payloads = variant.cases().iter();
                let payloads =
                    payloads.map(|case| case.ty.as_ref().map(|ty| self.part(ty, inside))).collect();
                let names = variant.cases().iter().map(|case| &*case.name);
                Plan::Variant(Arc::new(VariantPlan {
                    ty: whole,
                    cases: self.names.cases(names),
                    payloads,
                    tag: variant.tag(),
                    offset: variant.payload_offset(),
                }))
            }
            Type::Enum(enumeration) => {
                let names = enumeration.cases();
                let (count, tag) = (names.len(), enumeration.tag());
                let cases = self.names.cases(names.iter().map(|name| &**name));
                Plan::Enum(Arc::new(EnumPlan { ty: whole, cases, count, tag }))
            }
            Type::Flags(flags) => {
                let (names, bytes) = (flags.flags(), ty.layout().size);
                let in_lua: Vec<String> = names.iter().map(|name| lua_name(name)).collect();
                let cases = self.names.cases(in_lua.iter().map(String::as_str));
                let count = names.len();
                Plan::Flags(Arc::new(FlagsPlan { ty: whole, cases, count, bytes }))
            }
            // The rest was answered before.
            _ => Plan::Char,
        }
    }
}
