//! Which half of a contract's dispatch union is meant.

/// The functions are called through a table of C functions.
pub const DISPATCH_NATIVE: u32 = 0;
/// The functions are called through the one `call` function of a loader.
pub const DISPATCH_VIRTUAL_MACHINE: u32 = 1;

/// How the functions of a contract are called.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DispatchType {
    /// Through a table of C functions.
    Native = DISPATCH_NATIVE,
    /// Through the `call` function of a loader.
    VirtualMachine = DISPATCH_VIRTUAL_MACHINE,
}

impl DispatchType {
    /// The one with the number `value`; `None` for a number that means nothing.
    pub const fn from_u32(value: u32) -> Option<Self> {
        match value {
            DISPATCH_NATIVE => Some(Self::Native),
            DISPATCH_VIRTUAL_MACHINE => Some(Self::VirtualMachine),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DispatchType;

    #[test]
    fn exactly_the_assigned_numbers_convert() {
        for value in 0..=1 {
            assert_eq!(DispatchType::from_u32(value).map(|known| known as u32), Some(value));
        }
        for value in [2, 256, u32::MAX] {
            assert_eq!(DispatchType::from_u32(value), None, "{value}");
        }
    }
}
