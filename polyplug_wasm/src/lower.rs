//! From the memory of this process into a guest.
//!
//! It is done in two steps, because a guest whose arguments turn out bad in the middle can be used no
//! more: [`check`] says whether everything is a value, and [`Lower`] copies what was found good. What
//! another thread changes in between hurts nobody but the guest: nothing is followed unchecked.

use crate::plan::{Cases, Kind, Number, Part, Plan, Width};
use crate::room::Room;
use crate::text;
use polyplug::schema::{Memory, Problem, TagSize, ValueError};
use std::mem::MaybeUninit;
use wasmtime::ValRaw;

/// Whether there is a value at `at`.
///
/// # Errors
/// There is none: where and why.
pub(crate) fn check<M: Memory>(plan: &Plan, memory: &M, at: usize) -> Result<(), ValueError> {
    if plan.is_any {
        return Ok(());
    }
    match &plan.kind {
        Kind::Number(_) => {}
        Kind::Bool => {
            let [byte] = memory.read(at)?;
            if byte > 1 {
                return Err(Problem::NotBool(byte).into());
            }
        }
        Kind::Char => {
            let number = u32::from_ne_bytes(memory.read(at)?);
            char::from_u32(number).ok_or(Problem::NotChar(number))?;
        }
        Kind::Flags(count) => {
            let bits = word(memory, at, plan.native.size)?;
            if let Some(bit) = (*count..64).find(|bit| bits >> bit & 1 != 0) {
                let problem = Problem::NotFlag { bit: bit as usize, flags: *count as usize };
                return Err(problem.into());
            }
        }
        Kind::Text => {
            let bytes = bytes_of(memory, at, 1)?;
            if let Err(error) = std::str::from_utf8(bytes) {
                return Err(Problem::NotUtf8(error.valid_up_to()).into());
            }
        }
        Kind::List(element) => {
            let (place, count) = slice(memory, at, element)?;
            if !element.is_any {
                check_each(element, memory, place, count)?;
            }
        }
        Kind::Elements(element, count) => check_each(element, memory, at, *count)?,
        Kind::Parts(parts) => {
            for part in parts {
                let checked = check(&part.plan, memory, at + part.native);
                checked.map_err(|error| error.at(part.step.clone()))?;
            }
        }
        Kind::Cases(cases) => {
            let case = &cases.cases[tag(cases, memory, at)?];
            if let Some(payload) = &case.payload {
                let checked = check(payload, memory, at + cases.native);
                checked.map_err(|error| error.at(case.step.clone()))?;
            }
        }
    }
    Ok(())
}

fn check_each<M: Memory>(
    element: &Plan,
    memory: &M,
    at: usize,
    count: usize,
) -> Result<(), ValueError> {
    for index in 0..count {
        let checked = check(element, memory, at + index * element.native.size);
        checked.map_err(|error| error.at(index))?;
    }
    Ok(())
}

/// The number that `size` bytes hold.
#[inline(always)]
fn word<M: Memory>(memory: &M, at: usize, size: usize) -> Result<u64, Problem> {
    Ok(match size {
        1 => memory.read::<1>(at)?[0].into(),
        2 => u16::from_ne_bytes(memory.read(at)?).into(),
        4 => u32::from_ne_bytes(memory.read(at)?).into(),
        _ => u64::from_ne_bytes(memory.read(at)?),
    })
}

/// The number of the case that stands at `at`.
fn tag<M: Memory>(cases: &Cases, memory: &M, at: usize) -> Result<usize, Problem> {
    let tag = word(memory, at, cases.tag.bytes())? as u32;
    let count = cases.cases.len();
    if tag as usize >= count {
        return Err(Problem::NotCase { tag, cases: count });
    }
    Ok(tag as usize)
}

