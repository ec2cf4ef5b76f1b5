//! Size and alignment in memory, and how layouts are put together. The rules are those of the
//! component model's canonical ABI, which are also those of C on a 64-bit machine: a member stands at
//! the next multiple of its alignment, and a whole is as large as a multiple of its own.

/// The size and the alignment of a value, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// The size; a multiple of `align`.
    pub size: usize,
    /// The alignment; a power of two.
    pub align: usize,
}

impl Layout {
    /// Nothing at all, to which members can be appended.
    pub const EMPTY: Self = Self { size: 0, align: 1 };

    /// A pointer and a length: what a string and a list are in memory.
    pub const SLICE: Self = Self { size: 16, align: 8 };

    /// A scalar of `size` bytes.
    pub const fn scalar(size: usize) -> Self {
        Self { size, align: size }
    }

    /// Puts a member behind what is there and answers its offset. The size is not padded yet.
    pub const fn append(&mut self, member: Self) -> usize {
        let offset = self.size.next_multiple_of(member.align);
        self.size = offset + member.size;
        if member.align > self.align {
            self.align = member.align;
        }
        offset
    }

    /// The layout of a whole whose members were appended.
    pub const fn padded(self) -> Self {
        Self { size: self.size.next_multiple_of(self.align), align: self.align }
    }

    /// The layout that has room for either.
    pub const fn or(self, other: Self) -> Self {
        let size = if self.size > other.size { self.size } else { other.size };
        let align = if self.align > other.align { self.align } else { other.align };
        Self { size, align }
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn members_stand_at_multiples_of_their_alignment() {
        let mut whole = Layout::EMPTY;
        let offsets = [1, 4, 2, 8].map(|size| whole.append(Layout::scalar(size)));
        assert_eq!(offsets, [0, 4, 8, 16]);
        assert_eq!(whole.padded(), Layout { size: 24, align: 8 });
    }
}
