//! 64-bit integers that a Lua number does not hold: cdata, which three helpers of `lua/polyplug_wide`
//! make and take apart. So nothing here knows how LuaJIT lays cdata out, and a sandboxed script
//! needs no `ffi` for them.

use crate::marshal::names::{SIGNED_AT, TAKE_WIDE, UNSIGNED_AT};
use crate::marshal::scalar::Scalar;
use crate::marshal::{Marshal, Outcome};
use polyplug::schema::{Memory, MemoryMut, Problem};
use std::ffi::c_int;

/// What `take` of the helpers answers for an `int64_t` and for a `uint64_t`.
const SIGNED: f64 = 1.0;
const UNSIGNED: f64 = 2.0;

impl Marshal {
    /// Pushes the cdata of the integer at `at`.
    #[cold]
    pub(super) fn push_wide<M: Memory>(&self, scalar: Scalar, memory: &M, at: usize) -> Outcome {
        let bits: [u8; 8] = memory.read(at)?;
        let integer = u64::from_ne_bytes(bits);
        let helper = if scalar == Scalar::S64 { SIGNED_AT } else { UNSIGNED_AT };
        self.push_name(helper);
        self.frame.push_number((&raw const integer).expose_provenance() as f64);
        self.frame.call(1, 1);
        Ok(())
    }

    /// Writes the integer that the cdata at `index` is.
    #[cold]
    pub(super) fn read_wide<M: MemoryMut>(
        &self,
        scalar: Scalar,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        let mut integer = 0_u64;
        let place = &raw mut integer;
        self.frame.push_value(index);
        self.push_name(TAKE_WIDE);
        self.frame.insert(-2);
        self.frame.push_number(place.expose_provenance() as f64);
        self.frame.call(2, 1);
        let found = self.frame.number(-1);
        self.frame.pop(1);
        let fits = match scalar {
            // The sign bit of one is the highest bit of the other.
            Scalar::S64 => found == SIGNED || integer >> 63 == 0,
            _ => found == UNSIGNED || integer >> 63 == 0,
        };
        if found != SIGNED && found != UNSIGNED {
            return Err(Problem::kind(scalar.name(), "cdata that is no 64-bit integer"));
        }
        if !fits {
            let signed = found == SIGNED;
            let value =
                if signed { integer.cast_signed().to_string() } else { integer.to_string() };
            return Err(Problem::OutOfRange { value, expected: scalar.name() }.into());
        }
        Ok(memory.write(at, integer.to_ne_bytes())?)
    }
}
