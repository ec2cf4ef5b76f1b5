//! A component that is compiled and linked: what every store of a bundle is made from.

use crate::failure::Failure;
use crate::limits::{Allowance, Limiter, Limits};
use crate::plan::FunctionPlan;
use crate::ticker::Activity;
use crate::wasi::{HasWasi, Wasi, WasiState};
use polyplug::schema::Contract;
use polyplug_abi::{AbiErrorCode, HostApi};
use std::sync::Arc;
use std::time::Instant;
use wasmtime::component::{ComponentExportIndex, Func, Instance, InstancePre};
use wasmtime::{Engine, Store};

/// How much stack there must be beyond a guest's own, for what it calls.
const STACK_FOR_THE_HOST: usize = 128 << 10;

/// A component that is ready to be instantiated.
pub(crate) struct Program {
    pub(crate) engine: Engine,
    pub(crate) linked: InstancePre<StoreData>,
    /// The functions of all contracts, one contract after the other.
    pub(crate) functions: Box<[ComponentExportIndex]>,
    pub(crate) contracts: Box<[ContractPlan]>,
    pub(crate) hooks: Option<Hooks>,
    pub(crate) host: *const HostApi,
    pub(crate) limits: Limits,
    /// How many epochs a call may see.
    pub(crate) ticks: u64,
    pub(crate) stack: usize,
    /// What the ticking thread looks at; `None` without a time limit.
    pub(crate) activity: Option<Arc<Activity>>,
    /// `None` of a component that does not import it.
    pub(crate) wasi: Option<Wasi>,
}

/// A contract that the component exports.
pub(crate) struct ContractPlan {
    pub(crate) description: Arc<Contract>,
    /// The index of its first function among all of the program's.
    pub(crate) first: usize,
    pub(crate) functions: Box<[FunctionPlan]>,
}

/// The functions that hand state over.
#[derive(Clone, Copy)]
pub(crate) struct Hooks {
    pub(crate) save: ComponentExportIndex,
    pub(crate) restore: ComponentExportIndex,
}

/// What a store knows of us.
pub(crate) struct StoreData {
    pub(crate) limiter: Limiter,
    wasi: Option<WasiState>,
    /// As the program's.
    activity: Option<Arc<Activity>>,
    /// The epoch in which the call ends that is inside.
    end: u64,
}

impl StoreData {
    /// What the call that is inside may copy out of the store.
    pub(crate) fn allowance(&self) -> Allowance<'_> {
        let bytes = self.limiter.limits().copied();
        Allowance { bytes, activity: self.activity.as_deref(), end: self.end }
    }
}

impl HasWasi for StoreData {
    fn wasi(&mut self) -> &mut WasiState {
        let end = self.end;
        let left = self.activity.as_ref().map(|activity| activity.time_to(end));
        let wasi = self.wasi.as_mut().expect("only what is linked to WASI asks for it");
        wasi.end_at(left.map(|left| Instant::now() + left));
        wasi
    }
}

/// A store with the component's instance in it.
pub(crate) struct Open {
    pub(crate) store: Store<StoreData>,
    pub(crate) instance: Instance,
    pub(crate) functions: Box<[Func]>,
}

impl Program {
    /// Makes a store and starts the component in it.
    ///
    /// # Errors
    /// What the component's start said, or there is no room.
    pub(crate) fn open(&self) -> Result<Open, Failure> {
        let wasi = self.wasi.as_ref().map(Wasi::state).transpose();
        let wasi = wasi.map_err(|error| Failure::of(&error, &self.limits, None))?;
        let data = StoreData {
            limiter: Limiter::new(self.limits),
            wasi,
            activity: self.activity.clone(),
            end: 0,
        };
        let mut store = Store::new(&self.engine, data);
        store.limiter(|data| &mut data.limiter);
        // Without a time limit it stays for ever.
        store.set_epoch_deadline(self.ticks);
        self.begin_call(&mut store);
        let instance = self.linked.instantiate(&mut store);
        let instance = instance.map_err(|error| self.failure(&mut store, &error))?;
        let mut functions = Vec::with_capacity(self.functions.len());
        for index in &self.functions {
            functions.push(instance.get_func(&mut store, index).ok_or_else(no_function)?);
        }
        Ok(Open { store, instance, functions: functions.into() })
    }

    /// A call begins in this store: it may take as long as the bundle's calls may, and what was refused
    /// before is none of its affair.
    #[inline]
    pub(crate) fn begin_call(&self, store: &mut Store<StoreData>) {
        let data = store.data_mut();
        let _ = data.limiter.take_refused();
        if let Some(activity) = &self.activity {
            let end = activity.epoch() + self.ticks;
            // Calls of one epoch have one deadline. The engine may have counted one more already: the
            // deadline is as many whole epochs away then as of a call that begins at an epoch's end.
            if data.end != end {
                data.end = end;
                store.set_epoch_deadline(self.ticks);
            }
        }
    }

    /// What the call that is inside of this store may copy out of it.
    pub(crate) fn allowance(&self, store: &Store<StoreData>) -> Allowance<'_> {
        Allowance {
            bytes: self.limits.copied(),
            activity: self.activity.as_deref(),
            end: store.data().end,
        }
    }

    /// # Errors
    /// The thread has not enough stack left for a guest.
    #[inline]
    pub(crate) fn check_stack(&self) -> Result<(), Failure> {
        let needed = self.stack + STACK_FOR_THE_HOST;
        match stacker::remaining_stack() {
            Some(left) if left < needed => Err(no_stack(left, needed)),
            _ => Ok(()),
        }
    }

    /// What is said about an error of wasmtime in this store.
    #[cold]
    pub(crate) fn failure(&self, store: &mut Store<StoreData>, error: &wasmtime::Error) -> Failure {
        Failure::of(error, &self.limits, store.data_mut().limiter.take_refused())
    }
}

/// Stores change threads between calls.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Open>();
};

#[cold]
fn no_function() -> Failure {
    Failure::new(AbiErrorCode::Internal, "the component lacks a function that it exports")
}

#[cold]
fn no_stack(left: usize, needed: usize) -> Failure {
    Failure::new(
        AbiErrorCode::Generic,
        format!(
            "this thread has {} KiB of its stack left, and a component needs {} KiB; call it from a \
             thread with more, or with fewer calls inside of each other",
            left >> 10,
            needed >> 10
        ),
    )
}
