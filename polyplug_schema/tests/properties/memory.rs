//! Memory that is not this process's: one that checks every access, and one that nobody meant well.

use polyplug_schema::{Memory, MemoryMut, Problem};

#[path = "../../src/memory/checked.rs"]
mod checked;

pub(crate) use checked::Checked;

/// A piece of memory that may hold anything, at an address of its own. What is outside is not there.
#[derive(Debug)]
pub(crate) struct Hostile(pub(crate) Vec<u8>);

impl Hostile {
    /// Where it begins.
    pub(crate) const BASE: usize = 1 << 20;

    fn range(&self, address: usize, size: usize) -> Result<&[u8], Problem> {
        let start = address.checked_sub(Self::BASE);
        let range = start.and_then(|start| self.0.get(start..start.checked_add(size)?));
        range.ok_or(Problem::OutOfBounds { address, size })
    }
}

impl Memory for Hostile {
    fn read<const N: usize>(&self, address: usize) -> Result<[u8; N], Problem> {
        let bytes = self.range(address, N)?;
        Ok(bytes.try_into().unwrap())
    }

    fn bytes(&self, address: usize, len: usize) -> Result<&[u8], Problem> {
        self.range(address, len)
    }
}