/// Where the elements of a list stand, and how many there are.
fn slice<M: Memory>(memory: &M, at: usize, element: &Plan) -> Result<(usize, usize), Problem> {
    let place = usize::from_ne_bytes(memory.read(at)?);
    let count = usize::from_ne_bytes(memory.read(at + size_of::<usize>())?);
    if count == 0 {
        return Ok((0, 0));
    }
    if place == 0 {
        return Err(Problem::NullPointer(count));
    }
    let align = element.native.align;
    if !place.is_multiple_of(align) {
        return Err(Problem::Misaligned { address: place, align });
    }
    let size = count.checked_mul(element.native.size);
    let is_there = size.is_some_and(|size| isize::try_from(size).is_ok());
    if is_there { Ok((place, count)) } else { Err(Problem::TooLong(count)) }
}

fn bytes_of<M: Memory>(memory: &M, at: usize, size: usize) -> Result<&[u8], Problem> {
    let place = usize::from_ne_bytes(memory.read(at)?);
    let count = usize::from_ne_bytes(memory.read(at + size_of::<usize>())?);
    if count == 0 {
        return Ok(&[]);
    }
    if place == 0 {
        return Err(Problem::NullPointer(count));
    }
    let bytes = count.checked_mul(size).filter(|bytes| isize::try_from(*bytes).is_ok());
    memory.bytes(place, bytes.ok_or(Problem::TooLong(count))?)
}

/// Copies values that were checked into a guest.
pub(crate) struct Lower<'a, M> {
    pub(crate) native: &'a M,
    pub(crate) room: &'a mut dyn Room,
}

/// Values of WebAssembly that are being filled in, from the first on.
pub(crate) struct Slots<'a> {
    slots: &'a mut [MaybeUninit<ValRaw>],
    filled: usize,
}

impl<'a> Slots<'a> {
    /// None of `slots` is filled yet.
    #[inline(always)]
    pub(crate) fn new(slots: &'a mut [MaybeUninit<ValRaw>]) -> Self {
        Self { slots, filled: 0 }
    }

    /// Fills the next. The upper bits of a value of 32 bits do not count.
    #[inline(always)]
    pub(crate) fn push(&mut self, bits: u64) {
        if let Some(slot) = self.slots.get_mut(self.filled) {
            slot.write(ValRaw::u64(bits));
        }
        self.filled += 1;
    }
}

