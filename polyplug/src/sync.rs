//! The atomics and the wait primitives of the lock-free core: the standard ones, or loom's.
//!
//! Only `barrier`, `call_record`, `gate` and `vm_lock` use this; everything else is not part of what
//! loom explores.

#[cfg(not(loom))]
pub(crate) use std::{
    cell::Cell,
    hint::spin_loop,
    sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering},
};

#[cfg(loom)]
pub(crate) use loom::{
    cell::Cell,
    hint::spin_loop,
    sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering},
};
