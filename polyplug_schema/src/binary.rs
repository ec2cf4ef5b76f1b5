//! Values in the binary form, by way of their C layout.

use crate::memory::{MemoryMut, NativeMemory, Scratch};
use crate::{DEFAULT_LIMIT, Type, Value, ValueError, lift, lower, pack, unpack};

impl Value {
    /// Appends the binary form of this value of `ty` to `out`. Arguments of a call are the forms of
    /// all of them, one behind the other.
    ///
    /// # Errors
    /// It is not of the type, as for [`lower`], or is larger than [`DEFAULT_LIMIT`]; `out` is as it
    /// was.
    pub fn to_binary(&self, ty: &Type, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let mut scratch = Scratch::new();
        // SAFETY: what is lowered goes to the scratch, which ends behind all that is read from it.
        let mut memory = unsafe { NativeMemory::new(&mut scratch) };
        let place = memory.allocate(ty.layout().size, ty.layout().align)?;
        lower(self, ty, place, &mut memory)?;
        pack(ty, place, &memory, DEFAULT_LIMIT, out)
    }

    /// The value of `ty` that `bytes` are in the binary form.
    ///
    /// # Errors
    /// They are not one value of the type, as for [`unpack`], or it is larger than [`DEFAULT_LIMIT`].
    pub fn from_binary(bytes: &[u8], ty: &Type) -> Result<Self, ValueError> {
        let mut scratch = Scratch::new();
        // SAFETY: what is unpacked goes to the scratch, which ends behind all that is read from it.
        let mut memory = unsafe { NativeMemory::new(&mut scratch) };
        let place = memory.allocate(ty.layout().size, ty.layout().align)?;
        unpack(bytes, ty, place, &mut memory, DEFAULT_LIMIT)?;
        lift(ty, place, &memory, DEFAULT_LIMIT)
    }
}

#[cfg(test)]
mod tests;
