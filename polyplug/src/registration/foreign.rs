//! Structs that a plugin or a C host hands in: read word by word through the raw pointer, checked,
//! and only then turned into typed values. A foreign `u32` or `bool` is never believed to be a valid
//! enum, and a foreign function pointer is checked for null before it becomes a Rust `fn`.

use crate::border;
use crate::core::Core;
use crate::error::RuntimeError;
use crate::generation::{Entry, ForeignVmEntry, NativeEntry};
use polyplug_abi::{
    CreateInstance, DestroyInstance, DispatchType, GuestContractId, GuestContractInterface,
    HostContractInterface, NativeFunction, PluginDescriptor, Version, VmCall, VmLoaderData,
};
use std::mem::{self, offset_of};
use std::ptr;

/// More functions than any contract has: a table that claims more is not a table.
const MOST_FUNCTIONS: u32 = 1 << 16;

/// Stages what a plugin registers through the host table, for the bundle that is starting on this
/// thread.
///
/// # Safety
/// - The pointers are null or readable as what they claim to be, as are the pointers in them.
pub(crate) unsafe fn register(
    core: &Core,
    descriptor: *const PluginDescriptor,
    interface: *const GuestContractInterface,
) -> Result<(), RuntimeError> {
    let open = core.thread().open_transaction(core);
    let Some(staging) = open.and_then(|open| open.current()) else {
        return Err(RuntimeError::InvalidArgument {
            what: "register_guest_contract",
            problem: "no bundle is starting on this thread; register inside polyplug_init".into(),
        });
    };
    readable("descriptor", descriptor)?;
    // SAFETY: the caller's promise; the struct holds only integers and pointers.
    let descriptor = unsafe { descriptor.read() };
    // SAFETY: the caller's promise.
    let name = unsafe { border::text(descriptor.contract_name) };
    let Some(name) = name else {
        return Err(RuntimeError::InvalidArgument {
            what: "descriptor.contract_name",
            problem: "it is null or not UTF-8".into(),
        });
    };
    let plugin = match descriptor.name.is_null() {
        true => Some(""),
        // SAFETY: the caller's promise.
        false => unsafe { border::text(descriptor.name) },
    };
    let Some(plugin) = plugin else {
        return Err(RuntimeError::InvalidArgument {
            what: "descriptor.name",
            problem: "it is not UTF-8".into(),
        });
    };
    // SAFETY: the caller's promise.
    let (version, dispatch_type, entry) = unsafe { read_interface(interface) }?;
    // SAFETY: as above, and it was checked; an id is an integer.
    let stated = unsafe {
        field::<_, u64>(interface, offset_of!(GuestContractInterface, contract_id)).read()
    };
    check_id(stated, name, version)?;
    staging.register(name, plugin, version, dispatch_type, entry)
}

/// An id that is stated is the name's: whoever states another one looks for what nobody provides.
fn check_id(stated: u64, name: &str, version: Version) -> Result<(), RuntimeError> {
    let computed = GuestContractId::of(name, version.major).as_u64();
    if stated == 0 || stated == computed {
        return Ok(());
    }
    let major = version.major;
    let problem =
        format!("{stated:#018X} is not {computed:#018X}, the id of {name:?} in major {major}");
    Err(RuntimeError::InvalidArgument { what: "interface.contract_id", problem })
}

/// # Safety
/// - As for [`register`].
unsafe fn read_interface(
    interface: *const GuestContractInterface,
) -> Result<(Version, DispatchType, Entry), RuntimeError> {
    readable("interface", interface)?;
    // SAFETY: the caller's promise; a version is three integers.
    let version = unsafe {
        field::<_, Version>(interface, offset_of!(GuestContractInterface, contract_version)).read()
    };
    // SAFETY: the caller's promise.
    let dispatch_type = unsafe {
        read_dispatch_type(field(interface, offset_of!(GuestContractInterface, dispatch_type)))
    }?;
    // SAFETY: as above; a nullable function pointer is valid for any bits.
    let create: Option<CreateInstance> = unsafe {
        field::<_, Option<CreateInstance>>(
            interface,
            offset_of!(GuestContractInterface, create_instance),
        )
        .read()
    };
    // SAFETY: as above.
    let destroy: Option<DestroyInstance> = unsafe {
        field::<_, Option<DestroyInstance>>(
            interface,
            offset_of!(GuestContractInterface, destroy_instance),
        )
        .read()
    };
    // SAFETY: as above; the union is two words of plain bits.
    let words = unsafe {
        field::<_, [u64; 2]>(interface, offset_of!(GuestContractInterface, dispatch)).read()
    };
    let entry = match dispatch_type {
        DispatchType::Native => {
            let functions = ptr::with_exposed_provenance(words[1] as usize);
            // SAFETY: the caller's promise.
            let functions = unsafe { read_functions(functions, words[0] as u32) }?;
            Entry::Native(NativeEntry { functions, version, create, destroy })
        }
        DispatchType::VirtualMachine => {
            let call: *const () = ptr::with_exposed_provenance(words[0] as usize);
            if call.is_null() {
                return Err(RuntimeError::InvalidPointer { what: "interface.dispatch.vm.call" });
            }
            // SAFETY: not null, and the caller's promise that it is a dispatcher.
            let call = unsafe { mem::transmute::<*const (), VmCall>(call) };
            let data = ptr::with_exposed_provenance_mut(words[1] as usize);
            let loader_data = VmLoaderData { data };
            Entry::ForeignVm(ForeignVmEntry { call, loader_data, version, create, destroy })
        }
    };
    Ok((version, dispatch_type, entry))
}

