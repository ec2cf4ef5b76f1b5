//! How a function's arguments and its result are carried.

use super::compile::{place, plan};
use super::{Kind, Number, Part, Plan, Width};
use polyplug::schema::{Function, Layout, Step};
use std::sync::Arc;

/// The most values of WebAssembly that arguments are passed as; more are passed in memory.
const MOST_FLAT_ARGUMENTS: usize = 16;
/// The same for a result.
const MOST_FLAT_RESULTS: usize = 1;

/// How one function is called.
#[derive(Debug)]
pub(crate) struct FunctionPlan {
    pub(crate) parameters: Box<[Part]>,
    pub(crate) arguments: Passing,
    /// All arguments one after the other, if each is passed by itself and has no more than one form: what
    /// most functions take, and quicker than a walk through types.
    pub(crate) scalars: Option<Box<[Scalar]>>,
    pub(crate) result: Option<ResultPlan>,
    /// An argument may be no value of its type.
    pub(crate) needs_check: bool,
}

/// A part of the arguments that becomes one value of WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) number: Number,
    /// In bytes from the start of the arguments.
    pub(crate) native: usize,
}

/// How a function's result is carried.
#[derive(Debug)]
pub(crate) struct ResultPlan {
    pub(crate) plan: Plan,
    pub(crate) passing: Passing,
}

/// How values are passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    /// As so many values of WebAssembly.
    Flat(usize),
    /// As the address of a place of this layout in the guest.
    InMemory(Layout),
}

impl FunctionPlan {
    /// The plan of `function`.
    pub(crate) fn new(function: &Function) -> Self {
        let parameters = function.parameters().iter();
        let (parameters, layout) =
            place(parameters.map(|p| (&p.ty, p.offset, Step::Name(Arc::clone(&p.name)))));
        let flat = parameters.iter().fold(0, |sum: usize, p| sum.saturating_add(p.plan.flat));
        let arguments = Passing::of(flat, MOST_FLAT_ARGUMENTS, layout);
        Self {
            needs_check: parameters.iter().any(|part| !part.plan.is_any),
            arguments,
            scalars: match arguments {
                Passing::Flat(_) => scalars(&parameters),
                Passing::InMemory(_) => None,
            },
            result: function.result().map(|ty| {
                let plan = plan(ty);
                let passing = Passing::of(plan.flat, MOST_FLAT_RESULTS, plan.guest);
                ResultPlan { plan, passing }
            }),
            parameters,
        }
    }
}

impl Passing {
    fn of(flat: usize, most: usize, layout: Layout) -> Self {
        if flat <= most { Self::Flat(flat) } else { Self::InMemory(layout) }
    }
}

fn scalars(parameters: &[Part]) -> Option<Box<[Scalar]>> {
    let mut scalars = Vec::new();
    let all = parameters.iter().all(|part| add_scalars(&part.plan, part.native, &mut scalars));
    all.then(|| scalars.into())
}

/// Adds what the value at `at` becomes; `false` if that depends on the value.
fn add_scalars(plan: &Plan, at: usize, to: &mut Vec<Scalar>) -> bool {
    let number = match &plan.kind {
        Kind::Number(number) => *number,
        // They were checked before, and are numbers then.
        Kind::Bool | Kind::Char | Kind::Flags(_) => Number::Unsigned(match plan.native.size {
            1 => Width::One,
            2 => Width::Two,
            _ => Width::Four,
        }),
        Kind::Parts(parts) => {
            return parts.iter().all(|part| add_scalars(&part.plan, at + part.native, to));
        }
        Kind::Elements(element, count) => {
            let size = element.native.size;
            return (0..*count).all(|index| add_scalars(element, at + index * size, to));
        }
        Kind::Text | Kind::List(_) | Kind::Cases(_) => return false,
    };
    to.push(Scalar { number, native: at });
    true
}
