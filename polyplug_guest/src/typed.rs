//! Functions of a described contract: arguments are read where the caller put them, checked; results
//! are allocated for the caller.
//!
//! `polyplug_guest::contract!` writes the traits, by [`guest!`](crate::guest).

use crate::border;
use crate::bundle::{Bundle, Functions, Objects};
use crate::error::Error;
use crate::function::{Constructor, again};
use crate::host;
use polyplug_abi::{AbiError, AbiErrorCode, GuestContractInstance};
use polyplug_types::{Lift, Lifting, Lower, NoMemory, Place, Problem};
use std::alloc::Layout;
use std::ptr;

/// One function of a described contract, as `G` does it.
///
/// # Safety
/// - `serve` reads and writes what the description says.
pub unsafe trait Serve<G>: 'static {
    /// Calls it.
    ///
    /// # Errors
    /// What the function answered, or an argument that is none.
    ///
    /// # Safety
    /// - `args` and `out` are what the ABI says for the described function.
    unsafe fn serve(guest: &G, args: *const (), out: *mut ()) -> Result<(), Error>;
}

/// The arguments of a call.
///
/// # Errors
/// One of them is no value of its type.
///
/// # Safety
/// - They lie at `args` in the layout of `A`, and what they point at lives for `'a`.
#[inline]
pub unsafe fn arguments<'a, A: Lift<'a>>(function: &str, args: *const ()) -> Result<A, Error> {
    let args: *const A::Raw = match size_of::<A::Raw>() {
        0 => ptr::dangling(), // it is null without arguments
        _ => args.cast(),
    };
    // SAFETY: the caller's promise; without arguments there is nothing to read.
    let raw = unsafe { &*args };
    // SAFETY: the caller's promise.
    let read = unsafe { A::lift(raw, &mut Lifting::default()) };
    read.map_err(|problem| no_argument(function, problem))
}

/// Writes a result.
///
/// # Errors
/// There is no memory for it.
///
/// # Safety
/// - `out` is valid for writing the layout of `R`.
#[inline]
pub unsafe fn deliver<R: Lower>(result: &R, out: *mut ()) -> Result<(), Error> {
    let raw = result.lower(&mut ResultMemory).map_err(no_memory)?;
    if size_of::<R::Raw>() != 0 {
        // SAFETY: the caller's promise.
        unsafe { out.cast::<R::Raw>().write(raw) };
    }
    Ok(())
}

#[cold]
fn no_argument(function: &str, problem: Problem) -> Error {
    Error::of_kind(
        AbiErrorCode::ValueInvalid,
        format!("{function}: an argument is none: {problem}"),
    )
}

#[cold]
fn no_memory(error: NoMemory) -> Error {
    Error::of_kind(AbiErrorCode::MemoryLimit, error.to_string())
}

/// Memory that belongs to the result of the running call.
struct ResultMemory;

impl Place for ResultMemory {
    const BORROWS: bool = false;

    fn allocate(&mut self, layout: Layout) -> Result<*mut u8, NoMemory> {
        let place = host::result_memory(layout.size(), layout.align());
        if place.is_null() { Err(NoMemory(layout.size())) } else { Ok(place) }
    }
}

/// The entry of a table for a function of a guest without objects.
///
/// # Safety
/// - As the ABI says; a value of `G` was handed over.
pub(crate) unsafe extern "C" fn alone<G: Copy, K: Serve<G>>(
    _: GuestContractInstance,
    args: *const (),
    out: *mut (),
    out_err: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    let guest = unsafe { again::<G>() };
    // SAFETY: as above.
    let body = || unsafe { K::serve(&guest, args, out) };
    // SAFETY: as above.
    unsafe { border::run_into(out_err, body) };
}

/// The entry of a table for a function of an object.
///
/// # Safety
/// - As the ABI says; the instance is of this contract.
pub(crate) unsafe extern "C" fn object<T: Sync, K: Serve<T>>(
    instance: GuestContractInstance,
    args: *const (),
    out: *mut (),
    out_err: *mut AbiError,
) {
    let body = || {
        // SAFETY: the caller's promise: objects of the contract are of this type.
        let Some(object) = (unsafe { instance.data.cast::<T>().as_ref() }) else {
            let message = "this function belongs to an object: create an instance first";
            return Err(Error::of_kind(AbiErrorCode::InvalidArgument, message));
        };
        // SAFETY: as above.
        unsafe { K::serve(object, args, out) }
    };
    // SAFETY: as above.
    unsafe { border::run_into(out_err, body) };
}

