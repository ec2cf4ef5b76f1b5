//! From memory in the C layout to the binary form of values. Nothing that stands in memory is believed,
//! as in `lift`.

use crate::lift::stored;
use crate::memory::Memory;
use crate::path::Root;
use crate::value_error::{Problem, ValueError};
use crate::value_type::{FlagsType, TagSize};
use crate::walk::Walk;
use crate::{Function, Type};
use std::str;
use std::sync::Arc;

/// Appends the binary form of the value at `address`, which is in the layout of `ty`, to `out`: at most
/// `limit` bytes.
///
/// # Errors
/// What stands there is not a value of the type, as for [`lift`](crate::lift), or it is too large.
/// `out` is as it was.
pub fn pack<M: Memory>(
    ty: &Type,
    address: usize,
    memory: &M,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), ValueError> {
    Pack { memory, before: out.len(), out, limit }.whole(|pack| pack.value(ty, address))
}

struct Pack<'a, M> {
    memory: &'a M,
    out: &'a mut Vec<u8>,
    /// How many bytes were there before.
    before: usize,
    limit: usize,
}

impl<M: Memory> Pack<'_, M> {
    /// Runs `body`; what it wrote is taken back if it fails.
    fn whole(
        mut self,
        body: impl FnOnce(&mut Self) -> Result<(), ValueError>,
    ) -> Result<(), ValueError> {
        body(&mut self).inspect_err(|_| self.out.truncate(self.before))
    }

    /// Appends bytes, if they are within the limit.
    fn put(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let written = self.out.len() - self.before;
        if bytes.len() > self.limit - written {
            return Err(Problem::LimitReached(self.limit));
        }
        self.out.try_reserve(bytes.len()).map_err(|_| Problem::OutOfMemory(bytes.len()))?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn len(&mut self, len: usize) -> Result<(), Problem> {
        self.put(&u32::try_from(len).map_err(|_| Problem::TooLong(len))?.to_le_bytes())
    }
}

impl<M: Memory> Walk for Pack<'_, M> {
    fn number<const N: usize>(&mut self, at: usize) -> Result<(), Problem> {
        self.put(&self.memory.read::<N>(at)?)
    }

    fn copy(&mut self, len: usize, at: usize) -> Result<(), Problem> {
        self.put(self.memory.bytes(at, len)?)
    }

    fn boolean(&mut self, at: usize) -> Result<(), Problem> {
        self.put(&[stored::boolean(self.memory, at)?.into()])
    }

    fn character(&mut self, at: usize) -> Result<(), Problem> {
        let char = stored::character(self.memory, at)?;
        self.put(&u32::from(char).to_le_bytes())
    }

    fn string(&mut self, at: usize) -> Result<(), ValueError> {
        let (address, len) = stored::slice_at(self.memory, 1, 1, at)?;
        self.len(len)?;
        if len != 0 {
            let bytes = self.memory.bytes(address, len)?;
            str::from_utf8(bytes).map_err(|error| Problem::NotUtf8(error.valid_up_to()))?;
            self.put(bytes)?;
        }
        Ok(())
    }

    fn list(&mut self, element: &Type, at: usize) -> Result<(), ValueError> {
        let layout = element.layout();
        let (address, len) = stored::slice_at(self.memory, layout.size, layout.align, at)?;
        self.len(len)?;
        self.elements(element, len, address)
    }

    fn flags(&mut self, flags: &FlagsType, at: usize) -> Result<(), ValueError> {
        let bits = stored::bits(self.memory, flags, at)?;
        Ok(self.put(&bits.to_le_bytes()[..flags.bytes()])?)
    }

    fn tag(&mut self, size: TagSize, cases: usize, at: usize) -> Result<usize, Problem> {
        let index = stored::tag(self.memory, size, cases, at)?;
        // No truncation: the size of the tag was chosen by the number of cases.
        self.put(&(index as u32).to_le_bytes()[..size.bytes()])?;
        Ok(index)
    }
}

impl Function {
    /// Appends the binary form of the arguments at `address`, one behind the other, to `out`: at most
    /// `limit` bytes. The address is not used if there is no parameter.
    ///
    /// # Errors
    /// As for [`pack`]; the error names the parameter.
    pub fn pack_arguments<M: Memory>(
        &self,
        address: usize,
        memory: &M,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), ValueError> {
        Pack { memory, before: out.len(), out, limit }.whole(|pack| {
            for parameter in self.parameters() {
                let value = pack.value(&parameter.ty, address + parameter.offset);
                value.map_err(|error| error.under(Root::Parameter(Arc::clone(&parameter.name))))?;
            }
            Ok(())
        })
    }

    /// Appends the binary form of the result at `address` to `out`, at most `limit` bytes; nothing if
    /// the function has none, and the address is not used then.
    ///
    /// # Errors
    /// As for [`pack`].
    pub fn pack_result<M: Memory>(
        &self,
        address: usize,
        memory: &M,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), ValueError> {
        let Some(ty) = self.result() else { return Ok(()) };
        pack(ty, address, memory, limit, out).map_err(|error| error.under(Root::Result))
    }
}

#[cfg(test)]
mod tests;
