//! From a guest into the memory of this process. Nothing that a guest says is believed: neither where
//! something stands nor how long it is, nor that its bits are a value.

use crate::limits::Allowance;
use crate::plan::{Cases, Kind, Number, Part, Plan, Width};
use crate::room::Encoding;
use crate::text::{decode, slice_of};
use polyplug::schema::{MemoryMut, Problem, ValueError};
use wasmtime::ValRaw;

/// How many bytes are copied before the time is looked at again: less than a tenth of a millisecond.
const BETWEEN_LOOKS: usize = 64 << 10;

/// Copies values out of a guest.
pub(crate) struct Lift<'a, M> {
    guest: &'a [u8],
    encoding: Encoding,
    native: &'a mut M,
    allowance: Allowance<'a>,
    /// How many bytes may still be taken: many strings of a guest can stand at one place.
    left: usize,
    /// How many were copied since the time was looked at.
    unwatched: usize,
    is_late: bool,
}

/// Values of WebAssembly that are being read, from the first on.
pub(crate) struct Values<'a> {
    values: &'a [ValRaw],
    read: usize,
}

impl<'a> Values<'a> {
    #[inline]
    pub(crate) fn new(values: &'a [ValRaw]) -> Self {
        Self { values, read: 0 }
    }

    #[inline]
    fn next_long(&mut self) -> u64 {
        let value = self.values.get(self.read).map_or(0, ValRaw::get_u64);
        self.read += 1;
        value
    }

    #[inline]
    fn next_word(&mut self) -> u32 {
        // The upper bits of a value of 32 bits do not count.
        self.next_long() as u32
    }
}

impl<'a, M: MemoryMut> Lift<'a, M> {
    /// Out of `guest` into `native`.
    pub(crate) fn new(
        guest: &'a [u8],
        encoding: Encoding,
        native: &'a mut M,
        allowance: Allowance<'a>,
    ) -> Self {
        let left = allowance.bytes;
        Self { guest, encoding, native, allowance, left, unwatched: 0, is_late: false }
    }

    /// Whether the last error was that the time of the call was over.
    pub(crate) fn is_late(&self) -> bool {
        self.is_late
    }

