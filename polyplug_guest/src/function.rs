//! Functions of Rust as functions of a contract. The arguments lie in a C struct in order.

use crate::border;
use crate::error::Error;
use crate::value::{Argument, Output};
use polyplug_abi::{AbiError, AbiErrorCode, GuestContractInstance};
use std::ptr::NonNull;

/// A function without an object. `Signature` is found by the compiler.
///
/// Arguments live for the call alone:
///
/// ```compile_fail,E0277
/// fn keep(text: &'static str) {
///     std::thread::spawn(move || println!("{text}"));
/// }
///
/// fn start(bundle: &mut polyplug_guest::Bundle) -> Result<(), polyplug_guest::Error> {
///     bundle.functions("demo.keep@1").function(keep).provide()
/// }
/// ```
pub trait Function<Signature>: Copy + Send + Sync + 'static {
    /// Calls it.
    ///
    /// # Errors
    /// What it answered, or an argument that is none.
    ///
    /// # Safety
    /// - `args` and `out` are what the ABI says for this signature.
    unsafe fn call(self, args: *const (), out: *mut ()) -> Result<(), Error>;
}

/// A function whose first parameter is the object. `Signature` is found by the compiler.
pub trait Method<T, Signature>: Copy + Send + Sync + 'static {
    /// Calls it.
    ///
    /// # Errors
    /// As for [`Function::call`].
    ///
    /// # Safety
    /// - As for [`Function::call`].
    unsafe fn call(self, object: &T, args: *const (), out: *mut ()) -> Result<(), Error>;
}

/// A function that makes objects. `Signature` is found by the compiler.
pub trait Constructor<T, Signature>: Copy + Send + Sync + 'static {
    /// Calls it.
    ///
    /// # Errors
    /// As for [`Function::call`].
    ///
    /// # Safety
    /// - As for [`Function::call`].
    unsafe fn make(self, args: *const ()) -> Result<T, Error>;
}

macro_rules! arities {
    ($(($($type:ident $name:ident)*))*) => {
        $(arity!($($type $name)*);)*
    };
}

// The first `Fn` bound lets the compiler find the types, the second says that the function takes
// arguments that live for the call alone.
macro_rules! arity {
    ($($type:ident $name:ident)*) => {
        impl<Callee, R, $($type),*> Function<fn($($type),*) -> R> for Callee
        where
            Callee: Fn($($type),*) -> R + for<'a> Fn($($type::At<'a>),*) -> R,
            Callee: Copy + Send + Sync + 'static,
            R: Output,
            $($type: Argument),*
        {
            #[inline]
            unsafe fn call(self, args: *const (), out: *mut ()) -> Result<(), Error> {
                require_place::<R>(out)?;
                unpack!(args; $($type $name)*);
                let result = self($($name),*);
                // SAFETY: the caller's promise.
                unsafe { result.deliver(out) }
            }
        }

        impl<Callee, T, R, $($type),*> Method<T, fn($($type),*) -> R> for Callee
        where
            Callee: Fn(&T, $($type),*) -> R + for<'a> Fn(&'a T, $($type::At<'a>),*) -> R,
            Callee: Copy + Send + Sync + 'static,
            R: Output,
            $($type: Argument),*
        {
            #[inline]
            unsafe fn call(self, object: &T, args: *const (), out: *mut ()) -> Result<(), Error> {
                require_place::<R>(out)?;
                unpack!(args; $($type $name)*);
                let result = self(object, $($name),*);
                // SAFETY: the caller's promise.
                unsafe { result.deliver(out) }
            }
        }

        impl<Callee, T, $($type),*> Constructor<T, fn($($type),*) -> T> for Callee
        where
            Callee: Fn($($type),*) -> Result<T, Error>,
            Callee: for<'a> Fn($($type::At<'a>),*) -> Result<T, Error>,
            Callee: Copy + Send + Sync + 'static,
            $($type: Argument),*
        {
            unsafe fn make(self, args: *const ()) -> Result<T, Error> {
                unpack!(args; $($type $name)*);
                self($($name),*)
            }
        }
    };
}

macro_rules! unpack {
    ($args:ident;) => {
        let _ = $args; // of a function without parameters
    };
    ($args:ident; $($type:ident $name:ident)*) => {
        #[repr(C)]
        #[derive(Clone, Copy)]
        struct Packed<$($type),*> { $($name: $type),* }
        if $args.is_null() {
            return Err(lacks_arguments());
        }
        // SAFETY: the caller's promise: the arguments lie there in this order.
        let packed = unsafe { $args.cast::<Packed<$($type::Wire),*>>().read() };
        // SAFETY: what the arguments point at lives as long as the call.
        $(let $name = unsafe { $type::unpack(packed.$name) }?;)*
    };
}

