//! The bundles: one contract of native functions, one behind a dispatcher, and a library that adopts
//! or does not. What they run may do the next operation.

use super::step;
use arbitrary::Arbitrary;
use polyplug::guest::GuestError;
use polyplug::native_code::{Adoption, Closed, NativeCode};
use polyplug::registration::Stage;
use polyplug_abi::{
    AbiError, AbiErrorCode, CallArena, CreateInstance, DestroyInstance, GuestContractId,
    GuestContractInstance, GuestContractInterface, HostApi, NativeFunction, PluginDescriptor,
    StringView, Version, VmCall, VmLoaderData,
};
use std::collections::{HashSet, VecDeque};
use std::ptr;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// The names of the bundles.
pub(super) const NAMES: [&str; 2] = ["one", "two"];

/// The contracts, both of every bundle.
pub(super) const CONTRACTS: [&str; 2] = ["random.native", "random.vm"];

/// What one load is like.
#[derive(Arbitrary, Clone, Copy, Debug, Default)]
pub(super) struct Load {
    /// How many functions the native contract has.
    functions: u8,
    /// It has a library.
    code: bool,
    /// Which offers to adopt instances,
    adopts: bool,
    /// and refuses each.
    refuses: bool,
    /// The dispatcher is registered too.
    vm: bool,
    /// The start fails.
    fails: bool,
    /// The start, the library's functions and the destructors do operations.
    acts: bool,
}

/// What was opened and made. Not of one thread: a load may run on the runtime's worker.
pub(super) struct Books {
    loads: Mutex<VecDeque<Load>>,
    open: AtomicUsize,
}

/// The objects that are alive, by address.
static ALIVE: Mutex<Option<HashSet<usize>>> = Mutex::new(None);
static NEXT: AtomicU32 = AtomicU32::new(1);

impl Books {
    pub(super) fn new(loads: Vec<Load>) -> Arc<Self> {
        *ALIVE.lock().expect("no panic before") = Some(HashSet::new());
        Arc::new(Self { loads: Mutex::new(loads.into()), open: AtomicUsize::new(0) })
    }

    /// Everything that was opened is closed, everything that was made is destroyed.
    pub(super) fn assert_closed(&self) {
        assert_eq!(self.open.load(Ordering::SeqCst), 0, "a library was never closed");
        let alive = ALIVE.lock().expect("no panic before").take();
        assert_eq!(alive, Some(HashSet::new()), "objects that were never destroyed");
    }
}

/// Whether an object is alive.
pub(super) fn is_alive(instance: GuestContractInstance) -> bool {
    let alive = ALIVE.lock().expect("no panic before");
    alive.as_ref().is_some_and(|alive| alive.contains(&instance.data.addr()))
}

/// The library of one load.
struct Library {
    load: Load,
    books: Arc<Books>,
}

// SAFETY: the functions live as long as the process.
unsafe impl NativeCode for Library {
    fn state_version(&self, _: GuestContractId) -> Option<u32> {
        self.load.adopts.then_some(1)
    }

    unsafe fn adopt_check(&self, instance: &Adoption) -> Result<(), Box<GuestError>> {
        assert!(
            ALIVE
                .lock()
                .expect("no panic before")
                .as_ref()
                .expect("there are books")
                .contains(&instance.data.addr())
        );
        if self.load.acts {
            step();
        }
        match self.load.refuses {
            true => Err(GuestError::new(AbiErrorCode::Generic, "not this one")),
            false => Ok(()),
        }
    }

    unsafe fn adopt(&self, _: &Adoption) {
        assert!(self.load.adopts && !self.load.refuses, "it has not agreed");
    }

    unsafe fn shutdown(&self, _: *const HostApi, _: u32) {
        if self.load.acts {
            step();
        }
    }

