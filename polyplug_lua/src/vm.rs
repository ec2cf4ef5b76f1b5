//! One VM: opened for one generation of a bundle, closed with it.
//!
//! Not here: which libraries it has ([`libraries`](crate::libraries)) and what the bundle makes of
//! it. Everything that runs Lua code goes through [`Vm::enter`] and [`Vm::leave`], which keep the
//! door and the time limit.

use crate::allocator::{self, Memory};
use crate::context::Context;
use crate::door::{Before, Door};
use crate::frame::Frame;
use crate::kept::Kept;
use crate::levels::Levels;
use crate::libraries::{self, Libraries};
use crate::marshal::names::Names;
use crate::report::Failure;
use crate::sources::Sources;
use crate::state::{HANDLER, RUNNER, State, Status, run_body};
use crate::traceback::{Traceback, handle_message};
use crate::watchdog::{Leash, OnStuck};
use polyplug::guest::Aftermath;
use polyplug::schema::Descriptions;
use polyplug_abi::{AbiErrorCode, HostApi};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

/// Lua's numbers hold integers below this exactly, and addresses cross as numbers.
const FIRST_INEXACT_ADDRESS: usize = 1 << 53;

/// What a VM is opened with.
pub(crate) struct Opening {
    pub(crate) sources: Sources,
    /// The bundle's own host table; null only in tests.
    pub(crate) host: *const HostApi,
    pub(crate) memory: Option<u64>,
    pub(crate) call_time: Option<(Duration, OnStuck)>,
    pub(crate) libraries: Libraries,
    /// What the bundle's own WIT says, of what it provides and of what it calls.
    pub(crate) descriptions: Option<Arc<Descriptions>>,
    /// Whether machine code may be made.
    pub(crate) compile: bool,
}

impl Opening {
    /// A VM that belongs to no bundle and has no limits.
    pub(crate) fn bare(libraries: Libraries) -> Self {
        let sources = Sources::new("", "", []);
        Self {
            sources,
            host: ptr::null(),
            memory: None,
            call_time: None,
            libraries,
            descriptions: None,
            compile: true,
        }
    }
}

/// An open VM.
pub(crate) struct Vm {
    main: State,
    // Freed after the VM is closed (see `drop`): the VM's allocator uses it to the last.
    context: Box<Context>,
}

/// A call that is under way.
#[must_use]
pub(crate) struct Entered {
    before: Before,
    /// How many calls out of the VM are under way.
    level: usize,
    /// The Lua thread to run on: the one that left the VM last.
    pub(crate) state: State,
    pub(crate) outermost: bool,
}

impl Vm {
    /// Opens a VM with its libraries; no code of the bundle has run.
    pub(crate) fn open(opening: Opening) -> Result<Self, Failure> {
        let leash = opening.call_time.map(|(limit, on_stuck)| Leash::new(limit, on_stuck));
        let context = Box::new(Context {
            main: Cell::new(None),
            memory: Memory::new(),
            door: Door::new(),
            traceback: RefCell::new(Traceback::default()),
            leash,
            sources: opening.sources,
            libraries: opening.libraries,
            names: Names::new(),
            runner: Cell::new(0),
            bindings: Kept::new(),
            levels: Levels::new(opening.host),
            failures: RefCell::default(),
            descriptions: opening.descriptions,
            host: opening.host,
        });
        let data: *const Context = &raw const *context;
        if data.addr().max(opening.host.addr()) >= FIRST_INEXACT_ADDRESS {
            let text = "addresses of this process do not fit into Lua's numbers";
            return Err(Failure::new(AbiErrorCode::Internal, text));
        }
        let data: *mut c_void = data.cast_mut().cast();
        // SAFETY: `allocate` takes the address of a context, which lives until the VM is closed.
        let main = unsafe { State::open(allocator::allocate, data) };
        let Some(main) = main else {
            return Err(too_little_memory(opening.memory));
        };
        let vm = Self { main, context };
        vm.context.main.set(Some(main));
        // Not sooner: LuaJIT does not clean up well after a state that it could not finish.
        vm.context.memory.set_limit(opening.memory);
        vm.prepare()?;
        if !opening.compile {
            main.compile_nothing();
        }
        if let Some(leash) = &vm.context.leash {
            leash.attach(main).map_err(|error| {
                let text = format!("the watchdog's thread cannot be started: {error}");
                Failure::new(AbiErrorCode::Generic, text)
            })?;
        }
        Ok(vm)
    }