arities! {
    ()
    (A a)
    (A a B b)
    (A a B b C c)
    (A a B b C c D d)
    (A a B b C c D d E e)
    (A a B b C c D d E e F f)
    (A a B b C c D d E e F f G g)
    (A a B b C c D d E e F f G g H h)
}

#[cold]
fn lacks_arguments() -> Error {
    let message = "the function takes arguments and was given none: args is null";
    Error::of_kind(AbiErrorCode::InvalidPointer, message)
}

/// Asked before the function runs: what it did could not be taken back.
#[inline]
fn require_place<R: Output>(out: *mut ()) -> Result<(), Error> {
    if R::HAS_PLACE && out.is_null() { Err(lacks_result()) } else { Ok(()) }
}

#[cold]
fn lacks_result() -> Error {
    let message = "the function has a result and no place for it was given: out is null";
    Error::of_kind(AbiErrorCode::InvalidPointer, message)
}

/// A function that was handed over once, out of nothing.
///
/// # Safety
/// - A value of the type was handed over.
#[inline]
pub(crate) unsafe fn again<F: Copy>() -> F {
    const { assert!(size_of::<F>() == 0, "a function that captures nothing") };
    // SAFETY: a value without a size is read from anywhere, and this one is `Copy` and was there.
    unsafe { NonNull::<F>::dangling().read() }
}

/// The entry of a contract's table for a function without an object.
///
/// # Safety
/// - As the ABI says; a value of `F` was handed over.
pub(crate) unsafe extern "C" fn function<F: Function<S>, S>(
    _: GuestContractInstance,
    args: *const (),
    out: *mut (),
    out_err: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    let function = unsafe { again::<F>() };
    // SAFETY: as above.
    let body = || unsafe { function.call(args, out) };
    // SAFETY: as above.
    unsafe { border::run_into(out_err, body) };
}

/// The entry of a contract's table for a function of an object.
///
/// # Safety
/// - As the ABI says; a value of `F` was handed over; the instance is of this contract.
pub(crate) unsafe extern "C" fn method<T: Sync, F: Method<T, S>, S>(
    instance: GuestContractInstance,
    args: *const (),
    out: *mut (),
    out_err: *mut AbiError,
) {
    // SAFETY: the caller's promise.
    let method = unsafe { again::<F>() };
    let body = || {
        // SAFETY: as above: objects of the contract are of this type.
        let Some(object) = (unsafe { instance.data.cast::<T>().as_ref() }) else {
            let message = "this function belongs to an object: create an instance first";
            return Err(Error::of_kind(AbiErrorCode::InvalidArgument, message));
        };
        // SAFETY: as above.
        unsafe { method.call(object, args, out) }
    };
    // SAFETY: as above.
    unsafe { border::run_into(out_err, body) };
}

#[cfg(test)]
mod tests {
    use super::{Constructor, Function, Method};
    use crate::error::Error;
    use polyplug_abi::AbiErrorCode;
    use std::ptr;

    const INVALID: u32 = AbiErrorCode::InvalidPointer as u32;

    fn add(a: u32, b: u32) -> u32 {
        a + b
    }

    fn refuse(_really: bool) -> Result<(), Error> {
        Ok(())
    }

    struct Counter(u32);

    impl Counter {
        fn new(first: u32) -> Result<Self, Error> {
            Ok(Self(first))
        }

        fn next(&self) -> u32 {
            self.0 + 1
        }
    }

    #[test]
    fn a_call_without_places_is_an_error() {
        let args: *const () = (&raw const *&[20_u32, 22]).cast();
        let mut sum = 9_u32;
        let out: *mut () = (&raw mut sum).cast();
        let code = |outcome: Result<(), Error>| outcome.unwrap_err().code();

        // SAFETY: arguments and result are there, or null.
        assert_eq!(code(unsafe { add.call(ptr::null(), out) }), INVALID);
        // SAFETY: as above.
        assert_eq!(code(unsafe { add.call(args, ptr::null_mut()) }), INVALID);
        // SAFETY: as above.
        assert_eq!(code(unsafe { refuse.call(ptr::null(), ptr::null_mut()) }), INVALID);
        // SAFETY: as above.
        let next = unsafe { Counter::next.call(&Counter(1), ptr::null(), ptr::null_mut()) };
        assert_eq!(code(next), INVALID);
        // SAFETY: as above.
        let made = unsafe { Counter::new.make(ptr::null()) };
        assert_eq!(code(made.map(drop)), INVALID);

        assert_eq!(sum, 9);
        // SAFETY: as above.
        unsafe { add.call(args, out) }.unwrap();
        assert_eq!(sum, 42);
        // SAFETY: as above; the function has no result.
        unsafe { refuse.call(args, ptr::null_mut()) }.unwrap();
    }
}
