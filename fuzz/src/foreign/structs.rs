//! Random structs, word by word, and what must become of them.

use super::{Registered, lent};
use crate::plugin;
use crate::text::Text;
use arbitrary::Arbitrary;
use polyplug_abi::{
    AbiError, DispatchType, GuestContractId, GuestContractInterface, HostApi,
    HostContractInterface, PluginDescriptor, Version,
};
use std::ptr;

/// Where a struct lies.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Valid,
    Null,
    /// So many bytes from where it would be aligned.
    Misaligned(u8),
}

/// The id that is stated.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Id {
    Right,
    None,
    Other(u64),
}

impl Id {
    fn of(self, name: &str, major: u32) -> u64 {
        match self {
            Self::Right => GuestContractId::of(name, major).as_u64(),
            Self::None => 0,
            Self::Other(id) => id,
        }
    }
}

/// What a function pointer is.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    There,
    Null,
}

/// What the word of the dispatch type is.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Kind {
    Native,
    Vm,
    Other(u32),
}

/// A table of functions.
#[derive(Arbitrary, Clone, Debug)]
struct Table {
    entries: Vec<Function>,
    place: Place,
    /// The count, where it may lie: if nothing must be read.
    count: Option<u32>,
    /// The four bytes behind the count, which nothing reads.
    padding: u32,
    /// What a dispatcher is.
    call: Function,
    loader_data: u64,
}

/// A guest contract as a plugin registers it.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Guest {
    descriptor: Place,
    plugin_name: Text,
    contract_name: Text,
    plugin_version: [u32; 3],
    interface: Place,
    id: Id,
    version: [u32; 3],
    kind: Kind,
    create: Function,
    destroy: Function,
    table: Table,
    reports: bool,
}

/// A host contract as a host registers it.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Host {
    interface: Place,
    id: u8,
    version: [u32; 3],
    singleton: u8,
    padding: [u8; 3],
    kind: Kind,
    runtime: u64,
    user_data: u64,
    create: Function,
    destroy: Function,
    table: Table,
    reports: bool,
}

/// Words at an address as aligned, or as misaligned, as a [`Place`] says.
struct Laid {
    bytes: Vec<u64>,
    place: Place,
}

impl Laid {
    fn new(words: &[u64], place: Place) -> Self {
        let mut bytes = vec![0_u64; words.len() + 1];
        let offset = offset(place);
        // SAFETY: there is a word more than the words need.
        let start = unsafe { bytes.as_mut_ptr().cast::<u8>().add(offset) };
        // SAFETY: as above; the two do not overlap.
        unsafe { ptr::copy_nonoverlapping(words.as_ptr().cast(), start, size_of_val(words)) };
        Self { bytes, place }
    }

    fn address<T>(&self) -> *const T {
        match self.place {
            Place::Null => ptr::null(),
            place => self.bytes.as_ptr().wrapping_byte_add(offset(place)).cast(),
        }
    }
}

/// A misaligned place is at least one byte off.
fn offset(place: Place) -> usize {
    match place {
        Place::Misaligned(by) => 1 + usize::from(by) % 7,
        Place::Valid | Place::Null => 0,
    }
}

impl Kind {
    fn number(self) -> u32 {
        match self {
            Self::Native => 0,
            Self::Vm => 1,
            Self::Other(number) => number,
        }
    }

    fn valid(self) -> Option<DispatchType> {
        DispatchType::from_u32(self.number())
    }
}

impl Function {
    fn word(self, address: usize) -> u64 {
        match self {
            Self::There => address as u64,
            Self::Null => 0,
        }
    }
}

impl Table {
    /// The count that is claimed: more than there is only where that must be seen before the table
    /// is read.
    fn count(&self) -> u32 {
        let there = self.entries.len() as u32;
        match (self.count, self.place) {
            (None, _) => there,
            (Some(claimed), Place::Null | Place::Misaligned(_)) => claimed,
            (Some(claimed), Place::Valid) if claimed > 1 << 16 => claimed,
            (Some(claimed), Place::Valid) => claimed.min(there),
        }
    }

    /// How many functions there are, if the table is right.
    fn valid_native(&self) -> Option<u32> {
        let count = self.count();
        if count == 0 {
            return Some(0);
        }
        let entries = self.entries.get(..count as usize)?;
        let right = self.place == Place::Valid && !entries.contains(&Function::Null);
        right.then_some(count)
    }

    fn lay(&self, function: impl Fn(usize) -> usize) -> Laid {
        let entry = |(at, entry): (usize, &Function)| entry.word(function(at));
        let words: Vec<u64> = self.entries.iter().enumerate().map(entry).collect();
        Laid::new(&words, self.place)
    }

    /// The two words of the dispatch.
    fn words(&self, kind: Kind, laid: &Laid) -> [u64; 2] {
        match kind.valid() {
            Some(DispatchType::VirtualMachine) => {
                [self.call.word(plugin::DISPATCHER as usize), self.loader_data]
            }
            Some(DispatchType::Native) | None => [
                u64::from(self.count()) | u64::from(self.padding) << 32,
                laid.address::<()>().expose_provenance() as u64,
            ],
        }
    }
}

