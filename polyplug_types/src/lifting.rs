//! How much a value that is being read may still take.

use crate::Problem;

/// As much as a value may take unless somebody says otherwise: what dynamic calls allow, too.
const MOST: usize = 256 << 20;

/// The reading of one value.
#[derive(Debug)]
pub struct Lifting {
    left: usize,
}

impl Default for Lifting {
    fn default() -> Self {
        Self { left: MOST }
    }
}

impl Lifting {
    /// Takes room for `len` elements of `size` bytes.
    ///
    /// # Errors
    /// The value takes too much.
    #[inline]
    pub fn spend(&mut self, len: usize, size: usize) -> Result<(), Problem> {
        let left = len.checked_mul(size).and_then(|bytes| self.left.checked_sub(bytes));
        self.left = left.ok_or(Problem::TooLarge)?;
        Ok(())
    }
}
