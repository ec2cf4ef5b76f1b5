//! FNV-1a, 64 bits, as a `const` state machine.
//!
//! Source: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm"
//! (draft-eastlake-fnv), section 2 and the 64-bit constants of section 5. The `fnv` crate computes
//! the same values but not in a `const`; a test holds the two together.

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A running FNV-1a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fnv1a(u64);

impl Fnv1a {
    /// The hash of no bytes.
    pub const fn new() -> Self {
        Self(OFFSET_BASIS)
    }

    /// The hash of what was hashed so far, followed by `bytes`.
    pub const fn write(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() {
            self.0 = (self.0 ^ bytes[at] as u64).wrapping_mul(PRIME);
            at += 1;
        }
        self
    }

    /// The 64-bit value.
    pub const fn finish(self) -> u64 {
        self.0
    }
}

impl Default for Fnv1a {
    fn default() -> Self {
        Self::new()
    }
}

/// FNV-1a of `bytes` in one step.
pub const fn fnv1a(bytes: &[u8]) -> u64 {
    Fnv1a::new().write(bytes).finish()
}

#[cfg(test)]
mod tests {
    use super::fnv1a;
    use std::hash::Hasher;

    #[test]
    fn agrees_with_the_fnv_crate() {
        let long = "x".repeat(1000);
        for text in ["", "a", "foobar", "guest_contract:test.add@1", long.as_str()] {
            let mut reference = fnv::FnvHasher::default();
            reference.write(text.as_bytes());
            assert_eq!(fnv1a(text.as_bytes()), reference.finish(), "{text}");
        }
    }

    #[test]
    fn is_usable_in_a_const() {
        const ID: u64 = fnv1a(b"my-bundle");
        assert_eq!(ID, 0xFE62_2687_6E3A_35B2);
    }
}
