//! Text: a `StringView` in memory.

use crate::list::{RawList, elements, lower_same};
use crate::{Lift, Lifting, Lower, NoMemory, Place, Problem, Typed};
use polyplug_abi::StringView;

// SAFETY: a text is a StringView.
unsafe impl Typed for str {
    type Raw = StringView;
    const POINTS: bool = true;
}

// SAFETY: as above.
unsafe impl Typed for String {
    type Raw = StringView;
    const POINTS: bool = true;
}

impl Lower for str {
    #[inline]
    fn lower<P: Place>(&self, place: &mut P) -> Result<StringView, NoMemory> {
        let RawList { items, len } = lower_same(self.as_bytes(), place)?;
        Ok(StringView { ptr: items, len })
    }
}

impl Lower for String {
    #[inline]
    fn lower<P: Place>(&self, place: &mut P) -> Result<StringView, NoMemory> {
        self.as_str().lower(place)
    }
}

impl<'a> Lift<'a> for &'a str {
    #[inline]
    unsafe fn lift(raw: &StringView, _: &mut Lifting) -> Result<Self, Problem> {
        let list = RawList { items: raw.ptr, len: raw.len };
        // SAFETY: the caller's promise.
        let bytes: &'a [u8] = unsafe { elements(list) }?;
        std::str::from_utf8(bytes).map_err(|error| Problem::NotUtf8(error.valid_up_to()))
    }
}

impl Lift<'_> for String {
    #[inline]
    unsafe fn lift(raw: &StringView, lifting: &mut Lifting) -> Result<Self, Problem> {
        // SAFETY: the caller's promise; the text is copied before the call returns.
        let text = unsafe { <&str>::lift(raw, lifting) }?;
        lifting.spend(text.len(), 1)?;
        Ok(text.to_owned())
    }
}