impl<M: Memory> Lower<'_, M> {
    /// Passes the value at `at` by itself.
    ///
    /// # Errors
    /// The guest gives no room.
    #[inline]
    pub(crate) fn flat(
        &mut self,
        plan: &Plan,
        at: usize,
        slots: &mut Slots<'_>,
    ) -> wasmtime::Result<()> {
        match &plan.kind {
            Kind::Number(number) => slots.push(self.number(*number, at)?),
            Kind::Bool | Kind::Char | Kind::Flags(_) => {
                slots.push(word(self.native, at, plan.native.size).map_err(refused)?);
            }
            Kind::Text | Kind::List(_) => {
                let (place, count) = self.slice(plan, at)?;
                slots.push(place.into());
                slots.push(count.into());
            }
            Kind::Elements(element, count) => {
                for index in 0..*count {
                    self.flat(element, at + index * element.native.size, slots)?;
                }
            }
            Kind::Parts(parts) => {
                for part in parts {
                    self.flat(&part.plan, at + part.native, slots)?;
                }
            }
            Kind::Cases(cases) => {
                let number = tag(cases, self.native, at).map_err(refused)?;
                let end = slots.filled + plan.flat;
                slots.push(number as u64);
                if let Some(payload) = &cases.cases[number].payload {
                    self.flat(payload, at + cases.native, slots)?;
                }
                while slots.filled < end {
                    slots.push(0);
                }
            }
        }
        Ok(())
    }

    /// What the number at `at` becomes when it is passed by itself.
    ///
    /// # Errors
    /// It is not there.
    #[inline(always)]
    pub(crate) fn number(&self, number: Number, at: usize) -> wasmtime::Result<u64> {
        Ok(match number {
            Number::Unsigned(Width::One) => u8::from_ne_bytes(self.read(at)?).into(),
            Number::Unsigned(Width::Two) => u16::from_ne_bytes(self.read(at)?).into(),
            Number::Signed(Width::One) => extended(i8::from_ne_bytes(self.read(at)?).into()),
            Number::Signed(Width::Two) => extended(i16::from_ne_bytes(self.read(at)?).into()),
            Number::Unsigned(Width::Four) | Number::Signed(Width::Four) => {
                u32::from_ne_bytes(self.read(at)?).into()
            }
            Number::Unsigned(Width::Eight) | Number::Signed(Width::Eight) => {
                u64::from_ne_bytes(self.read(at)?)
            }
        })
    }

    #[inline(always)]
    fn read<const N: usize>(&self, at: usize) -> wasmtime::Result<[u8; N]> {
        self.native.read(at).map_err(refused)
    }

    /// Stores the parts of a whole.
    ///
    /// # Errors
    /// As for [`Lower::flat`].
    pub(crate) fn store_parts(
        &mut self,
        parts: &[Part],
        at: usize,
        guest: usize,
    ) -> wasmtime::Result<()> {
        for part in parts {
            self.store(&part.plan, at + part.native, guest + part.guest)?;
        }
        Ok(())
    }

    /// Stores the value at `at` in the guest's memory, where there is room for it.
    ///
    /// # Errors
    /// As for [`Lower::flat`].
    pub(crate) fn store(&mut self, plan: &Plan, at: usize, guest: usize) -> wasmtime::Result<()> {
        if plan.is_same {
            let bytes = self.native.bytes(at, plan.native.size).map_err(refused)?;
            self.room.memory()[guest..][..bytes.len()].copy_from_slice(bytes);
            return Ok(());
        }
        match &plan.kind {
            Kind::Text | Kind::List(_) => {
                let (place, count) = self.slice(plan, at)?;
                let slice = &mut self.room.memory()[guest..][..8];
                slice[..4].copy_from_slice(&place.to_le_bytes());
                slice[4..].copy_from_slice(&count.to_le_bytes());
                Ok(())
            }
            Kind::Elements(element, count) => self.store_each(element, at, guest, *count),
            Kind::Parts(parts) => self.store_parts(parts, at, guest),
            Kind::Cases(cases) => {
                let number = tag(cases, self.native, at).map_err(refused)?;
                let size = match cases.tag {
                    TagSize::One => 1,
                    TagSize::Two => 2,
                    TagSize::Four => 4,
                };
                let bytes = (number as u32).to_le_bytes();
                self.room.memory()[guest..][..size].copy_from_slice(&bytes[..size]);
                match &cases.cases[number].payload {
                    Some(payload) => self.store(payload, at + cases.native, guest + cases.guest),
                    None => Ok(()),
                }
            }
            // These are the same on both sides.
            Kind::Number(_) | Kind::Bool | Kind::Char | Kind::Flags(_) => Ok(()),
        }
    }

    fn store_each(
        &mut self,
        element: &Plan,
        at: usize,
        guest: usize,
        count: usize,
    ) -> wasmtime::Result<()> {
        for index in 0..count {
            let (from, to) = (index * element.native.size, index * element.guest.size);
            self.store(element, at + from, guest + to)?;
        }
        Ok(())
    }

    /// Copies what a string or a list points at; pointer and length in the guest.
    fn slice(&mut self, plan: &Plan, at: usize) -> wasmtime::Result<(u32, u32)> {
        let Kind::List(element) = &plan.kind else {
            let bytes = bytes_of(self.native, at, 1).map_err(refused)?;
            return text::encode(bytes, self.room);
        };
        let (from, count) = slice(self.native, at, element).map_err(refused)?;
        let size = count.checked_mul(element.guest.size);
        let size = size.filter(|size| u32::try_from(*size).is_ok());
        let size = size.ok_or_else(|| refused(Problem::TooLong(count)))?;
        let place = self.room.allocate(size, element.guest.align)?;
        if size == 0 {
            return Ok((u32::try_from(place)?, 0));
        }
        if element.is_same {
            let bytes = self.native.bytes(from, size).map_err(refused)?;
            self.room.memory()[place..][..size].copy_from_slice(bytes);
        } else {
            self.store_each(element, from, place, count)?;
        }
        Ok((u32::try_from(place)?, u32::try_from(count)?))
    }
}

fn extended(number: i32) -> u64 {
    u64::from(number as u32)
}

#[cold]
fn refused(problem: Problem) -> wasmtime::Error {
    wasmtime::Error::msg(problem.to_string())
}
