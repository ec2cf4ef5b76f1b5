//! What is called through the host table, in any order, with any arguments that may be wrong, from
//! outside and from inside of functions, constructors, starts and shutdowns: every call comes back,
//! says why if it refuses, and no object is lost or destroyed twice.

mod bundle;
mod chosen;
mod contract;
mod host;
mod operation;

use crate::start::Starter;
use arbitrary::{Arbitrary, Unstructured};
use operation::Operation;
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_abi::{GuestContractInstance, GuestContractInterface, HostApi, LogLevel};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;

/// How deep operations run inside of operations: deeper than calls nest.
const DEEPEST: u32 = 70;

/// What happens.
#[derive(Arbitrary, Debug)]
struct Story {
    /// What each load of a bundle is like.
    loads: Vec<bundle::Load>,
    operations: Vec<Operation>,
}

/// What the operations work with.
#[derive(Default)]
struct World {
    runtime: Option<Arc<Runtime>>,
    to_do: RefCell<VecDeque<Operation>>,
    depth: Cell<u32>,
    interfaces: RefCell<Vec<*const GuestContractInterface>>,
    instances: RefCell<Vec<GuestContractInstance>>,
    tokens: RefCell<Vec<u64>>,
    memory: RefCell<Vec<(*mut u8, usize, usize)>>,
}

thread_local! {
    static WORLD: RefCell<Option<&'static World>> = const { RefCell::new(None) };
}

/// Does what the bytes say.
pub fn run(data: &[u8]) {
    let Ok(story) = Story::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let Story { loads, operations } = story;
    let books = bundle::Books::new(loads);
    let starter = {
        let books = Arc::clone(&books);
        Starter(move |stage: &polyplug::registration::Stage<'_>| bundle::start(&books, stage))
    };
    let quiet = |_: LogLevel, _: &str, _: &str| {};
    let runtime = RuntimeBuilder::new().hot_reload(true).loader(starter).logger(quiet).build();
    let runtime = runtime.expect("a runtime without folders starts");
    let world = World {
        runtime: Some(runtime),
        to_do: RefCell::new(operations.into()),
        ..World::default()
    };
    let world = Box::into_raw(Box::new(world));
    // SAFETY: freed below, when nothing uses it any more.
    WORLD.set(Some(unsafe { &*world }));
    while step() {}
    WORLD.take();
    // SAFETY: made above; the reference to it is gone.
    let world = unsafe { Box::from_raw(world) };
    finish(*world);
    books.assert_closed();
}

/// Everything is given back, and the runtime ends.
fn finish(world: World) {
    let World { runtime, tokens, memory, .. } = world;
    let runtime = runtime.expect("it is taken once");
    let table = runtime.host_abi();
    for token in tokens.into_inner().into_iter().rev() {
        host::unpin(table, token).expect("the innermost pin");
    }
    for (place, size, align) in memory.into_inner() {
        host::free(table, place, size, align);
    }
    drop(runtime);
}

/// Runs `body` with the world, on the thread that has one.
fn with_world<R>(body: impl FnOnce(&'static World) -> R) -> Option<R> {
    let world = WORLD.with_borrow(|world| *world)?;
    Some(body(world))
}

/// Does the next operation, from wherever this is asked; whether there was one.
fn step() -> bool {
    let next = with_world(|world| {
        if world.depth.get() > DEEPEST {
            return None;
        }
        let operation = world.to_do.borrow_mut().pop_front()?;
        world.depth.set(world.depth.get() + 1);
        operation.run(world);
        world.depth.set(world.depth.get() - 1);
        Some(())
    });
    next.flatten().is_some()
}

impl World {
    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it is taken at the end only")
    }

    fn table(&self) -> *const HostApi {
        self.runtime().host_abi()
    }
}
