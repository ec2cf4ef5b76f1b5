//! What is held in memory of bundles that were read and wait for their turn: their files, as far as there is
//! room. The others set theirs down and are read and judged once more when it comes, so that whatever is
//! opened was judged.

use super::opening::Opening;

/// Most folders of bundles fit as a whole, and each is then read once; and a folder of many bundles does not make
/// a host hold gigabytes. Beside it there is the one bundle that is read or opened at the moment, which may be
/// larger, or all of those that dependencies connect and that are changed in one transaction. Those have no
/// limit, so whoever may write to a watched folder can still have much held.
const ROOM: u64 = 256 * 1024 * 1024;

/// The bytes that are held.
#[derive(Debug)]
pub(crate) struct Held {
    bytes: u64,
    room: u64,
}

impl Default for Held {
    fn default() -> Self {
        Self { bytes: 0, room: ROOM }
    }
}

impl Held {
    /// For what is needed all at once.
    pub(crate) fn without_limit() -> Self {
        Self { bytes: 0, room: u64::MAX }
    }

    /// From now on `opening` waits.
    pub(crate) fn add(&mut self, opening: &mut Opening) {
        let bytes = opening.held_bytes();
        if bytes > self.room - self.bytes {
            opening.set_down();
        } else {
            self.bytes += bytes;
        }
    }

    /// It is the turn of `opening`, and it is no longer held here.
    pub(crate) fn remove(&mut self, opening: &Opening) {
        self.bytes -= opening.held_bytes();
    }
}
