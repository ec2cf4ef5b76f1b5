//! Threads that call without a pause and look at what they are answered.

use polyplug::runtime::Runtime;
use polyplug::{CallError, Contract};
use polyplug_abi::GuestContractInstance;
use polyplug_tests::call::{self, Failure, Raw, contract_id};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How the threads call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// `Contract`.
    Guarded,
    /// A cached interface pointer, as a C program does it.
    Raw,
}

/// A contract with an object of it.
pub(crate) struct Side {
    contract: Contract,
    /// The object's handle, which is a number: instances of a VM are no addresses.
    object: usize,
    raw: Raw,
    way: Way,
    /// How often its object was counted up.
    counted: AtomicU64,
}

impl Side {
    pub(crate) fn new(runtime: &Runtime, name: &str, way: Way) -> Self {
        let contract = runtime.contract(name).unwrap();
        let object = call::create(&contract).unwrap().data.addr();
        let raw = Raw::of(&contract);
        Self { contract, object, raw, way, counted: AtomicU64::new(0) }
    }

    fn ask(&self, object: GuestContractInstance, function: u32) -> u32 {
        let answer: Result<u32, Failure> = match self.way {
            Way::Raw => self.raw.on(object, function),
            Way::Guarded => {
                call::on(&self.contract, object, function).map_err(|error| failure(&error))
            }
        };
        answer.unwrap_or_else(|error| panic!("{:?} {}: {error:?}", self.way, self.contract.name()))
    }

    pub(crate) fn version(&self) -> u32 {
        self.ask(GuestContractInstance::null(), 0)
    }

    /// Counts the object up, which answers the count: no call is lost, none is counted twice.
    fn count(&self) {
        let before = self.counted.fetch_add(1, Ordering::Relaxed);
        let data = std::ptr::without_provenance_mut(self.object);
        let object = GuestContractInstance { data, contract_id: contract_id(self.contract.name()) };
        assert_eq!(u64::from(self.ask(object, 1)), before + 1);
    }

    /// How often the object was counted up.
    pub(crate) fn counted(&self) -> u64 {
        self.counted.load(Ordering::Relaxed)
    }
}

fn failure(error: &CallError) -> Failure {
    (error.code, error.message.clone())
}

/// Calls `mine` alone, and now and then both under a pin, until `done`; the number of calls.
pub(crate) fn call_until(done: &AtomicBool, runtime: &Runtime, mine: &Side, other: &Side) -> u64 {
    let (mut calls, mut newest) = (0, 0);
    while !done.load(Ordering::Relaxed) {
        mine.count();
        let version = mine.version();
        assert!(version >= newest, "the old version came back: {version} after {newest}");
        newest = version;
        calls += 2;
        if calls % 32 == 0 {
            let pin = runtime.pin();
            let (first, second) = (mine.version(), other.version());
            let third = mine.version();
            drop(pin);
            assert_eq!((first, first), (second, third), "torn under a pin");
            calls += 3;
        }
    }
    calls
}
