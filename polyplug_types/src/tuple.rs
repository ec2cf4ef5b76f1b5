//! Tuples, and the arguments of a call: a C struct in order.

use crate::{Lift, Lifting, Lower, NoMemory, Place, Problem, Typed};

macro_rules! tuples {
    ($(($($type:ident $name:ident)*))*) => {
        $(tuple!($($type $name)*);)*
    };
}

macro_rules! tuple {
    ($($type:ident $name:ident)*) => {
        const _: () = {
            #[repr(C)]
            #[derive(Clone, Copy)]
            pub struct Raw<$($type),*> { $($name: $type),* }

            // SAFETY: a C struct of the members in order.
            unsafe impl<$($type: Typed),*> Typed for ($($type,)*) {
                type Raw = Raw<$($type::Raw),*>;
                const POINTS: bool = false $(|| $type::POINTS)*;
            }

            impl<$($type: Lower),*> Lower for ($($type,)*) {
                #[inline]
                fn lower<Memory: Place>(&self, place: &mut Memory) -> Result<Self::Raw, NoMemory> {
                    let ($($name,)*) = self;
                    Ok(Raw { $($name: $name.lower(place)?),* })
                }
            }

            impl<'a, $($type: Lift<'a>),*> Lift<'a> for ($($type,)*) {
                #[inline]
                unsafe fn lift(raw: &Self::Raw, lifting: &mut Lifting) -> Result<Self, Problem> {
                    // SAFETY: the caller's promise.
                    Ok(($(unsafe { $type::lift(&raw.$name, lifting) }?,)*))
                }
            }
        };
    };
}

tuples! {
    (A a)
    (A a B b)
    (A a B b C c)
    (A a B b C c D d)
    (A a B b C c D d E e)
    (A a B b C c D d E e F f)
    (A a B b C c D d E e F f G g)
    (A a B b C c D d E e F f G g H h)
    (A a B b C c D d E e F f G g H h I i)
    (A a B b C c D d E e F f G g H h I i J j)
    (A a B b C c D d E e F f G g H h I i J j K k)
    (A a B b C c D d E e F f G g H h I i J j K k L l)
    (A a B b C c D d E e F f G g H h I i J j K k L l M m)
    (A a B b C c D d E e F f G g H h I i J j K k L l M m N n)
    (A a B b C c D d E e F f G g H h I i J j K k L l M m N n O o)
    (A a B b C c D d E e F f G g H h I i J j K k L l M m N n O o P p)
}
