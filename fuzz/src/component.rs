//! The file of a bundle of the WASM loader: whatever its bytes are, it is refused with a reason, or can be
//! called within its limits, and everything else goes on. The first byte says how the rest is used, the
//! second how many bytes the values of the calls come from, which follow; the rest is the file.

use crate::wasm::{self, Options};

/// Loads the bytes as a component, and calls it.
pub fn run(data: &[u8]) {
    let Some(([options, count], rest)) = data.split_first_chunk() else { return };
    let Some((values, file)) = rest.split_at_checked(usize::from(*count)) else { return };
    // Most bytes are no component.
    let _ = wasm::try_out(file, None, Options(*options), values);
}
