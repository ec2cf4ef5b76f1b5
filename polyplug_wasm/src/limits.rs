//! What one store may have: memory, tables, instances; and what may be copied out of it.

use crate::ticker::Activity;
use polyplug::schema::DEFAULT_LIMIT;
use std::time::Duration;
use wasmtime::ResourceLimiter;

/// The limits of a bundle's stores.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of all memories and tables of a store together; `None`: as many as there are.
    pub(crate) memory: Option<u64>,
    /// Elements of one table.
    pub(crate) table_elements: usize,
    /// Core instances, memories and tables, of each.
    pub(crate) core_instances: usize,
    /// How long one call may take; `None`: without end.
    pub(crate) call_time: Option<Duration>,
}

impl Limits {
    /// How many bytes may be copied out of a store in one call. A value takes at most twice as much here as
    /// in a guest, whose pointers are half as long; one that takes more has parts in the same place.
    pub(crate) fn copied(&self) -> usize {
        let twice = self.memory.map_or(u64::MAX, |memory| memory.saturating_mul(2));
        usize::try_from(twice).unwrap_or(usize::MAX).min(DEFAULT_LIMIT)
    }
}

/// How much a call may copy out of a store, and until when.
#[derive(Clone, Copy)]
pub(crate) struct Allowance<'a> {
    pub(crate) bytes: usize,
    /// `None` without a time limit.
    pub(crate) activity: Option<&'a Activity>,
    /// The epoch in which the call ends.
    pub(crate) end: u64,
}

impl Allowance<'_> {
    /// For what cannot take long.
    pub(crate) const NOTHING: Self = Self { bytes: 0, activity: None, end: 0 };

    /// Whether the call has no time left.
    pub(crate) fn is_over(&self) -> bool {
        self.activity.is_some_and(|activity| activity.epoch() >= self.end)
    }
}

/// How many bytes an element of a table takes.
const ELEMENT: usize = size_of::<usize>();

/// Watches the growth of one store.
pub(crate) struct Limiter {
    limits: Limits,
    memory: u64,
    /// What was refused since it was asked for last.
    refused: Option<Refused>,
}

/// What a store wanted more of than it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Memory { limit: u64 },
    Table { limit: usize },
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, memory: 0, refused: None }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What was refused since the last time, if anything was.
    pub(crate) fn take_refused(&mut self) -> Option<Refused> {
        self.refused.take()
    }

    /// Takes more bytes; whether there are as many.
    fn take(&mut self, bytes: usize) -> bool {
        let memory = self.memory.saturating_add(bytes as u64);
        if let Some(limit) = self.limits.memory.filter(|limit| memory > *limit) {
            self.refused = Some(Refused::Memory { limit });
            return false;
        }
        self.memory = memory;
        true
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        Ok(self.take(desired - current))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let limit = self.limits.table_elements;
        if desired > limit {
            self.refused = Some(Refused::Table { limit });
            return Ok(false);
        }
        Ok(self.take((desired - current).saturating_mul(ELEMENT)))
    }

    fn instances(&self) -> usize {
        self.limits.core_instances
    }

    fn tables(&self) -> usize {
        self.limits.core_instances
    }

    fn memories(&self) -> usize {
        self.limits.core_instances
    }
}
