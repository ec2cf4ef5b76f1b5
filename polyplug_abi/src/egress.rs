//! The host's word on the requests that bundles send.

use crate::StringView;
use core::ffi::c_void;
use core::mem::offset_of;

/// The request is not sent, and the bundle is told that it was denied. Every value but `EGRESS_SEND`
/// means this.
pub const EGRESS_REFUSE: u32 = 0;
/// The request is sent, if the address is a public one.
pub const EGRESS_SEND: u32 = 1;

/// A header of a request.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HttpHeader {
    /// Its name; what a bundle sends is in small letters.
    pub name: StringView,
    /// Its bytes, which are mostly, and need not be, UTF-8.
    pub value: StringView,
}

/// A request that a bundle wants to send. It lives until the callback that it is shown to returns, with
/// all that it points at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct EgressRequest {
    /// The size of this struct as the runtime knows it: later versions append fields.
    pub struct_size: u32,
    /// The port: 80 or 443 where the bundle named none.
    pub port: u32,
    /// The bundle's name, which is no proof of who made it.
    pub bundle: StringView,
    /// The method, such as `GET`; its case counts.
    pub method: StringView,
    /// `http` or `https`.
    pub scheme: StringView,
    /// The host, in small letters: a name, or an address, one of version 6 in brackets. It is what the
    /// bundle wrote, and not yet resolved.
    pub host: StringView,
    /// The path, and what follows a `?`.
    pub path: StringView,
    /// The headers that the bundle set; null if there are none. The body is not written yet.
    pub headers: *const HttpHeader,
    /// How many those are.
    pub header_count: usize,
}

/// What a callback answers besides its value. It is there with all fields null, and belongs to the runtime;
/// what its fields point at stays the host's and is copied as soon as the callback has returned, before
/// `release` is called.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct EgressAnswer {
    /// Headers that take the place of the bundle's own of the same names, such as a key, which the bundle
    /// never sees. One that is no header refuses the request; `content-length` is the bundle's alone.
    pub headers: *const HttpHeader,
    /// How many those are.
    pub header_count: usize,
    /// Why the request is not sent, for the log; the bundle is not told.
    pub reason: StringView,
    /// Is called once with `held` when all of the above was copied; null if nothing is to be given back.
    /// [same-thread]
    pub release: Option<unsafe extern "C" fn(held: *mut c_void)>,
    /// What `release` is called with; may be null.
    pub held: *mut c_void,
}

/// Is asked whether a request of a bundle may be sent. [thread-safe]
///
/// Once for each request of a bundle that has the capability `http`, before a name is resolved or anything is
/// sent. Redirections are not followed, so where one leads is the next request. Addresses that are not
/// public are refused afterwards, whatever it says. `user_data` is the pointer that was configured;
/// `request` and `out_answer` are never null. The thread that runs the bundle calls it, and waits. It must
/// not call into the bundle; other bundles it may call, whose requests it is asked about meanwhile. An exception of C++ must not leave it: the process would end.
pub type Egress = unsafe extern "C" fn(
    user_data: *mut c_void,
    request: *const EgressRequest,
    out_answer: *mut EgressAnswer,
) -> u32;

const _: () = {
    assert!(size_of::<HttpHeader>() == 32 && align_of::<HttpHeader>() == 8);
    assert!(offset_of!(HttpHeader, name) == 0);
    assert!(offset_of!(HttpHeader, value) == 16);

    assert!(size_of::<EgressRequest>() == 104 && align_of::<EgressRequest>() == 8);
    assert!(offset_of!(EgressRequest, struct_size) == 0);
    assert!(offset_of!(EgressRequest, port) == 4);
    assert!(offset_of!(EgressRequest, bundle) == 8);
    assert!(offset_of!(EgressRequest, method) == 24);
    assert!(offset_of!(EgressRequest, scheme) == 40);
    assert!(offset_of!(EgressRequest, host) == 56);
    assert!(offset_of!(EgressRequest, path) == 72);
    assert!(offset_of!(EgressRequest, headers) == 88);
    assert!(offset_of!(EgressRequest, header_count) == 96);

    assert!(size_of::<EgressAnswer>() == 48 && align_of::<EgressAnswer>() == 8);
    assert!(offset_of!(EgressAnswer, headers) == 0);
    assert!(offset_of!(EgressAnswer, header_count) == 8);
    assert!(offset_of!(EgressAnswer, reason) == 16);
    assert!(offset_of!(EgressAnswer, release) == 32);
    assert!(offset_of!(EgressAnswer, held) == 40);
};
