//! What would become of a bundle that was found.

/// Nobody has asked: the bundle is shown to the host while it is being loaded.
pub const PROSPECT_UNKNOWN: u32 = 0;
/// As far as can be known without running it, it would load.
pub const PROSPECT_WOULD_LOAD: u32 = 1;
/// A bundle of this name is loaded from this folder.
pub const PROSPECT_LOADED: u32 = 2;
/// Its manifest says `enabled = false`.
pub const PROSPECT_DISABLED: u32 = 3;
/// A folder that was named before has a bundle of this name; the reason says where that lies.
pub const PROSPECT_SHADOWED: u32 = 4;
/// It would be refused; the reason says why.
pub const PROSPECT_WOULD_FAIL: u32 = 5;
/// Something that this header has no number for.
pub const PROSPECT_OTHER: u32 = 255;
