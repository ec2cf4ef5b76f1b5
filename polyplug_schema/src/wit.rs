//! Reading WIT: from texts and files to contracts.
//!
//! `sources` collects the texts, `wit-parser` parses and resolves them, `reader` makes contracts of
//! what it resolved, `types` our types of its types, `comments` spares the parser what it dies of. What polyplug cannot carry is refused here.

mod comments;
mod error;
mod reader;
mod sources;
mod types;

pub use error::WitError;
pub use sources::WitSources;

pub(crate) use reader::read;

#[cfg(test)]
mod tests;
