//! How a function's arguments and its result are carried.

use super::compile::{place, plan};
use super::{Part, Plan};
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
    pub(crate) result: Option<ResultPlan>,
    /// An argument may be no value of its type.
    pub(crate) needs_check: bool,
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
        Self {
            needs_check: parameters.iter().any(|part| !part.plan.is_any),
            arguments: Passing::of(flat, MOST_FLAT_ARGUMENTS, layout),
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