impl Guest {
    /// What is registered by this, if it is right and not the second of its kind.
    pub(super) fn expected(&self, before: &[Registered]) -> Option<Registered> {
        if self.descriptor != Place::Valid || self.interface != Place::Valid {
            return None;
        }
        let name = self.contract_name.text()?;
        let refused = |c: char| c == '@' || c.is_whitespace() || c.is_control();
        if name.is_empty() || name.contains(refused) || !self.plugin_name.is_null_or_text() {
            return None;
        }
        let dispatch_type = self.kind.valid()?;
        let functions = match dispatch_type {
            DispatchType::Native => self.table.valid_native()?,
            DispatchType::VirtualMachine if self.table.call == Function::Null => return None,
            DispatchType::VirtualMachine => 2,
        };
        let [major, minor, patch] = self.version;
        let version = Version::new(major, minor, patch);
        if before.iter().any(|one| one.name == name && one.version.major == major) {
            return None;
        }
        let stated = self.id.of(name, major);
        if stated != 0 && stated != GuestContractId::of(name, major).as_u64() {
            return None;
        }
        Some(Registered {
            name: name.to_owned(),
            version,
            dispatch_type,
            functions,
            constructs: self.create == Function::There,
            destructs: self.destroy == Function::There,
        })
    }

    /// Registers it through a table.
    ///
    /// # Safety
    /// - `host` is a table of a living runtime.
    pub(super) unsafe fn register(&self, host: *const HostApi) -> Result<(), String> {
        let [plugin, contract] = [&self.plugin_name, &self.contract_name].map(Text::view);
        let [major, minor, patch] = self.plugin_version.map(u64::from);
        let address = |text: *const u8| text.expose_provenance() as u64;
        let descriptor = Laid::new(
            &[
                address(plugin.ptr),
                plugin.len as u64,
                address(contract.ptr),
                contract.len as u64,
                major | minor << 32,
                patch,
            ],
            self.descriptor,
        );
        let table = self.table.lay(|at| plugin::NATIVE[at % plugin::NATIVE.len()] as usize);
        let dispatch = self.table.words(self.kind, &table);
        let [major, minor, patch] = self.version.map(u64::from);
        let name = self.contract_name.text().unwrap_or_default();
        let interface = Laid::new(
            &[
                self.id.of(name, self.version[0]),
                major | minor << 32,
                patch | u64::from(self.kind.number()) << 32,
                self.create.word(plugin::CONSTRUCTOR as usize),
                self.destroy.word(plugin::DESTRUCTOR as usize),
                dispatch[0],
                dispatch[1],
            ],
            self.interface,
        );
        // SAFETY: the caller's promise.
        let register = unsafe { (*host).register_guest_contract };
        let (descriptor, interface) = (
            descriptor.address::<PluginDescriptor>(),
            interface.address::<GuestContractInterface>(),
        );
        // SAFETY: what is wrong with the structs is what the function promises to find.
        reported(host, self.reports, |error| unsafe {
            register(host, descriptor, interface, error);
        })
    }
}

impl Host {
    /// Whether it can be registered, if no other has its id.
    pub(super) fn is_valid(&self) -> bool {
        self.interface == Place::Valid
            && self.singleton <= 1
            && self.kind.valid() == Some(DispatchType::Native)
            && self.create == Function::There
            && self.destroy == Function::There
            && self.table.valid_native().is_some()
    }

    pub(super) fn id(&self) -> u64 {
        u64::from(self.id % 4)
    }

    pub(super) fn version(&self) -> Version {
        let [major, minor, patch] = self.version;
        Version::new(major, minor, patch)
    }

    /// Registers it through a table. What it says is alive as long as the process.
    ///
    /// # Safety
    /// - `host` is a table of a living runtime.
    pub(super) unsafe fn register(&self, host: *const HostApi) -> Result<(), String> {
        let table = self.table.lay(|at| plugin::HOST[at % plugin::HOST.len()] as usize);
        let dispatch = self.table.words(self.kind, &table);
        let [major, minor, patch] = self.version.map(u64::from);
        let [a, b, c] = self.padding.map(u64::from);
        let flag = u64::from(self.singleton) | a << 8 | b << 16 | c << 24;
        let interface = Laid::new(
            &[
                self.id(),
                major | minor << 32,
                patch | flag << 32,
                u64::from(self.kind.number()) | u64::from(self.padding[0]) << 32,
                self.runtime,
                self.user_data,
                self.create.word(plugin::create_host as *const () as usize),
                self.destroy.word(plugin::destroy_host as *const () as usize),
                dispatch[0],
                dispatch[1],
            ],
            self.interface,
        );
        // SAFETY: the caller's promise.
        let register = unsafe { (*host).register_host_contract };
        let interface = interface.address::<HostContractInterface>();
        // SAFETY: what is wrong with the interface is what the function promises to find.
        let outcome =
            reported(host, self.reports, |error| unsafe { register(host, interface, error) });
        if outcome.is_ok() {
            plugin::keep(table.bytes);
        }
        outcome
    }
}

/// Runs what reports through an error struct, or with null through the last error alone.
fn reported(
    host: *const HostApi,
    reports: bool,
    body: impl FnOnce(*mut AbiError),
) -> Result<(), String> {
    // SAFETY: the table is of a living runtime, as the callers were promised.
    let api = unsafe { &*host };
    // SAFETY: as above; null clears nothing, so the error before is taken away.
    unsafe { (api.get_last_error)(host, [0_u8; 1].as_mut_ptr(), 1) };
    let mut error = AbiError::ok();
    body(if reports { &raw mut error } else { ptr::null_mut() });
    // SAFETY: as above.
    let last = unsafe { (*api.reserved).last_error };
    // SAFETY: as above.
    let last = unsafe { last(host) };
    // SAFETY: the message is this thread's newest.
    let last = unsafe { lent(last) };
    match reports && error.is_ok() {
        true => assert_eq!(last, "", "a success that leaves an error"),
        // SAFETY: as above.
        false if reports => assert_eq!(unsafe { lent(error.message) }, last),
        false => {}
    }
    if last.is_empty() { Ok(()) } else { Err(last) }
}
