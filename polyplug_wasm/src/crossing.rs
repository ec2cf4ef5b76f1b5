//! How wasmtime carries values for us: types that stand for all arguments or for the result of any
//! function, and marshal by a plan.
//!
//! wasmtime's own conversions are for types of Rust. The traits behind them are public, though hidden,
//! because its derive macros use them; the version is pinned for that. With them values go straight
//! from a contract's memory into a guest's, and back: no `Val`, no allocation of ours.
//!
//! What the traits ask, that a type and the types of a component agree, holds because plans are made
//! from the component's own types (`contracts`).

use crate::lift::{self, Lift as Lifting, Values};
use crate::limits::Allowance;
use crate::lower::{Lower as Lowering, Slots};
use crate::plan::{FunctionPlan, Kind, Passing, Plan};
use crate::room;
use polyplug::guest::Results;
use polyplug::schema::{NativeMemory, NoAllocator, Problem, ValueError};
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr;
use wasmtime::component::__internal::{
    CanonicalAbiInfo, InstanceType, InterfaceType, LiftContext, LowerContext,
};
use wasmtime::component::{ComponentNamedList, ComponentType, Lift, Lower};
use wasmtime::{Trap, ValRaw};

/// The most values of WebAssembly that arguments are.
const MOST: usize = 16;

/// The arguments of a call, in the memory of their contract.
pub(crate) struct Arguments<'a> {
    plan: &'a FunctionPlan,
    at: *const (),
}

// SAFETY: wasmtime asks for it because values may wait in a store; a call that is not async reads them
// before it returns, on its own thread.
unsafe impl Send for Arguments<'_> {}
// SAFETY: as above.
unsafe impl Sync for Arguments<'_> {}

impl<'a> Arguments<'a> {
    /// The arguments at `at`.
    ///
    /// # Safety
    /// - `at` points at arguments in the layout of the function that `plan` is of; it may be null if
    ///   that is of size 0.
    pub(crate) unsafe fn new(plan: &'a FunctionPlan, at: *const ()) -> Self {
        Self { plan, at }
    }
}

// SAFETY: the lowered form is a list of `ValRaw`; see the module for the check of types.
unsafe impl ComponentType for Arguments<'_> {
    type Lower = [ValRaw; MOST];
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::ZERO;

    fn typecheck(_: &InterfaceType, _: &InstanceType<'_>) -> wasmtime::Result<()> {
        Ok(())
    }
}

// SAFETY: as many values are filled as the function takes, of the types that it takes; what is behind
// them is not read.
unsafe impl Lower for Arguments<'_> {
    #[inline]
    fn linear_lower_to_flat<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        _: InterfaceType,
        lowered: &mut MaybeUninit<Self::Lower>,
    ) -> wasmtime::Result<()> {
        let lowered: &mut [MaybeUninit<ValRaw>; MOST] =
            // SAFETY: an array of places that may be empty is itself such a place.
            unsafe { &mut *ptr::from_mut(lowered).cast() };
        // The result is read from the first place, even if there is none.
        lowered[0].write(ValRaw::u64(0));
        let mut slots = Slots::new(lowered);
        // SAFETY: whoever made the arguments promised that they are there; what they point at is
        // followed as far as their lengths say.
        let native = unsafe { NativeMemory::new(NoAllocator) };
        let mut lower = Lowering { native: &native, room: cx };
        let at = self.at.expose_provenance();
        if let Some(scalars) = &self.plan.scalars {
            for scalar in scalars {
                slots.push(lower.number(scalar.number, at + scalar.native)?);
            }
            return Ok(());
        }
        match self.plan.arguments {
            Passing::Flat(_) => {
                for part in &self.plan.parameters {
                    lower.flat(&part.plan, at + part.native, &mut slots)?;
                }
                Ok(())
            }
            Passing::InMemory(layout) => {
                let guest = lower.room.allocate(layout.size, layout.align)?;
                lower.store_parts(&self.plan.parameters, at, guest)?;
                slots.push(guest as u64);
                Ok(())
            }
        }
    }

    fn linear_lower_to_memory<T>(
        &self,
        _: &mut LowerContext<'_, T>,
        _: InterfaceType,
        _: usize,
    ) -> wasmtime::Result<()> {
        wasmtime::bail!("arguments are passed by themselves")
    }
}

// SAFETY: it stands for the list of all arguments.
unsafe impl ComponentNamedList for Arguments<'_> {}

/// A result that is passed by itself, or none: its bits.
pub(crate) struct Bits(pub(crate) ValRaw);

// SAFETY: as for `Arguments`.
unsafe impl ComponentType for Bits {
    type Lower = [ValRaw; 1];
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::ZERO;

