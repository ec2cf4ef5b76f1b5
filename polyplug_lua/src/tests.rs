//! Tests of whole VMs, through the runtime's [`Guest`] interface but without a runtime.

#![expect(unsafe_code, reason = "the guest's functions are unsafe to call")]

mod calls;
mod hand_over;
mod limits;
mod modules;
mod sandbox;
mod speed;
mod start;

use crate::guest::LuaGuest;
use crate::libraries::Libraries;
use crate::sources::Sources;
use crate::vm::Opening;
use polyplug::error::LoaderError;
use polyplug::guest::{Guest, GuestCall, GuestError};
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

/// A bundle that is about to be opened.
struct Bundle {
    opening: Opening,
}

impl Bundle {
    fn of(files: &[(&str, &str)]) -> Self {
        let files =
            files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes())));
        let sources = Sources::new("bundle", "main.lua", files);
        Self { opening: Opening { sources, ..Opening::bare(Libraries::All) } }
    }

    fn memory(mut self, bytes: u64) -> Self {
        self.opening.memory = Some(bytes);
        self
    }

    fn call_time(mut self, milliseconds: u64) -> Self {
        self.opening.call_time = Some((Duration::from_millis(milliseconds), Box::new(|_| ())));
        self
    }

    fn libraries(mut self, libraries: Libraries) -> Self {
        self.opening.libraries = libraries;
        self
    }

    fn try_open(self) -> Result<LuaGuest, LoaderError> {
        LuaGuest::open(self.opening, ptr::null(), &|_| Ok(None))
    }

    fn open(self) -> LuaGuest {
        self.try_open().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The message of a start that fails.
    fn refusal(self) -> String {
        match self.try_open() {
            Ok(_) => panic!("the bundle started"),
            Err(error) => error.to_string(),
        }
    }
}

/// A bundle with one contract, `test.one@1`; `body` defines `new` and `functions`.
fn contract(body: &str) -> String {
    format!(
        "local functions = {{}}\n{body}\n\
         function polyplug_init(host, ctx)\n\
           return {{ ['test.one'] = {{ factory = new or function() return {{}} end, functions = functions }} }},\n\
             {{ code = 0 }}\n\
         end\n"
    )
}

fn open(body: &str) -> LuaGuest {
    Bundle::of(&[("main.lua", &contract(body))]).open()
}

/// Calls a function that takes and returns one double.
fn call_on(
    guest: &LuaGuest,
    instance: *mut c_void,
    function: u32,
    argument: f64,
) -> Result<f64, Box<GuestError>> {
    let mut out = f64::NAN;
    let call = GuestCall {
        contract: 0,
        function,
        instance,
        args: (&raw const argument).cast(),
        out: (&raw mut out).cast(),
        arena: ptr::null_mut(),
    };
    // SAFETY: nobody else uses the guest; the functions of these tests use doubles.
    unsafe { guest.call(&call) }.map(|()| out)
}

fn call(guest: &LuaGuest, function: u32, argument: f64) -> Result<f64, Box<GuestError>> {
    call_on(guest, ptr::null_mut(), function, argument)
}

fn create(guest: &LuaGuest) -> *mut c_void {
    // SAFETY: nobody else uses the guest.
    unsafe { guest.create_instance(0, ptr::null()) }.expect("the constructor works")
}

fn destroy(guest: &LuaGuest, data: *mut c_void) -> Result<(), Box<GuestError>> {
    // SAFETY: nobody else uses the guest.
    unsafe { guest.destroy_instance(0, data) }
}

/// What the functions of these tests begin with: `get(args)` and `set(out, value)` for doubles.
const DOUBLES: &str = "
local ffi = require('ffi')
local function get(args) return ffi.cast('const double *', args)[0] end
local function set(out, value) ffi.cast('double *', out)[0] = value end
";

fn with_doubles(body: &str) -> String {
    format!("{DOUBLES}{body}")
}
