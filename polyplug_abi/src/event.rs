//! What a runtime tells its host.

use core::mem::offset_of;
use core::ptr;

use crate::{BundleId, StringView, TrustRecord};

/// Something that happened to a bundle or to the runtime.
///
/// It is filled in whole: what an event does not have is 0 or a null text. The texts belong to the
/// runtime; `OnEvent` and `polyplug_next_event` say how long they live.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// How many bytes of this struct the runtime knows; those beyond are 0.
    pub struct_size: u32,
    /// What happened: an `EVENT_` value.
    pub kind: u32,
    /// The hash of the bundle's name; 0 if the event is about none.
    pub bundle_id: BundleId,
    /// The name of the bundle, or of its folder if the manifest cannot be read.
    pub bundle: StringView,
    /// Where the bundle lies that failed, or the folder that is no longer watched.
    pub path: StringView,
    /// Why something failed, is kept or was lost; the name of the thread that held a pin.
    pub message: StringView,
    /// The load number that ran, or was closed.
    pub from: u32,
    /// The load number that runs now, or is about to.
    pub to: u32,
    /// The step that failed: a `STEP_` value.
    pub step: u32,
    /// Why a bundle was reloaded: a `CAUSE_` value.
    pub cause: u32,
    /// Why it failed: an `ERROR_` value.
    pub code: u32,
    /// What keeps a replaced version: a `PIN_` value.
    pub reason: u32,
    /// What became of the state: a `STATE_` value.
    pub state: u32,
    /// How many objects were given their state back.
    pub state_kept: u32,
    /// How many objects were made afresh, because their state could not be kept.
    pub state_reset: u32,
    /// 0.
    pub padding: u32,
    /// How many events were lost.
    pub count: u64,
    /// How long reading, opening and starting took, in nanoseconds.
    pub stage_ns: u64,
    /// How long checking, getting in, handing over and publishing took, in nanoseconds.
    pub commit_ns: u64,
    /// The time from the first notice of the change to the commit, in nanoseconds; 0 if nothing was
    /// watched.
    pub since_change_ns: u64,
    /// How long a drain took or a commit waited, in nanoseconds.
    pub waited_ns: u64,
    /// What was decided about the bytes of a bundle that was loaded, reloaded or refused; null where
    /// there is nothing to decide.
    pub trust: *const TrustRecord,
    /// 0; room for what later versions tell.
    pub reserved: [u64; 5],
}

const _: () = {
    assert!(size_of::<Event>() == 192 && align_of::<Event>() == 8);
    assert!(offset_of!(Event, struct_size) == 0);
    assert!(offset_of!(Event, kind) == 4);
    assert!(offset_of!(Event, bundle_id) == 8);
    assert!(offset_of!(Event, bundle) == 16);
    assert!(offset_of!(Event, path) == 32);
    assert!(offset_of!(Event, message) == 48);
    assert!(offset_of!(Event, from) == 64);
    assert!(offset_of!(Event, to) == 68);
    assert!(offset_of!(Event, step) == 72);
    assert!(offset_of!(Event, cause) == 76);
    assert!(offset_of!(Event, code) == 80);
    assert!(offset_of!(Event, reason) == 84);
    assert!(offset_of!(Event, state) == 88);
    assert!(offset_of!(Event, state_kept) == 92);
    assert!(offset_of!(Event, state_reset) == 96);
    assert!(offset_of!(Event, padding) == 100);
    assert!(offset_of!(Event, count) == 104);
    assert!(offset_of!(Event, stage_ns) == 112);
    assert!(offset_of!(Event, commit_ns) == 120);
    assert!(offset_of!(Event, since_change_ns) == 128);
    assert!(offset_of!(Event, waited_ns) == 136);
    assert!(offset_of!(Event, trust) == 144);
    assert!(offset_of!(Event, reserved) == 152);
};

/// How many bytes of an event this version fills in.
const KNOWN: u32 = offset_of!(Event, reserved) as u32;

impl Event {
    /// An event of this kind that says nothing else.
    pub const fn of_kind(kind: u32) -> Self {
        Self {
            struct_size: KNOWN,
            kind,
            bundle_id: BundleId::from_u64(0),
            bundle: StringView::null(),
            path: StringView::null(),
            message: StringView::null(),
            from: 0,
            to: 0,
            step: 0,
            cause: 0,
            code: 0,
            reason: 0,
            state: 0,
            state_kept: 0,
            state_reset: 0,
            padding: 0,
            count: 0,
            stage_ns: 0,
            commit_ns: 0,
            since_change_ns: 0,
            waited_ns: 0,
            trust: ptr::null(),
            reserved: [0; 5],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Event;
    use crate::EVENT_LOADED;

    #[test]
    fn an_event_says_nothing_but_its_kind_at_first() {
        let event = Event::of_kind(EVENT_LOADED);
        assert_eq!((event.struct_size, event.kind), (152, 1));
        assert!(event.bundle.is_null() && event.message.is_null());
    }
}
