//! Admission: a C program's callback that is asked before a bundle is loaded.

use crate::border;
use crate::offer::Offer;
use polyplug::discovery::{Admission, BundleOffer};
use polyplug_abi::{self as abi, ADMISSION_ALLOW, StringView};
use std::ffi::c_void;

/// A C program's callback.
pub(crate) struct Gate {
    pub(crate) admission: abi::Admission,
    pub(crate) user_data: *mut c_void,
}

// SAFETY: the pointer is only handed back to the program, which promises that its callback may be
// called with it on any thread.
unsafe impl Send for Gate {}
// SAFETY: as above.
unsafe impl Sync for Gate {}

/// A closure that asks at the gate.
pub(crate) fn asker(gate: Gate) -> impl Fn(&BundleOffer) -> Admission + Send + Sync + 'static {
    // The closure holds the gate, which may cross threads, and not the bare pointer in it.
    move |offer| gate.ask(offer)
}

impl Gate {
    fn ask(&self, offer: &BundleOffer) -> Admission {
        let offer = Offer::arriving(offer.clone());
        let layout = offer.layout();
        let mut reason = StringView::null();
        // SAFETY: the program's promise for its callback; what the layout shows lives during the call.
        let answer =
            unsafe { (self.admission)(self.user_data, &raw const layout, &raw mut reason) };
        if answer == ADMISSION_ALLOW {
            return Admission::Allow;
        }
        // SAFETY: the program's promise: what it set can be read until now.
        let said = unsafe { border::viewed("out_reason", reason) };
        Admission::Deny(match said {
            Ok(Some(reason)) => reason.to_owned(),
            Ok(None) => "the host's callback gave no reason".to_owned(),
            Err(failure) => {
                let problem = failure.message.unwrap_or_default();
                format!("the host's callback gave a reason that cannot be read: {problem}")
            }
        })
    }
}