    fn close(self: Box<Self>) -> Closed {
        Closed::Gone
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        self.books.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The start of a bundle.
pub(super) fn start(books: &Arc<Books>, stage: &Stage<'_>) -> Result<(), String> {
    let load = books.loads.lock().expect("no panic before").pop_front().unwrap_or_default();
    if load.acts {
        step();
    }
    let functions =
        [quiet as NativeFunction, inside, fail, quiet, quiet, inside, quiet, quiet, fail];
    let count = usize::from(load.functions) % (functions.len() + 1);
    let native = [count as u64, functions.as_ptr().expose_provenance() as u64];
    register(stage, CONTRACTS[0], 0, native)?;
    if load.vm {
        register(stage, CONTRACTS[1], 1, [dispatch as VmCall as usize as u64, 7])?;
    }
    if load.code {
        books.open.fetch_add(1, Ordering::SeqCst);
        stage.set_native_code(Box::new(Library { load, books: Arc::clone(books) }));
    }
    if load.acts {
        step();
    }
    if load.fails { Err("it fails".to_owned()) } else { Ok(()) }
}

fn register(stage: &Stage<'_>, name: &str, kind: u64, dispatch: [u64; 2]) -> Result<(), String> {
    let version = Version::new(1, 2, 3);
    let descriptor = PluginDescriptor {
        name: StringView::from_static("random"),
        contract_name: StringView::from_str(name),
        version,
    };
    let create = (create as CreateInstance as usize) as u64;
    let destroy = (destroy as DestroyInstance as usize) as u64;
    let id = GuestContractId::of(name, 1).as_u64();
    let words: [u64; 7] =
        [id, 1 | 2 << 32, 3 | kind << 32, create, destroy, dispatch[0], dispatch[1]];
    let mut error = AbiError::ok();
    let host = stage.host_api();
    // SAFETY: the starting bundle's table.
    let register = unsafe { (*host).register_guest_contract };
    let interface = (&raw const words).cast::<GuestContractInterface>();
    // SAFETY: the structs are right.
    unsafe { register(host, &raw const descriptor, interface, &raw mut error) };
    if error.is_ok() { Ok(()) } else { Err(format!("code {}", error.code)) }
}

unsafe extern "C" fn quiet(_: GuestContractInstance, _: *const (), _: *mut (), _: *mut AbiError) {}

unsafe extern "C" fn inside(_: GuestContractInstance, _: *const (), _: *mut (), _: *mut AbiError) {
    step();
}

unsafe extern "C" fn fail(
    _: GuestContractInstance,
    _: *const (),
    _: *mut (),
    out_err: *mut AbiError,
) {
    let message = StringView::from_static("it fails");
    // SAFETY: `out_err` is never null.
    unsafe { out_err.write(AbiError { code: 300, message }) };
}

unsafe extern "C" fn dispatch(
    data: VmLoaderData,
    _: GuestContractInstance,
    function: u32,
    _: *const (),
    _: *mut (),
    _: *mut CallArena,
    _: *mut AbiError,
) {
    assert_eq!(data.data.addr(), 7);
    if function % 2 == 1 {
        step();
    }
}

/// Constructors do an operation now and then, before or after they have made something.
unsafe extern "C" fn create(
    _: VmLoaderData,
    _: *const HostApi,
    args: *const (),
    out: *mut GuestContractInstance,
) {
    let acts = args.addr();
    if acts & 1 != 0 {
        step();
    }
    if acts & 4 != 0 {
        return;
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed) as usize;
    ALIVE.lock().expect("no panic before").get_or_insert_default().insert(number);
    let data = ptr::without_provenance_mut(number);
    // SAFETY: `out_instance` is never null.
    unsafe { out.write(GuestContractInstance { data, ..GuestContractInstance::null() }) };
    if acts & 2 != 0 {
        step();
    }
}

unsafe extern "C" fn destroy(_: VmLoaderData, _: *const HostApi, instance: GuestContractInstance) {
    let mut alive = ALIVE.lock().expect("no panic before");
    let was = alive.as_mut().expect("there are books").remove(&instance.data.addr());
    drop(alive);
    assert!(was, "{:?} is destroyed and is not alive", instance.data);
    if instance.data.addr().is_multiple_of(5) {
        step();
    }
}