    /// Reads a value that was passed by itself, and writes it at `at`.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn flat(
        &mut self,
        plan: &Plan,
        values: &mut Values<'_>,
        at: usize,
    ) -> Result<(), ValueError> {
        match &plan.kind {
            Kind::Number(number) => write_number(*number, values, self.native, at)?,
            Kind::Bool => self.native.write(at, [u8::from(values.next_word() != 0)])?,
            Kind::Char => self.write_char(values.next_word(), at)?,
            Kind::Flags(count) => self.write_flags(values.next_word(), *count, plan, at)?,
            Kind::Text | Kind::List(_) => {
                let (place, count) = (values.next_word(), values.next_word());
                self.slice(plan, place, count, at)?;
            }
            Kind::Elements(element, count) => {
                for index in 0..*count {
                    let lifted = self.flat(element, values, at + index * element.native.size);
                    lifted.map_err(|error| error.at(index))?;
                }
            }
            Kind::Parts(parts) => self.flat_parts(parts, values, at)?,
            Kind::Cases(cases) => {
                let end = values.read + plan.flat;
                let number = self.write_tag(cases, values.next_word(), at)?;
                let case = &cases.cases[number];
                if let Some(payload) = &case.payload {
                    let lifted = self.flat(payload, values, at + cases.native);
                    lifted.map_err(|error| error.at(case.step.clone()))?;
                }
                values.read = end;
            }
        }
        Ok(())
    }

    /// Reads the parts of a whole that were passed by themselves.
    ///
    /// # Errors
    /// As for [`Lift::flat`].
    pub(crate) fn flat_parts(
        &mut self,
        parts: &[Part],
        values: &mut Values<'_>,
        at: usize,
    ) -> Result<(), ValueError> {
        for part in parts {
            let lifted = self.flat(&part.plan, values, at + part.native);
            lifted.map_err(|error| error.at(part.step.clone()))?;
        }
        Ok(())
    }

    /// Reads the value at `guest` in the guest's memory, and writes it at `at`.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn load(&mut self, plan: &Plan, guest: usize, at: usize) -> Result<(), ValueError> {
        if plan.is_same && plan.is_any {
            let bytes = slice_of(self.guest, guest, plan.guest.size)?;
            return Ok(self.native.write_all(at, bytes)?);
        }
        match &plan.kind {
            Kind::Number(_) => {}
            Kind::Bool => {
                let [byte] = self.read(guest)?;
                self.native.write(at, [u8::from(byte != 0)])?;
            }
            Kind::Char => self.write_char(u32::from_le_bytes(self.read(guest)?), at)?,
            Kind::Flags(count) => {
                let bits = self.word(guest, plan.guest.size)?;
                self.write_flags(bits, *count, plan, at)?;
            }
            Kind::Text | Kind::List(_) => {
                let place = u32::from_le_bytes(self.read(guest)?);
                let count = u32::from_le_bytes(self.read(guest + 4)?);
                self.slice(plan, place, count, at)?;
            }
            Kind::Elements(element, count) => self.load_each(element, guest, at, *count)?,
            Kind::Parts(parts) => self.load_parts(parts, guest, at)?,
            Kind::Cases(cases) => {
                let number = self.word(guest, cases.tag.bytes())?;
                let number = self.write_tag(cases, number, at)?;
                let case = &cases.cases[number];
                if let Some(payload) = &case.payload {
                    let lifted = self.load(payload, guest + cases.guest, at + cases.native);
                    lifted.map_err(|error| error.at(case.step.clone()))?;
                }
            }
        }
        Ok(())
    }

    /// Reads the parts of a whole in the guest's memory.
    ///
    /// # Errors
    /// As for [`Lift::load`].
    pub(crate) fn load_parts(
        &mut self,
        parts: &[Part],
        guest: usize,
        at: usize,
    ) -> Result<(), ValueError> {
        for part in parts {
            let lifted = self.load(&part.plan, guest + part.guest, at + part.native);
            lifted.map_err(|error| error.at(part.step.clone()))?;
        }
        Ok(())
    }

    fn load_each(
        &mut self,
        element: &Plan,
        guest: usize,
        at: usize,
        count: usize,
    ) -> Result<(), ValueError> {
        for index in 0..count {
            let (from, to) = (index * element.guest.size, index * element.native.size);
            self.watch(element.native.size)?;
            self.load(element, guest + from, at + to).map_err(|error| error.at(index))?;
        }
        Ok(())
    }

    /// Copies a string or a list, and writes its pointer and length at `at`.
    fn slice(&mut self, plan: &Plan, place: u32, count: u32, at: usize) -> Result<(), ValueError> {
        let Kind::List(element) = &plan.kind else {
            let text = decode(self.guest, self.encoding, place, count)?;
            return Ok(self.write_bytes(&text, 1, text.len(), at)?);
        };
        let (place, count) = (place as usize, count as usize);
        let align = element.guest.align;
        if !place.is_multiple_of(align) {
            return Err(Problem::Misaligned { address: place, align }.into());
        }
        // No overflow: a count below 2^32 and an element of at most 2^24 bytes.
        let bytes = slice_of(self.guest, place, count * element.guest.size)?;
        if element.is_same && element.is_any {
            return Ok(self.write_bytes(bytes, element.native.align, count, at)?);
        }
        let native = self.room(count * element.native.size, element.native.align)?;
        if element.owns_memory && count > 0 {
            // Whoever gives back what was read until something went wrong finds the rest empty.
            self.native.zero(native, count * element.native.size)?;
        }
        self.write_slice(native, count, at)?;
        self.load_each(element, place, native, count)
    }

    fn write_bytes(
        &mut self,
        bytes: &[u8],
        align: usize,
        count: usize,
        at: usize,
    ) -> Result<(), Problem> {
        let place = self.room(bytes.len(), align)?;
        if !bytes.is_empty() {
            self.native.write_all(place, bytes)?;
        }
        self.write_slice(place, count, at)
    }

    fn write_slice(&mut self, place: usize, count: usize, at: usize) -> Result<(), Problem> {
        self.native.write(at, place.to_ne_bytes())?;
        self.native.write(at + size_of::<usize>(), count.to_ne_bytes())
    }

    /// New memory in this process. For nothing, a place that is there for ever.
    fn room(&mut self, size: usize, align: usize) -> Result<usize, Problem> {
        static EMPTY: u64 = 0;
        if size == 0 {
            return Ok((&raw const EMPTY).expose_provenance());
        }
        let most = self.allowance.bytes;
        self.left = self.left.checked_sub(size).ok_or(Problem::LimitReached(most))?;
        self.watch(size)?;
        self.native.allocate(size, align)
    }

    /// So many bytes are about to be copied; whether there is time for them.
    #[inline]
    fn watch(&mut self, size: usize) -> Result<(), Problem> {
        self.unwatched += size;
        if self.unwatched < BETWEEN_LOOKS {
            return Ok(());
        }
        self.unwatched = 0;
        self.is_late = self.allowance.is_over();
        match self.is_late {
            true => Err(Problem::Other("there was no time to copy all of it".to_owned())),
            false => Ok(()),
        }
    }

    fn write_char(&mut self, number: u32, at: usize) -> Result<(), Problem> {
        char::from_u32(number).ok_or(Problem::NotChar(number))?;
        self.native.write(at, number.to_ne_bytes())
    }

    /// Bits that stand for no flag are dropped, as the component model wants it.
    fn write_flags(
        &mut self,
        bits: u32,
        count: u32,
        plan: &Plan,
        at: usize,
    ) -> Result<(), Problem> {
        let known = u32::MAX >> (32 - count.clamp(1, 32));
        self.write_word(bits & known, plan.native.size, at)
    }

    fn write_tag(&mut self, cases: &Cases, tag: u32, at: usize) -> Result<usize, Problem> {
        let count = cases.cases.len();
        if tag as usize >= count {
            return Err(Problem::NotCase { tag, cases: count });
        }
        self.write_word(tag, cases.tag.bytes(), at)?;
        Ok(tag as usize)
    }

    fn write_word(&mut self, word: u32, size: usize, at: usize) -> Result<(), Problem> {
        match size {
            1 => self.native.write(at, (word as u8).to_ne_bytes()),
            2 => self.native.write(at, (word as u16).to_ne_bytes()),
            _ => self.native.write(at, word.to_ne_bytes()),
        }
    }

    fn word(&self, guest: usize, size: usize) -> Result<u32, Problem> {
        Ok(match size {
            1 => self.read::<1>(guest)?[0].into(),
            2 => u16::from_le_bytes(self.read(guest)?).into(),
            _ => u32::from_le_bytes(self.read(guest)?),
        })
    }

    fn read<const N: usize>(&self, guest: usize) -> Result<[u8; N], Problem> {
        let bytes = self.guest.get(guest..).and_then(<[u8]>::first_chunk);
        bytes.copied().ok_or(Problem::OutOfBounds { address: guest, size: N })
    }
}

/// Writes a number that was passed by itself at `at`.
///
/// # Errors
/// There is no room.
#[inline(always)]
pub(crate) fn write_number<M: MemoryMut>(
    number: Number,
    values: &mut Values<'_>,
    native: &mut M,
    at: usize,
) -> Result<(), Problem> {
    let (Number::Unsigned(width) | Number::Signed(width)) = number;
    match width {
        Width::One => native.write(at, (values.next_word() as u8).to_ne_bytes()),
        Width::Two => native.write(at, (values.next_word() as u16).to_ne_bytes()),
        Width::Four => native.write(at, values.next_word().to_ne_bytes()),
        Width::Eight => native.write(at, values.next_long().to_ne_bytes()),
    }
}
