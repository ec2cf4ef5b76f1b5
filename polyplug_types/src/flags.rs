//! Flags: a bit for each.

/// Declares flags of a contract, with the integer that they are in memory; the first has bit 0.
///
/// ```
/// polyplug_types::flags! {
///     /// What may be done.
///     pub struct Access: u8 {
///         /// To look.
///         READ = 0,
///         /// To change.
///         WRITE = 1,
///     }
/// }
/// let both = Access::READ | Access::WRITE;
/// assert!(both.contains(Access::WRITE) && both.bits() == 3);
/// assert_eq!(format!("{both:?}"), "Access(READ | WRITE)");
/// ```
#[macro_export]
macro_rules! flags {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $bits:ident {
            $($(#[$flag_meta:meta])* $flag:ident = $bit:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        #[repr(transparent)]
        pub struct $name($bits);

        impl $name {
            $($(#[$flag_meta])* pub const $flag: Self = Self(1 << $bit);)+

            /// No flag.
            pub const fn empty() -> Self {
                Self(0)
            }

            /// Every flag.
            pub const fn all() -> Self {
                Self(0 $(| 1 << $bit)+)
            }

            /// Whether all of `flags` are set.
            pub const fn contains(self, flags: Self) -> bool {
                self.0 & flags.0 == flags.0
            }

            /// A bit for each flag, the first the lowest.
            pub const fn bits(self) -> $bits {
                self.0
            }
        }

        impl ::core::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl ::core::ops::BitOrAssign for $name {
            fn bitor_assign(&mut self, other: Self) {
                self.0 |= other.0;
            }
        }

        /// `Access(READ | WRITE)`
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(::core::concat!(::core::stringify!($name), "("))?;
                let mut between = "";
                for (flag, name) in [$((Self::$flag, ::core::stringify!($flag)),)+] {
                    if self.contains(flag) {
                        f.write_str(between)?;
                        f.write_str(name)?;
                        between = " | ";
                    }
                }
                f.write_str(")")
            }
        }

        // SAFETY: the integer that C has for it.
        unsafe impl $crate::Typed for $name {
            type Raw = $bits;
            const SAME: bool = true;
        }

        impl $crate::Lower for $name {
            #[inline]
            fn lower<P: $crate::Place>(
                &self,
                _: &mut P,
            ) -> ::core::result::Result<$bits, $crate::NoMemory> {
                ::core::result::Result::Ok(self.0)
            }
        }

        impl<'a> $crate::Lift<'a> for $name {
            #[inline]
            unsafe fn lift(
                raw: &$bits,
                _: &mut $crate::Lifting,
            ) -> ::core::result::Result<Self, $crate::Problem> {
                if *raw & !Self::all().0 == 0 {
                    return ::core::result::Result::Ok(Self(*raw));
                }
                let bits = *raw as u32;
                ::core::result::Result::Err($crate::Problem::NoFlag {
                    of: ::core::stringify!($name),
                    bits,
                })
            }
        }
    };
}
