//! Ids of polyplug, 64-bit FNV-1a over names; and what all crates need: texts of strangers in messages,
//! threads that nobody joins.
//!
//! An id is what crosses the C ABI in place of a name. The hashed texts are fixed
//! (`guest_contract:{name}@{major}`, `host_contract:{name}@{major}`, the bundle's bare name), so two
//! programs that never met compute the same id.
//!
//! | file | what |
//! |---|---|
//! | `detached` | threads that nobody joins |
//! | `fnv1a` | the hash, usable in `const` |
//! | `id` | `BundleId`, `GuestContractId`, `HostContractId` and the functions that compute them |
//! | `unreadable` | how texts of strangers stand in messages, which all crates write |

mod detached;

mod fnv1a;

mod id;

mod unreadable;

pub use detached::spawn_detached;
pub use fnv1a::{Fnv1a, fnv1a};
pub use id::{
    BundleId, GuestContractId, HostContractId, bundle_id, guest_contract_id, host_contract_id,
};
pub use unreadable::{is_unreadable, printable, show, shown};