/// # Safety
/// - `place` is readable.
unsafe fn read_dispatch_type(place: *const u32) -> Result<DispatchType, RuntimeError> {
    // SAFETY: the caller's promise; any bits are a valid `u32`.
    let number = unsafe { place.read() };
    DispatchType::from_u32(number).ok_or_else(|| RuntimeError::InvalidArgument {
        what: "interface.dispatch_type",
        problem: format!("{number} is neither 0 (native) nor 1 (virtual machine)"),
    })
}

/// # Safety
/// - `table` is null or holds `count` pointers to functions of the native shape.
unsafe fn read_functions(
    table: *const Option<NativeFunction>,
    count: u32,
) -> Result<Box<[NativeFunction]>, RuntimeError> {
    if count > MOST_FUNCTIONS {
        return Err(RuntimeError::InvalidArgument {
            what: "interface.dispatch.native.function_count",
            problem: format!("{count} functions cannot be right"),
        });
    }
    if count > 0 {
        readable("interface.dispatch.native.functions", table)?;
    }
    (0..count as usize)
        .map(|at| {
            // SAFETY: the caller's promise.
            unsafe { table.wrapping_add(at).read() }.ok_or_else(|| RuntimeError::InvalidArgument {
                what: "interface.dispatch.native.functions",
                problem: format!("function {at} of {count} is null"),
            })
        })
        .collect()
}

/// A host contract's interface, checked and completed.
///
/// # Safety
/// - `interface` is null or readable, as are the pointers in it.
pub(crate) unsafe fn read_host_interface(
    core: &Core,
    interface: *const HostContractInterface,
) -> Result<HostContractInterface, RuntimeError> {
    readable("interface", interface)?;
    // SAFETY: the caller's promise; any bits are a valid `u8`.
    let singleton =
        unsafe { field::<_, u8>(interface, offset_of!(HostContractInterface, singleton)).read() };
    if singleton > 1 {
        return Err(RuntimeError::InvalidArgument {
            what: "interface.singleton",
            problem: format!("{singleton} is neither 0 nor 1"),
        });
    }
    // SAFETY: the caller's promise.
    let dispatch_type = unsafe {
        read_dispatch_type(field(interface, offset_of!(HostContractInterface, dispatch_type)))
    }?;
    if dispatch_type != DispatchType::Native {
        return Err(RuntimeError::InvalidArgument {
            what: "interface.dispatch_type",
            problem: "1 (virtual machine); host contracts are native, 0".into(),
        });
    }
    // SAFETY: as above; the union is two words of plain bits.
    let [count, functions] = unsafe {
        field::<_, [u64; 2]>(interface, offset_of!(HostContractInterface, dispatch)).read()
    };
    // Guests call what is in the table without another look.
    // SAFETY: as above; a host's functions are only compared with null.
    unsafe { read_functions(ptr::with_exposed_provenance(functions as usize), count as u32) }?;
    // SAFETY: as above; an address is valid for any bits.
    let create = unsafe {
        field::<_, usize>(interface, offset_of!(HostContractInterface, create_instance)).read()
    };
    // SAFETY: as above.
    let destroy = unsafe {
        field::<_, usize>(interface, offset_of!(HostContractInterface, destroy_instance)).read()
    };
    if create == 0 || destroy == 0 {
        return Err(RuntimeError::InvalidPointer {
            what: "interface.create_instance or destroy_instance",
        });
    }
    // SAFETY: everything that has invalid bit patterns was checked above.
    let mut interface = unsafe { interface.read() };
    interface.runtime = core.host.api().cast_mut().cast();
    Ok(interface)
}

/// Refuses what no `T` can be read at, as far as an address tells.
fn readable<T>(what: &'static str, place: *const T) -> Result<(), RuntimeError> {
    if place.is_null() {
        return Err(RuntimeError::InvalidPointer { what });
    }
    if !place.is_aligned() {
        let problem = format!("{place:p} is not aligned to {} bytes", align_of::<T>());
        return Err(RuntimeError::InvalidArgument { what, problem });
    }
    Ok(())
}

/// The address of the field at `offset`, to be read as an `F` of any bits.
fn field<T, F>(base: *const T, offset: usize) -> *const F {
    base.wrapping_byte_add(offset).cast()
}
