//! The three kinds of id, as types that cannot be mixed up, and how each is computed.

use crate::Fnv1a;
use core::fmt;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The id whose 64 bits are `value`.
            pub const fn from_u64(value: u64) -> Self {
                Self(value)
            }

            /// The 64 bits.
            pub const fn as_u64(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:#018X}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:#018X})"), self.0)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> u64 {
                id.0
            }
        }
    };
}

id_type!(
    /// The id of a bundle: FNV-1a of its name.
    BundleId
);
id_type!(
    /// The id of a contract that a bundle provides: FNV-1a of `guest_contract:{name}@{major}`.
    GuestContractId
);
id_type!(
    /// The id of a contract that the host provides: FNV-1a of `host_contract:{name}@{major}`.
    HostContractId
);

impl BundleId {
    /// The id of the bundle called `name`.
    pub const fn of(name: &str) -> Self {
        Self(bundle_id(name))
    }
}

impl GuestContractId {
    /// The id of `name@major`, provided by a bundle.
    pub const fn of(name: &str, major: u32) -> Self {
        Self(guest_contract_id(name, major))
    }
}

impl HostContractId {
    /// The id of `name@major`, provided by the host.
    pub const fn of(name: &str, major: u32) -> Self {
        Self(host_contract_id(name, major))
    }
}

/// FNV-1a of the bundle's name.
pub const fn bundle_id(name: &str) -> u64 {
    Fnv1a::new().write(name.as_bytes()).finish()
}

/// FNV-1a of `guest_contract:{name}@{major}`.
pub const fn guest_contract_id(name: &str, major: u32) -> u64 {
    contract_id("guest_contract:", name, major)
}

/// FNV-1a of `host_contract:{name}@{major}`.
pub const fn host_contract_id(name: &str, major: u32) -> u64 {
    contract_id("host_contract:", name, major)
}

const fn contract_id(kind: &str, name: &str, major: u32) -> u64 {
    let hash = Fnv1a::new().write(kind.as_bytes()).write(name.as_bytes()).write(b"@");
    write_decimal(hash, major).finish()
}

const fn write_decimal(mut hash: Fnv1a, number: u32) -> Fnv1a {
    let mut divisor = 1;
    while number / divisor >= 10 {
        divisor *= 10;
    }
    while divisor > 0 {
        hash = hash.write(&[b'0' + (number / divisor % 10) as u8]);
        divisor /= 10;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fnv1a;

    #[test]
    fn goldens_of_the_abi() {
        assert_eq!(guest_contract_id("test.add", 1), 0x4024_4DF5_9FCB_ECB6);
        assert_eq!(guest_contract_id("image.decode", 1), 0xFBF3_1BF0_2E2A_B1DC);
        assert_eq!(host_contract_id("host.logger", 1), 0xF53E_B5F2_8458_53BB);
        assert_eq!(bundle_id("my-bundle"), 0xFE62_2687_6E3A_35B2);
    }

    #[test]
    fn the_major_is_hashed_as_decimal_text() {
        for major in [0, 1, 9, 10, 99, 100, 65_535, u32::MAX] {
            let text = format!("guest_contract:a.b@{major}");
            assert_eq!(guest_contract_id("a.b", major), fnv1a(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn an_id_prints_as_the_manifest_writes_it() {
        assert_eq!(BundleId::of("my-bundle").to_string(), "0xFE6226876E3A35B2");
    }
}
