//! A contract of the host whose constructor asks for another one.

use super::{Counts, interface};
use crate::table::Table;
use parking_lot::Mutex;
use polyplug_abi::{HostContractId, HostContractInstance, HostContractInterface, Version};
use std::ffi::c_void;
use std::ptr;
use std::sync::Barrier;

/// What the constructor does, and what came of it: the `user_data`.
#[derive(Debug)]
pub struct Asking {
    table: Table,
    wanted: &'static str,
    meeting: Option<&'static Barrier>,
    /// What the constructor got: an instance, or the last error.
    pub answer: Mutex<Option<Result<usize, String>>>,
}

impl Asking {
    /// A singleton `name@1` whose constructor asks for `wanted@1`, if there is a meeting after all have
    /// come there. It makes an object either way.
    pub fn interface(
        table: Table,
        name: &str,
        wanted: &'static str,
        meeting: Option<&'static Barrier>,
    ) -> (HostContractInterface, &'static Self) {
        let asking = Box::leak(Box::new(Self { table, wanted, meeting, answer: Mutex::new(None) }));
        let counts: &'static Counts = Box::leak(Box::default());
        let mut interface = interface(name, Version::new(1, 0, 0), true, counts);
        interface.user_data = ptr::from_ref(asking).cast_mut().cast();
        (interface.create_instance, interface.destroy_instance) = (create, destroy);
        (interface, asking)
    }
}

unsafe extern "C" fn create(user_data: *mut c_void, _: *const (), out: *mut HostContractInstance) {
    // SAFETY: the user data is an `Asking`.
    let asking = unsafe { &*user_data.cast::<Asking>() };
    if let Some(meeting) = asking.meeting {
        meeting.wait();
    }
    let (table, id) = (asking.table, HostContractId::of(asking.wanted, 1).as_u64());
    // SAFETY: the table is its own.
    let instance = unsafe { (table.api().get_host_contract)(table.0, id, 0) };
    let answer = match instance.data.is_null() {
        true => Err(table.last_error()),
        false => Ok(instance.data.addr()),
    };
    *asking.answer.lock() = Some(answer);
    // SAFETY: `out_instance` is never null.
    unsafe { out.write(HostContractInstance { data: user_data }) };
}

unsafe extern "C" fn destroy(_: *mut c_void, _: HostContractInstance) {}
