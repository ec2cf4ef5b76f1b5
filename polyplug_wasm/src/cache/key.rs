//! The name of an entry: a hash of what is compiled, and of all that decides what comes of it.

use std::fmt;
use std::hash::{Hash, Hasher};
use wasmtime::Engine;

/// How entries are laid out; another number is another set of entries.
pub(crate) const FORMAT: u32 = 1;

/// An entry's name, as bytes. As text it is hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) [u8; 32]);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The engine's part of every key: its version, its settings, the processor it compiles for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EngineKey([u8; 32]);

impl EngineKey {
    pub(crate) fn of(engine: &Engine) -> Self {
        let mut hash = Blake(blake3::Hasher::new());
        FORMAT.hash(&mut hash);
        engine.precompile_compatibility_hash().hash(&mut hash);
        Self(*hash.0.finalize().as_bytes())
    }

    /// The key of a component; `bytes` are its file.
    pub(crate) fn with(&self, bytes: &[u8]) -> Key {
        Key(*blake3::Hasher::new_keyed(&self.0).update(bytes).finalize().as_bytes())
    }
}

/// Hashes with more bits than `Hasher::finish` gives.
struct Blake(blake3::Hasher);

impl Hasher for Blake {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let hash = self.0.finalize();
        hash.as_bytes().iter().take(8).fold(0, |all, byte| (all << 8) | u64::from(*byte))
    }
}
