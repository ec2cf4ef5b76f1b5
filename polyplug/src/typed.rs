//! What a typed caller stands on: arguments become a C struct, the call is guarded, and the result is
//! read out of the call's own arena, checked.
//!
//! `polyplug::contract!` writes the callers, by [`caller!`](crate::caller).

use crate::arena;
use crate::contract::Contract;
use crate::dispatch::CallError;
use crate::error::RuntimeError;
use crate::runtime::Runtime;
use polyplug_abi::{AbiErrorCode, CallArena, GuestContractInstance};
use polyplug_schema::{Contract as Description, WitSources};
use polyplug_types::{Lift, Lifting, Lower, NoMemory, Problem, Scratch};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

/// How much of a result needs no allocation, in words: a few lines of text.
const RESULT_WORDS: usize = 64;

/// A contract whose provider was held against the description that the caller was written for, and
/// every later version of it will be.
#[derive(Clone, Debug)]
pub struct TypedContract {
    contract: Contract,
    described: Arc<Description>,
    /// Whose functions are called; `None` if it is nobody's.
    object: Option<Arc<Object>>,
}

/// An object, until nobody calls it any more.
#[derive(Debug)]
struct Object {
    contract: Contract,
    instance: GuestContractInstance,
}

// SAFETY: guarded calls take instances from any thread.
unsafe impl Send for Object {}
// SAFETY: as above, from several at once.
unsafe impl Sync for Object {}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the instance came from this contract, and nobody else destroys it.
        let destroyed = unsafe { self.contract.destroy(self.instance) };
        // It is gone already if its bundle is.
        drop(destroyed);
    }
}

impl TypedContract {
    /// Finds the best provider.
    ///
    /// # Errors
    /// As for [`Runtime::contract`], or `Description` if the provider's shape is another one.
    pub fn bind(runtime: &Runtime, described: &Arc<Description>) -> Result<Self, RuntimeError> {
        Self::of(&runtime.contract(&described.identity())?, described)
    }

    /// Over a contract that was found before.
    ///
    /// # Errors
    /// `Description` if the provider's shape is another one, `InvalidArgument` if it is another
    /// contract altogether.
    pub fn of(contract: &Contract, described: &Arc<Description>) -> Result<Self, RuntimeError> {
        let identity = described.identity();
        if contract.name() != identity {
            let problem = format!("this calls `{identity}`, not `{}`", contract.name());
            return Err(RuntimeError::InvalidArgument { what: "contract", problem });
        }
        contract.expect(described)?;
        Ok(Self { contract: contract.clone(), described: Arc::clone(described), object: None })
    }

    /// A caller of a new object, which is destroyed with the last clone of the caller. Constructors of
    /// described contracts take nothing.
    ///
    /// # Errors
    /// What the constructor said.
    pub fn create(&self) -> Result<Self, Box<CallError>> {
        // SAFETY: nothing is what the constructor expects.
        let instance = unsafe { self.contract.create(ptr::null()) }?;
        let object = Arc::new(Object { contract: self.contract.clone(), instance });
        Ok(Self { object: Some(object), ..self.clone() })
    }

    /// The contract.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Calls a function by its id.
    ///
    /// # Errors
    /// The plugin's own error, why the call could not be made, or why what it gave is no result.
    ///
    /// # Safety
    /// - `A` and `R` stand for the arguments and the result that the description gives the function.
    #[inline]
    pub unsafe fn call<A: Lower, R: for<'a> Lift<'a>>(
        &self,
        function: u32,
        arguments: &A,
    ) -> Result<R, Box<CallError>> {
        let mut scratch = Scratch::default();
        let arguments = arguments.lower(&mut scratch).map_err(no_memory)?;
        let args = match size_of::<A::Raw>() {
            0 => ptr::null(),
            _ => (&raw const arguments).cast(),
        };
        // Zeros, so that even a plugin that writes no result leaves nothing unwritten.
        let mut out = MaybeUninit::<R::Raw>::zeroed();
        let place = match size_of::<R::Raw>() {
            0 => ptr::null_mut(),
            _ => out.as_mut_ptr().cast(),
        };
        let mut region = [const { MaybeUninit::<u64>::uninit() }; RESULT_WORDS];
        let mut results = None;
        let arena = match R::POINTS {
            true => results.insert(Results::over(&mut region, &self.contract)).place(),
            false => ptr::null_mut(),
        };
        let instance = match &self.object {
            None => GuestContractInstance::null(),
            Some(object) => object.instance,
        };
        // SAFETY: the caller's promise; everything is valid for the length of the call.
        unsafe { self.contract.call_raw(instance, function, args, place, arena) }?;
        // SAFETY: zeros are a raw value, as is whatever the function wrote.
        let out = unsafe { out.assume_init_ref() };
        // SAFETY: what the result points at is in the arena, which is released below.
        let result = unsafe { R::lift(out, &mut Lifting::default()) };
        result.map_err(|problem| self.no_result(function, problem))
    }

