//! Records: structs of C.

/// Declares a record of a contract.
///
/// ```
/// polyplug_types::record! {
///     /// A place on the map.
///     pub struct Point {
///         /// To the right.
///         pub x: f32,
///         /// Upwards.
///         pub y: f32,
///     }
/// }
/// assert_eq!(size_of::<<Point as polyplug_types::Typed>::Raw>(), 8);
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[repr(C)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        const _: () = {
            #[repr(C)]
            #[derive(Clone, Copy)]
            pub struct Raw {
                $($field: <$type as $crate::Typed>::Raw,)+
            }

            // SAFETY: a C struct of the fields in order, which the record is itself.
            unsafe impl $crate::Typed for $name {
                type Raw = Raw;
                const SAME: bool = true $(&& <$type as $crate::Typed>::SAME)+;
                const ANY: bool = true $(&& <$type as $crate::Typed>::ANY)+;
                const POINTS: bool = false $(|| <$type as $crate::Typed>::POINTS)+;
            }

            impl $crate::Lower for $name {
                #[inline]
                fn lower<P: $crate::Place>(
                    &self,
                    place: &mut P,
                ) -> ::core::result::Result<Raw, $crate::NoMemory> {
                    ::core::result::Result::Ok(Raw {
                        $($field: $crate::Lower::lower(&self.$field, place)?,)+
                    })
                }
            }

            impl<'a> $crate::Lift<'a> for $name {
                #[inline]
                unsafe fn lift(
                    raw: &Raw,
                    lifting: &mut $crate::Lifting,
                ) -> ::core::result::Result<Self, $crate::Problem> {
                    ::core::result::Result::Ok(Self {
                        // SAFETY: the caller's promise.
                        $($field: unsafe { $crate::Lift::lift(&raw.$field, lifting) }?,)+
                    })
                }
            }
        };
    };
}
