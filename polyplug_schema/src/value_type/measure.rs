//! What is worked out about a type when it is made, and the limits that every type keeps.

use crate::value_type::{MAX_TYPE_DEPTH, MAX_TYPE_SIZE, MAX_TYPE_TEXT, TypeError};
use crate::{Layout, Type};

/// What is known about a type without looking into it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub(crate) layout: Layout,
    pub(crate) owns_memory: bool,
    /// How many types stand inside of each other, this one included.
    depth: u32,
    /// About how many characters it has when every type in it is written out.
    text: u32,
    /// How many bytes its shortest value has in the binary form.
    pub(crate) shortest: usize,
    /// Whether the binary form of every value is its memory, and all bits are a value.
    pub(crate) plain: bool,
}

/// The length of a type's own word, `option<>` and the like.
const WORD: u32 = 8;

/// How many bytes the length of a string or a list has in the binary form.
pub(crate) const BINARY_LENGTH: usize = size_of::<u32>();

impl Measure {
    pub(crate) const fn leaf(layout: Layout) -> Self {
        let (shortest, plain) = (layout.size, false);
        Self { layout, owns_memory: false, depth: 1, text: WORD, shortest, plain }
    }

    pub(crate) const fn number(layout: Layout) -> Self {
        Self { plain: true, ..Self::leaf(layout) }
    }

    pub(crate) const fn string() -> Self {
        Self { owns_memory: true, shortest: BINARY_LENGTH, ..Self::leaf(Layout::SLICE) }
    }

    /// The same, in the binary form a number or a length of `tag` bytes in front of something that
    /// has at least `shortest`.
    pub(super) const fn tagged(self, tag: usize, shortest: usize) -> Self {
        Self { shortest: tag + shortest, plain: false, ..self }
    }

    pub(crate) const fn text(self) -> u32 {
        self.text
    }

    /// The measure of a type with this layout, made of `parts` and `labels`: of a sequence of its
    /// parts, unless its constructor says otherwise about the binary form.
    ///
    /// # Errors
    /// The type is too deep, too large or too long.
    pub(crate) fn of<'a>(
        layout: Layout,
        parts: impl Iterator<Item = &'a Type>,
        labels: impl Iterator<Item = &'a str>,
    ) -> Result<Self, TypeError> {
        let mut whole = Self { shortest: 0, plain: true, ..Self::leaf(layout) };
        for part in parts.map(Type::measure) {
            whole.owns_memory |= part.owns_memory;
            whole.shortest += part.shortest;
            whole.plain &= part.plain;
            whole.depth = whole.depth.max(part.depth + 1);
            whole.text = whole.text.saturating_add(part.text);
        }
        for label in labels {
            let len = u32::try_from(label.len()).unwrap_or(u32::MAX);
            whole.text = whole.text.saturating_add(len);
        }
        // With padding a value in memory is longer.
        whole.plain &= whole.shortest == layout.size;
        if whole.depth > MAX_TYPE_DEPTH {
            return Err(TypeError::TooDeep);
        }
        if whole.text > MAX_TYPE_TEXT {
            return Err(TypeError::TooLong);
        }
        if layout.size > MAX_TYPE_SIZE {
            return Err(TypeError::TooLarge { size: layout.size });
        }
        Ok(whole)
    }
}
