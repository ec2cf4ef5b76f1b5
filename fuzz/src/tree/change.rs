//! What somebody does to a signed bundle.

use super::Files;
use super::path::{self, Name};
use arbitrary::Arbitrary;

/// One change; it may change nothing.
#[derive(Arbitrary, Debug)]
pub(super) enum Change {
    Write { path: Vec<Name>, content: Vec<u8> },
    Remove { file: u8 },
    Rename { file: u8, path: Vec<Name> },
    Swap { files: [u8; 2] },
    Flip { file: u8, at: u16, bits: u8 },
    Cut { file: u8, at: u16 },
    Insert { file: u8, at: u16, byte: u8 },
}

impl Change {
    pub(super) fn apply(&self, files: &mut Files) {
        match self {
            Self::Write { path, content } => {
                if let Some(path) = path::utf8(path) {
                    files.insert(path, content.clone());
                }
            }
            Self::Remove { file } => {
                if let Some(path) = name(files, *file) {
                    files.remove(&path);
                }
            }
            Self::Rename { file, path } => {
                if let (Some(from), Some(to)) = (name(files, *file), path::utf8(path)) {
                    let content = files.remove(&from).expect("it is there");
                    files.insert(to, content);
                }
            }
            Self::Swap { files: [one, other] } => {
                if let (Some(one), Some(other)) = (name(files, *one), name(files, *other)) {
                    let content = files[&one].clone();
                    let content = files.insert(other, content).expect("it is there");
                    files.insert(one, content);
                }
            }
            Self::Flip { file, at, bits } => {
                let content = content(files, *file);
                if let Some(byte) = content.and_then(|content| content.get_mut(usize::from(*at))) {
                    *byte ^= bits;
                }
            }
            Self::Cut { file, at } => {
                if let Some(content) = content(files, *file) {
                    content.truncate(usize::from(*at));
                }
            }
            Self::Insert { file, at, byte } => {
                if let Some(content) = content(files, *file) {
                    content.insert(usize::from(*at).min(content.len()), *byte);
                }
            }
        }
    }
}

fn name(files: &Files, number: u8) -> Option<String> {
    files.keys().nth(usize::from(number) % files.len().max(1)).cloned()
}

fn content(files: &mut Files, number: u8) -> Option<&mut Vec<u8>> {
    let path = name(files, number)?;
    files.get_mut(&path)
}
