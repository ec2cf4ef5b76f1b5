//! What was decided about a bundle's bytes.

/// Signatures do not count.
pub const TRUST_NOT_CHECKED: u32 = 0;
/// The signature holds.
pub const TRUST_ACCEPTED: u32 = 1;
/// The signature does not hold, which only makes a warning.
pub const TRUST_ACCEPTED_WITH_WARNING: u32 = 2;
/// It was refused, and nothing of it ran.
pub const TRUST_REFUSED: u32 = 3;
/// The host's callback did not let it in, and nothing of it ran.
pub const TRUST_DENIED: u32 = 4;
/// Something that this header has no number for; the reason says what.
pub const TRUST_OTHER: u32 = 255;