    fn typecheck(_: &InterfaceType, _: &InstanceType<'_>) -> wasmtime::Result<()> {
        Ok(())
    }
}

// SAFETY: nothing is made of the bits here.
unsafe impl Lift for Bits {
    #[inline]
    fn linear_lift_from_flat(
        _: &mut LiftContext<'_>,
        _: InterfaceType,
        lowered: &Self::Lower,
    ) -> wasmtime::Result<Self> {
        Ok(Self(lowered[0]))
    }

    fn linear_lift_from_memory(
        _: &mut LiftContext<'_>,
        _: InterfaceType,
        _: &[u8],
    ) -> wasmtime::Result<Self> {
        wasmtime::bail!("the result is passed by itself")
    }
}

// SAFETY: it stands for the list of the one result.
unsafe impl ComponentNamedList for Bits {}

/// Where a result goes that a guest leaves in its memory. wasmtime reads it before the guest cleans up,
/// and passes nothing of ours along: the place of the innermost call of a thread is found through the
/// thread.
pub(crate) struct Destination<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) out: *mut (),
    pub(crate) results: Results,
    pub(crate) allowance: Allowance<'a>,
}

thread_local! {
    static DESTINATION: Cell<*const Destination<'static>> = const { Cell::new(ptr::null()) };
}

/// Makes `destination` the one of the innermost call while `call` runs.
#[inline]
pub(crate) fn with_destination<R>(destination: &Destination<'_>, call: impl FnOnce() -> R) -> R {
    let before = DESTINATION.replace(ptr::from_ref(destination).cast());
    let _restore = Restore(before);
    call()
}

struct Restore(*const Destination<'static>);

impl Drop for Restore {
    fn drop(&mut self) {
        DESTINATION.set(self.0);
    }
}

/// A result that was left in the guest's memory and has been copied to its [`Destination`].
pub(crate) struct Stored;

// SAFETY: as for `Arguments`; the one value is the address of the result.
unsafe impl ComponentType for Stored {
    type Lower = [ValRaw; 1];
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::ZERO;

    fn typecheck(_: &InterfaceType, _: &InstanceType<'_>) -> wasmtime::Result<()> {
        Ok(())
    }
}

// SAFETY: everything that is read is checked against the guest's memory.
unsafe impl Lift for Stored {
    fn linear_lift_from_flat(
        cx: &mut LiftContext<'_>,
        _: InterfaceType,
        lowered: &Self::Lower,
    ) -> wasmtime::Result<Self> {
        let encoding = room::encoding(cx.options());
        // SAFETY: `with_destination` keeps it until the call has ended, and nothing is called between.
        let Some(destination) = (unsafe { DESTINATION.get().as_ref() }) else {
            wasmtime::bail!("a result has nowhere to go");
        };
        destination.lift(cx.memory(), encoding, lowered[0].get_u32() as usize)?;
        Ok(Self)
    }

    fn linear_lift_from_memory(
        _: &mut LiftContext<'_>,
        _: InterfaceType,
        _: &[u8],
    ) -> wasmtime::Result<Self> {
        wasmtime::bail!("the result's address is passed by itself")
    }
}

// SAFETY: it stands for the list of the one result.
unsafe impl ComponentNamedList for Stored {}

impl Destination<'_> {
    fn lift(&self, guest: &[u8], encoding: room::Encoding, at: usize) -> wasmtime::Result<()> {
        let align = self.plan.guest.align;
        if !at.is_multiple_of(align) {
            let problem = Problem::Misaligned { address: at, align };
            return Err(ValueError::from(problem).into());
        }
        // SAFETY: the caller of the guest promised that the place of the result fits the contract.
        let mut native = unsafe { NativeMemory::new(self.results) };
        let out = self.out.expose_provenance();
        let mut lifting = Lifting::new(guest, encoding, &mut native, self.allowance);
        match lifting.load(self.plan, at, out) {
            Err(_) if lifting.is_late() => Err(Trap::Interrupt.into()),
            lifted => Ok(lifted?),
        }
    }

    /// Writes a result that was passed by itself.
    ///
    /// # Errors
    /// It is none.
    #[inline]
    pub(crate) fn write(&self, bits: &Bits) -> Result<(), ValueError> {
        // SAFETY: as in `lift`.
        let mut native = unsafe { NativeMemory::new(self.results) };
        let out = self.out.expose_provenance();
        let mut values = Values::new(std::slice::from_ref(&bits.0));
        if let Kind::Number(number) = self.plan.kind {
            return Ok(lift::write_number(number, &mut values, &mut native, out)?);
        }
        // A value by itself points at nothing.
        let allowance = Allowance::NOTHING;
        Lifting::new(&[], room::Encoding::Utf8, &mut native, allowance).flat(
            self.plan,
            &mut values,
            out,
        )
    }
}