    fn prepare(&self) -> Result<(), Failure> {
        let mut failed = false;
        // What is opened here stays; collecting it would be in vain.
        self.main.collect_automatically(false);
        let status = self.main.protect_opening(&mut |frame: Frame| {
            frame.push_function(run_body);
            failed |= frame.keep() != RUNNER;
            frame.push_function(handle_message);
            failed |= frame.keep() != HANDLER;
            libraries::open(frame, self.context.libraries);
        });
        if status != Status::Done {
            let failure = Failure::take(self.main, status);
            return Err(match status {
                Status::Memory => too_little_memory(self.context.memory.limit().map(|l| l as u64)),
                _ => failure,
            });
        }
        if failed {
            return Err(Failure::new(AbiErrorCode::Internal, "the registry was not empty"));
        }
        self.main.collect_automatically(true);
        // Stays at index 1 of the main thread: the handler of every outermost call.
        self.main.raw_get_number(crate::state::REGISTRY, HANDLER);
        Ok(())
    }

    pub(crate) fn main(&self) -> State {
        self.main
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Lua code is about to run; ends with [`Vm::leave`].
    #[inline]
    pub(crate) fn enter(&self) -> Entered {
        let door = &self.context.door;
        let outermost = door.depth() == 0;
        if outermost && let Some(leash) = &self.context.leash {
            leash.start();
        }
        let state = door.inside().unwrap_or(self.main);
        Entered { before: door.enter(), level: self.context.levels.in_use(), state, outermost }
    }

    /// Lua code has run: what the time limit has to say about it.
    #[inline]
    pub(crate) fn leave(&self, entered: Entered) -> Option<Failure> {
        let outermost = entered.outermost;
        self.context.door.leave(entered.before);
        self.context.levels.restore(entered.level);
        if outermost && self.context.memory.is_armed() {
            self.relieve();
        }
        let leash = self.context.leash.as_ref()?;
        let stopped = if outermost { leash.finish() } else { leash.is_expired() };
        stopped.then(|| self.stopped(leash, outermost))
    }

    #[cold]
    fn stopped(&self, leash: &Leash, outermost: bool) -> Failure {
        if !outermost {
            return Failure::timed_out(&self.context, leash.limit(), Aftermath::None);
        }
        self.context.memory.shut(false);
        self.main.collect_automatically(true);
        Failure::timed_out(&self.context, leash.limit(), Aftermath::Rebuild)
    }

    /// Ends a call whose protected call ended with `status`; on failure the error's value is on top.
    #[inline]
    pub(crate) fn finish(&self, entered: Entered, status: Status) -> Result<(), Failure> {
        if status == Status::Done {
            return match self.leave(entered) {
                None => Ok(()),
                Some(failure) => Err(failure),
            };
        }
        Err(self.fail(entered, status))
    }

    #[cold]
    fn fail(&self, entered: Entered, status: Status) -> Failure {
        let state = entered.state;
        let expired = self.context.leash.as_ref().is_some_and(|leash| leash.is_expired());
        // Reading the error's value may run its code, so that is part of the call.
        let failure = if expired { None } else { Some(Failure::take(state, status)) };
        if expired {
            state.pop(1);
        }
        let outermost = entered.outermost;
        let stopped = self.leave(entered);
        if status == Status::Memory {
            self.collect();
        }
        if outermost {
            // Memory may have run out between noting a failure and raising it.
            self.context.failures.borrow_mut().clear();
        }
        stopped.or(failure).unwrap_or_else(|| {
            Failure::new(AbiErrorCode::TimedOut, "stopped after the call's time limit")
        })
    }

    /// Runs `body` as a call of its own, with errors, limits and traceback.
    pub(crate) fn run(&self, body: &mut dyn FnMut(Frame)) -> Result<(), Failure> {
        let entered = self.enter();
        let status = entered.state.protect(0, body);
        self.finish(entered, status)
    }

    /// The outermost call passed the mark and was not asked about it any more.
    #[cold]
    fn relieve(&self) {
        // SAFETY: the VM is open, and nobody is inside. If the watchdog has set the hook meanwhile, it
        // sets it again.
        unsafe { self.main.set_hook(None) };
        self.context.memory.disarm();
        self.collect();
    }

    /// Drops what a call that ran out of memory has left behind, so that the next one can begin.
    fn collect(&self) {
        let state = self.context.door.inside().unwrap_or(self.main);
        let status = state.protect(0, &mut |frame| frame.collect());
        if status != Status::Done {
            state.pop(1);
        }
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        if let Some(leash) = &self.context.leash {
            leash.detach();
        }
        self.context.main.set(None);
        self.context.memory.set_limit(None);
        // SAFETY: the main thread; the VM is owned by `self`, so nobody is inside.
        unsafe { self.main.close() };
        debug_assert!(self.context.memory.used() == 0, "LuaJIT gives everything back");
    }
}

fn too_little_memory(limit: Option<u64>) -> Failure {
    let text = match limit {
        Some(limit) => format!("the memory limit of {limit} bytes is too small to open a VM"),
        None => "there is no memory to open a VM".to_owned(),
    };
    Failure::new(AbiErrorCode::MemoryLimit, text)
}
