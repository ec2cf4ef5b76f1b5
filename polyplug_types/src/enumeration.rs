//! Enums: the number of the case.

/// Declares an enum of a contract, with the integer that it is in memory.
///
/// ```
/// polyplug_types::enumeration! {
///     /// What the light shows.
///     pub enum Light: u8 {
///         /// Stop.
///         Red,
///         /// Go.
///         Green,
///     }
/// }
/// assert_eq!(Light::Green as u8, 1);
/// ```
#[macro_export]
macro_rules! enumeration {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: $tag:ident {
            $($(#[$case_meta:meta])* $case:ident,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr($tag)]
        pub enum $name {
            $($(#[$case_meta])* $case,)+
        }

        // SAFETY: the integer that C has for it.
        unsafe impl $crate::Typed for $name {
            type Raw = $tag;
            const SAME: bool = true;
        }

        impl $crate::Lower for $name {
            #[inline]
            fn lower<P: $crate::Place>(
                &self,
                _: &mut P,
            ) -> ::core::result::Result<$tag, $crate::NoMemory> {
                ::core::result::Result::Ok(*self as $tag)
            }
        }

        impl<'a> $crate::Lift<'a> for $name {
            #[inline]
            unsafe fn lift(
                raw: &$tag,
                _: &mut $crate::Lifting,
            ) -> ::core::result::Result<Self, $crate::Problem> {
                $(if *raw == Self::$case as $tag {
                    return ::core::result::Result::Ok(Self::$case);
                })+
                let case = *raw as u32;
                ::core::result::Result::Err($crate::Problem::NoCase {
                    of: ::core::stringify!($name),
                    case,
                })
            }
        }
    };
}