/// The declaration of a described contract without objects; used by [`guest!`](crate::guest) alone.
#[doc(hidden)]
pub fn functions<'a, G: Copy>(
    bundle: &'a mut Bundle,
    contract: &'static str,
    shape: u64,
    guest: G,
) -> Functions<'a> {
    let _ = guest; // it has no size, and is made again where it is called
    const { assert!(size_of::<G>() == 0, "a guest without objects is a struct without fields") };
    bundle.functions(contract).shape(shape)
}

/// The declaration of a described contract with objects; used by [`guest!`](crate::guest) alone.
#[doc(hidden)]
pub fn objects<'a, T, F, S>(
    bundle: &'a mut Bundle,
    contract: &'static str,
    shape: u64,
    constructor: F,
) -> Objects<'a, T, F, S>
where
    T: Send + Sync + 'static,
    F: Constructor<T, S>,
    S: 'static,
{
    bundle.objects(contract, constructor).shape(shape)
}

/// Declares the trait of a described contract; `polyplug_guest::contract!` writes these.
///
/// ```
/// use polyplug_guest::{Bundle, Error};
///
/// polyplug_guest::guest! {
///     /// What provides demo.greeter@1.
///     pub trait Guest: "demo.greeter@1.0.0" = 0x7f6a_5f90_03f4_2b51 {
///         /// Greets somebody.
///         fn greet(name: &str) -> String = 0;
///     }
/// }
///
/// #[derive(Clone, Copy)]
/// struct Greeter;
///
/// impl Guest for Greeter {
///     fn greet(&self, name: &str) -> Result<String, Error> {
///         Ok(format!("Hello, {name}!"))
///     }
/// }
///
/// fn start(bundle: &mut Bundle) -> Result<(), Error> {
///     functions(bundle, Greeter).provide()
/// }
///
/// polyplug_guest::plugin!(start);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! guest {
    (
        $(#[$meta:meta])*
        pub trait $name:ident: $contract:literal = $shape:literal {
            $(
                $(#[$function_meta:meta])*
                fn $function:ident($($parameter:ident: $type:ty),*) -> $result:ty = $id:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        pub trait $name: ::core::marker::Send + ::core::marker::Sync + 'static {
            $(
                $(#[$function_meta])*
                ///
                /// # Errors
                /// The call fails: with a code and a message.
                #[allow(
                    clippy::too_many_arguments,
                    clippy::type_complexity,
                    reason = "the contract has them"
                )]
                fn $function(
                    &self,
                    $($parameter: $type),*
                ) -> ::core::result::Result<$result, $crate::Error>;
            )*
        }

        /// The contract, provided by a struct without fields; declare it with `provide`.
        pub fn functions<G: $name + ::core::marker::Copy>(
            bundle: &mut $crate::Bundle,
            guest: G,
        ) -> $crate::Functions<'_> {
            $crate::typed::functions(bundle, $contract, $shape, guest)
                $(.served::<G, serving::$function>())*
        }

        /// The contract, provided by objects that `constructor` makes of nothing; declare it with
        /// `provide`.
        pub fn objects<T: $name, F: $crate::Constructor<T, fn() -> T>>(
            bundle: &mut $crate::Bundle,
            constructor: F,
        ) -> $crate::Objects<'_, T, F, fn() -> T> {
            $crate::typed::objects(bundle, $contract, $shape, constructor)
                $(.served::<serving::$function>())*
        }

        /// A type for each function, none of which is a value that a pattern could mean.
        #[doc(hidden)]
        #[allow(non_camel_case_types, reason = "they are called as the functions are")]
        mod serving {
            $(
                pub enum $function {}

                // SAFETY: arguments and result have the types of the description.
                unsafe impl<G: super::$name> $crate::typed::Serve<G> for $function {
                    unsafe fn serve(
                        guest: &G,
                        args: *const (),
                        out: *mut (),
                    ) -> ::core::result::Result<(), $crate::Error> {
                        let function = ::core::stringify!($function);
                        // SAFETY: the caller's promise.
                        let arguments = unsafe { $crate::typed::arguments(function, args) }?;
                        let ($($parameter,)*) = arguments;
                        let result = guest.$function($($parameter),*)?;
                        // SAFETY: the caller's promise.
                        unsafe { $crate::typed::deliver(&result, out) }
                    }
                }
            )*
        }
    };
}
