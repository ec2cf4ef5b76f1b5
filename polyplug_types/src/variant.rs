//! Variants: the number of the case, then its value.

/// Declares a variant of a contract, with the integer that holds the number of its case.
///
/// ```
/// polyplug_types::variant! {
///     /// What to draw.
///     pub enum Shape: u8 {
///         /// Nothing but a dot.
///         Dot,
///         /// With its radius.
///         Circle(f32),
///     }
/// }
/// assert_eq!(size_of::<<Shape as polyplug_types::Typed>::Raw>(), 8);
/// ```
#[macro_export]
macro_rules! variant {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: $tag:ident {
            $($(#[$case_meta:meta])* $case:ident $(($type:ty))?,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $($(#[$case_meta])* $case $(($type))?,)+
        }

        const _: () = {
            #[repr($tag)]
            enum Tag {
                $($case,)+
            }

            #[repr(C)]
            #[derive(Clone, Copy)]
            #[allow(non_snake_case, reason = "they are called as the cases are")]
            pub union Value {
                $($case: <$crate::payload!($($type)?) as $crate::Typed>::Raw,)+
            }

            #[repr(C)]
            #[derive(Clone, Copy)]
            pub struct Raw {
                tag: $tag,
                value: Value,
            }

            // SAFETY: the tag, then the value where the most aligned one may stand.
            unsafe impl $crate::Typed for $name {
                type Raw = Raw;
                const POINTS: bool =
                    false $(|| <$crate::payload!($($type)?) as $crate::Typed>::POINTS)+;
            }

            impl $crate::Lower for $name {
                #[inline]
                fn lower<P: $crate::Place>(
                    &self,
                    place: &mut P,
                ) -> ::core::result::Result<Raw, $crate::NoMemory> {
                    ::core::result::Result::Ok(match self {
                        $($crate::case!($name::$case value $($type)?) => Raw {
                            tag: Tag::$case as $tag,
                            value: Value {
                                $case: $crate::lowered!(value place $($type)?),
                            },
                        },)+
                    })
                }
            }

            impl<'a> $crate::Lift<'a> for $name {
                unsafe fn lift(
                    raw: &Raw,
                    lifting: &mut $crate::Lifting,
                ) -> ::core::result::Result<Self, $crate::Problem> {
                    $(if raw.tag == Tag::$case as $tag {
                        // SAFETY: whoever wrote the tag wrote the value, and any bits are one.
                        let value = unsafe { &raw.value.$case };
                        // SAFETY: the caller's promise.
                        let value = unsafe {
                            <$crate::payload!($($type)?) as $crate::Lift<'a>>::lift(value, lifting)
                        }?;
                        return ::core::result::Result::Ok(
                            $crate::made!($name::$case value $($type)?),
                        );
                    })+
                    ::core::result::Result::Err($crate::Problem::NoCase {
                        of: ::core::stringify!($name),
                        case: raw.tag as u32,
                    })
                }
            }
        };
    };
}

/// The type of a case's value.
#[doc(hidden)]
#[macro_export]
macro_rules! payload {
    () => {
        ()
    };
    ($type:ty) => {
        $type
    };
}

/// The pattern of a case.
#[doc(hidden)]
#[macro_export]
macro_rules! case {
    ($name:ident::$case:ident $value:ident) => {
        $name::$case
    };
    ($name:ident::$case:ident $value:ident $type:ty) => {
        $name::$case($value)
    };
}

/// The raw value of a case.
#[doc(hidden)]
#[macro_export]
macro_rules! lowered {
    ($value:ident $place:ident) => {
        ()
    };
    ($value:ident $place:ident $type:ty) => {
        $crate::Lower::lower($value, $place)?
    };
}

/// A case with its value.
#[doc(hidden)]
#[macro_export]
macro_rules! made {
    ($name:ident::$case:ident $value:ident) => {{
        let () = $value;
        $name::$case
    }};
    ($name:ident::$case:ident $value:ident $type:ty) => {
        $name::$case($value)
    };
}
