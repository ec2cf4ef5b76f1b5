//! In the place of `egress`, in a library whose bundles send no requests.

use crate::border::Failure;
use polyplug_abi::{self as abi, RuntimeConfig};
use std::ffi::c_void;

/// What the program says of requests: nothing.
pub(crate) struct Egress;

impl Egress {
    pub(crate) fn none() -> Self {
        Self
    }

    /// # Errors
    /// The program expects to be asked, and would not be.
    pub(crate) fn of(
        egress: Option<abi::Egress>,
        _user_data: *mut c_void,
        _config: &RuntimeConfig,
    ) -> Result<Self, Failure> {
        match egress {
            None => Ok(Self),
            Some(_) => {
                let problem = "is set, but in this library bundles send no requests; build it with \
                               the feature `http`";
                Err(Failure::argument("options.egress", problem))
            }
        }
    }

    /// The loader of components.
    #[cfg(feature = "wasm")]
    pub(crate) fn loader(self) -> polyplug_wasm::WasmLoader {
        polyplug_wasm::WasmLoader::default()
    }
}
