//! From a contract's types to plans.

use super::{Case, Cases, GUEST_SLICE, Kind, Number, Part, Plan, Width};
use polyplug::schema::{Layout, Step, TagSize, Type};

/// The plan of a type.
pub(crate) fn plan(ty: &Type) -> Plan {
    match ty {
        Type::Bool => leaf(Kind::Bool, ty, false),
        Type::Char => leaf(Kind::Char, ty, false),
        Type::U8 => number(Number::Unsigned(Width::One), ty),
        Type::S8 => number(Number::Signed(Width::One), ty),
        Type::U16 => number(Number::Unsigned(Width::Two), ty),
        Type::S16 => number(Number::Signed(Width::Two), ty),
        Type::U32 | Type::S32 | Type::F32 => number(Number::Unsigned(Width::Four), ty),
        Type::U64 | Type::S64 | Type::F64 => number(Number::Unsigned(Width::Eight), ty),
        Type::Flags(flags) => {
            let count = flags.flags().len() as u32;
            // As many flags as bits: no bit stands for none.
            let is_any = count as usize == ty.layout().size * 8;
            leaf(Kind::Flags(count), ty, is_any)
        }
        Type::String => slice(Kind::Text),
        Type::List(list) => slice(Kind::List(Box::new(plan(list.element())))),
        Type::FixedList(list) => elements(plan(list.element()), list.len()),
        Type::Tuple(tuple) => {
            let parts = tuple.elements().iter().enumerate();
            parts_plan(ty, parts.map(|(index, part)| (&part.ty, part.offset, Step::Index(index))))
        }
        Type::Record(record) => {
            let parts = record.fields().iter();
            parts_plan(ty, parts.map(|field| (&field.ty, field.offset, Step::from(&field.name))))
        }
        Type::Option(option) => {
            let cases = [(None, "none"), (Some(option.some()), "some")];
            cases_plan(ty, option.payload_offset(), TagSize::One, cases.into_iter().map(named))
        }
        Type::Result(result) => {
            let cases = [(result.ok(), "ok"), (result.err(), "err")];
            cases_plan(ty, result.payload_offset(), TagSize::One, cases.into_iter().map(named))
        }
        Type::Variant(variant) => {
            let cases = variant.cases().iter();
            let cases = cases.map(|case| (case.ty.as_ref(), Step::from(&case.name)));
            cases_plan(ty, variant.payload_offset(), variant.tag(), cases)
        }
        Type::Enum(enumeration) => {
            let cases = enumeration.cases().iter().map(|case| (None, Step::from(case)));
            cases_plan(ty, 0, enumeration.tag(), cases)
        }
    }
}

fn named<'a>((ty, name): (Option<&'a Type>, &str)) -> (Option<&'a Type>, Step) {
    (ty, Step::from(name))
}

fn leaf(kind: Kind, ty: &Type, is_any: bool) -> Plan {
    let layout = ty.layout();
    Plan { kind, native: layout, guest: layout, flat: 1, is_same: true, is_any, owns_memory: false }
}

fn number(number: Number, ty: &Type) -> Plan {
    leaf(Kind::Number(number), ty, true)
}

fn slice(kind: Kind) -> Plan {
    Plan {
        kind,
        native: Layout::SLICE,
        guest: GUEST_SLICE,
        flat: 2,
        is_same: false,
        is_any: false,
        owns_memory: true,
    }
}

fn elements(element: Plan, count: usize) -> Plan {
    let times = |layout: Layout| Layout { size: layout.size * count, align: layout.align };
    Plan {
        native: times(element.native),
        guest: times(element.guest),
        flat: element.flat.saturating_mul(count),
        is_same: element.is_same,
        is_any: element.is_any,
        owns_memory: element.owns_memory,
        kind: Kind::Elements(Box::new(element), count),
    }
}

fn parts_plan<'a>(ty: &Type, parts: impl Iterator<Item = (&'a Type, usize, Step)>) -> Plan {
    let (parts, guest) = place(parts);
    let native = ty.layout();
    let filled: usize = parts.iter().map(|part| part.plan.native.size).sum();
    Plan {
        native,
        guest,
        flat: parts.iter().fold(0, |sum, part| sum.saturating_add(part.plan.flat)),
        is_same: parts.iter().all(|part| part.plan.is_same) && filled == native.size,
        is_any: parts.iter().all(|part| part.plan.is_any),
        owns_memory: parts.iter().any(|part| part.plan.owns_memory),
        kind: Kind::Parts(parts),
    }
}

/// The parts of a whole, which have their places in this process, with their places in a guest.
pub(super) fn place<'a>(
    parts: impl Iterator<Item = (&'a Type, usize, Step)>,
) -> (Box<[Part]>, Layout) {
    let mut whole = Layout::EMPTY;
    let place = |(ty, native, step): (&Type, usize, Step)| {
        let plan = plan(ty);
        let guest = whole.append(plan.guest);
        Part { plan, native, guest, step }
    };
    let parts = parts.map(place).collect();
    (parts, whole.padded())
}

fn cases_plan<'a>(
    ty: &Type,
    native: usize,
    tag: TagSize,
    cases: impl Iterator<Item = (Option<&'a Type>, Step)>,
) -> Plan {
    let cases: Box<[Case]> = cases.map(|(ty, step)| Case { payload: ty.map(plan), step }).collect();
    let payloads = || cases.iter().filter_map(|case| case.payload.as_ref());
    let mut whole = Layout::scalar(tag.bytes());
    let guest = whole.append(payloads().map(|plan| plan.guest).fold(Layout::EMPTY, Layout::or));
    Plan {
        native: ty.layout(),
        guest: whole.padded(),
        flat: payloads().map(|plan| plan.flat).max().unwrap_or(0).saturating_add(1),
        // What a case does not fill is a hole.
        is_same: payloads().next().is_none(),
        is_any: false,
        owns_memory: payloads().any(|plan| plan.owns_memory),
        kind: Kind::Cases(Cases { tag, cases, native, guest }),
    }
}
