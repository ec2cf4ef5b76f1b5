//! How wasmtime carries the values of a call that a component makes: the arguments are only noted when
//! they are lifted, because no plan is at hand there, and read when the call is made.

use crate::imports::{Answer, ImportedFunction};
use crate::limits::Allowance;
use crate::lower::Slots;
use crate::program::StoreData;
use crate::room::{self, Encoding};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use wasmtime::component::__internal::{
    CanonicalAbiInfo, InstanceType, InterfaceType, LiftContext, LowerContext,
};
use wasmtime::component::{ComponentNamedList, ComponentType, Lift, LinkerInstance, Lower};
use wasmtime::{StoreContextMut, ValRaw};

/// What a component gave: values of WebAssembly, or the place of all arguments in its memory.
pub(crate) struct Given<'a> {
    pub(crate) values: &'a [ValRaw],
    pub(crate) place: usize,
    pub(crate) memory: &'a [u8],
    pub(crate) encoding: Encoding,
    pub(crate) allowance: Allowance<'a>,
}

/// `N` values of WebAssembly, or none and a place, as they were lifted.
struct Noted<const N: usize> {
    values: [ValRaw; N],
    place: usize,
    memory: *const [u8],
    encoding: Encoding,
}

// SAFETY: wasmtime asks for it because values may wait in a store; a call that is not async hands them
// over at once, on its own thread.
unsafe impl<const N: usize> Send for Noted<N> {}
// SAFETY: as above.
unsafe impl<const N: usize> Sync for Noted<N> {}

// SAFETY: the lowered form is a list of `ValRaw`; the plan was made from the type of the import.
unsafe impl<const N: usize> ComponentType for Noted<N> {
    type Lower = [ValRaw; N];
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::ZERO;

    fn typecheck(_: &InterfaceType, _: &InstanceType<'_>) -> wasmtime::Result<()> {
        Ok(())
    }
}

// SAFETY: nothing is made of the values here.
unsafe impl<const N: usize> Lift for Noted<N> {
    fn linear_lift_from_flat(
        cx: &mut LiftContext<'_>,
        _: InterfaceType,
        lowered: &Self::Lower,
    ) -> wasmtime::Result<Self> {
        let encoding = room::encoding(cx.options());
        Ok(Self { values: *lowered, place: 0, memory: cx.memory(), encoding })
    }

    fn linear_lift_from_memory(
        cx: &mut LiftContext<'_>,
        _: InterfaceType,
        bytes: &[u8],
    ) -> wasmtime::Result<Self> {
        // The bytes are a part of the memory; as we told wasmtime of no size, it is an empty one.
        let place = bytes.as_ptr().addr() - cx.memory().as_ptr().addr();
        let encoding = room::encoding(cx.options());
        Ok(Self { values: [ValRaw::u64(0); N], place, memory: cx.memory(), encoding })
    }
}

// SAFETY: it stands for the list of all arguments.
unsafe impl<const N: usize> ComponentNamedList for Noted<N> {}

/// What was answered, on its way into the component: as `M` values of WebAssembly, or in memory.
struct Answered<const M: usize>(Answer);

// SAFETY: as for `Noted`; the answer is lowered on the thread that made it.
unsafe impl<const M: usize> Send for Answered<M> {}
// SAFETY: as above.
unsafe impl<const M: usize> Sync for Answered<M> {}

// SAFETY: as for `Noted`.
unsafe impl<const M: usize> ComponentType for Answered<M> {
    type Lower = [ValRaw; M];
    const ABI: CanonicalAbiInfo = CanonicalAbiInfo::ZERO;

    fn typecheck(_: &InterfaceType, _: &InstanceType<'_>) -> wasmtime::Result<()> {
        Ok(())
    }
}

// SAFETY: the plan fills as many values as the result is, of its types.
unsafe impl<const M: usize> Lower for Answered<M> {
    fn linear_lower_to_flat<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        _: InterfaceType,
        lowered: &mut MaybeUninit<Self::Lower>,
    ) -> wasmtime::Result<()> {
        let lowered: &mut [MaybeUninit<ValRaw>; M] =
            // SAFETY: an array of places that may be empty is itself such a place.
            unsafe { &mut *ptr::from_mut(lowered).cast() };
        self.0.lower_flat(cx, &mut Slots::new(lowered))
    }

    fn linear_lower_to_memory<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        _: InterfaceType,
        place: usize,
    ) -> wasmtime::Result<()> {
        self.0.lower_to(cx, place)
    }
}

// SAFETY: it stands for the list of the one result.
unsafe impl<const M: usize> ComponentNamedList for Answered<M> {}

/// Defines an imported function: `parameters` values of WebAssembly (none if they are passed in memory),
/// and `results` of them.
///
/// # Errors
/// The name is taken.
pub(crate) fn define(
    linker: &mut LinkerInstance<'_, StoreData>,
    name: &str,
    function: Arc<ImportedFunction>,
) -> wasmtime::Result<()> {
    let (parameters, results) = function.flat();
    macro_rules! of_count {
        ($($count:literal)*) => {
            match (parameters, results) {
                $(
                    ($count, 0) => define_for::<$count, 0>(linker, name, function),
                    ($count, _) => define_for::<$count, 1>(linker, name, function),
                )*
                _ => wasmtime::bail!("no function has {parameters} flat parameters"),
            }
        };
    }
    of_count!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
}

fn define_for<const N: usize, const M: usize>(
    linker: &mut LinkerInstance<'_, StoreData>,
    name: &str,
    function: Arc<ImportedFunction>,
) -> wasmtime::Result<()> {
    linker.func_wrap(name, move |store: StoreContextMut<'_, StoreData>, noted: Noted<N>| {
        let given = Given {
            values: &noted.values,
            place: noted.place,
            // SAFETY: the store is borrowed by this call, and nobody but it could change the memory.
            memory: unsafe { &*noted.memory },
            encoding: noted.encoding,
            allowance: store.data().allowance(),
        };
        function.call(&given).map(Answered::<M>)
    })
}