    #[cold]
    fn no_result(&self, function: u32, problem: Problem) -> Box<CallError> {
        let contract = self.described.identity();
        let function = &self.described.functions()[function as usize];
        let message = format!("{contract} {function}: the result is none: {problem}");
        CallError::new(AbiErrorCode::ValueInvalid, message)
    }
}

#[cold]
fn no_memory(error: NoMemory) -> Box<CallError> {
    CallError::new(AbiErrorCode::MemoryLimit, error.to_string())
}

/// The arena of one call, over memory of the stack.
struct Results(CallArena);

impl Results {
    #[inline]
    fn over(region: &mut [MaybeUninit<u64>], contract: &Contract) -> Self {
        let mut arena = CallArena::new(contract.host());
        arena.base = region.as_mut_ptr().cast();
        arena.cur = arena.base;
        arena.end = arena.base.wrapping_add(size_of_val(region));
        Self(arena)
    }

    fn place(&mut self) -> *mut CallArena {
        &raw mut self.0
    }
}

impl Drop for Results {
    #[inline]
    fn drop(&mut self) {
        if !self.0.first_overflow.is_null() {
            // SAFETY: the arena is this call's, which is over, and its result was copied.
            unsafe { arena::release(&raw mut self.0) };
        }
    }
}

/// The description `identity` in this WIT, which was read before: when the caller was written.
///
/// # Panics
/// It does not read, or has no such contract.
#[doc(hidden)]
pub fn described(identity: &str, wit: &[(&str, &str)]) -> Arc<Description> {
    let mut sources = WitSources::default();
    let read = wit.iter().try_for_each(|(path, text)| sources.add(path, *text));
    let descriptions = read.and_then(|()| sources.descriptions());
    let descriptions = descriptions.expect("it was read when the caller was written");
    Arc::clone(descriptions.contract(identity).expect("it was there when the caller was written"))
}

/// Declares a typed caller of a contract; `polyplug::contract!` writes these.
///
/// ```
/// polyplug::caller! {
///     /// Calls demo.greeter@1.
///     pub struct Greeter: "demo.greeter@1" = &[(
///         "greeter.wit",
///         "package demo:greeter@1.0.0; interface greeter { greet: func(name: string) -> string; }",
///     )] {
///         /// Greets somebody.
///         fn greet(name: &str) -> String = 0;
///     }
/// }
/// ```
#[macro_export]
macro_rules! caller {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $identity:literal = &[$(($path:literal, $text:expr $(,)?)),* $(,)?] {
            $(
                $(#[$function_meta:meta])*
                fn $function:ident($($parameter:ident: $type:ty),*) -> $result:ty = $id:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name($crate::typed::TypedContract);

        impl $name {
            /// Finds the best provider. It is followed through every reload; a version that
            /// contradicts the description is refused when it would be loaded.
            ///
            /// # Errors
            /// Nobody provides the contract, or its provider has another shape.
            pub fn bind(
                runtime: &$crate::runtime::Runtime,
            ) -> ::core::result::Result<Self, $crate::error::RuntimeError> {
                $crate::typed::TypedContract::bind(runtime, Self::description()).map(Self)
            }

            /// Over a contract that was found before.
            ///
            /// # Errors
            /// It has another shape, or is another contract.
            pub fn of(
                contract: &$crate::Contract,
            ) -> ::core::result::Result<Self, $crate::error::RuntimeError> {
                $crate::typed::TypedContract::of(contract, Self::description()).map(Self)
            }

            /// A caller of a new object, which is destroyed with the last clone of the caller.
            ///
            /// # Errors
            /// What the constructor said, or there are no objects.
            pub fn create(
                &self,
            ) -> ::core::result::Result<Self, ::std::boxed::Box<$crate::CallError>> {
                self.0.create().map(Self)
            }

            /// The contract that is called.
            pub fn contract(&self) -> &$crate::Contract {
                self.0.contract()
            }

            /// What the functions are called, take and give.
            pub fn description() -> &'static ::std::sync::Arc<$crate::schema::Contract> {
                static DESCRIPTION: ::std::sync::LazyLock<
                    ::std::sync::Arc<$crate::schema::Contract>,
                > = ::std::sync::LazyLock::new(|| {
                    $crate::typed::described($identity, &[$(($path, $text)),*])
                });
                &DESCRIPTION
            }

            $(
                $(#[$function_meta])*
                ///
                /// # Errors
                /// The plugin's own, or why the call could not be made.
                #[allow(
                    clippy::too_many_arguments,
                    clippy::type_complexity,
                    reason = "the contract has them"
                )]
                #[inline]
                pub fn $function(
                    &self,
                    $($parameter: $type),*
                ) -> ::core::result::Result<$result, ::std::boxed::Box<$crate::CallError>> {
                    // SAFETY: the types are those of the description that was held against the
                    // provider.
                    unsafe { self.0.call::<_, $result>($id, &($($parameter,)*)) }
                }
            )*
        }
    };
}
