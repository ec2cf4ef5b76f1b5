//! The binary form of values: whatever the bytes are, they are one value of the type, whose C layout gives
//! the same bytes back, and which may then be printed, or an error that says where. The bytes are a
//! type and a value.

use crate::types;
use polyplug_schema::{
    GlobalAllocator, Memory, MemoryMut, NativeMemory, Type, Value, lift, lower, pack, release,
    unpack,
};

/// How much memory a value may take here.
const LIMIT: usize = 1 << 20;

/// Reads the bytes as a value.
pub fn run(data: &[u8]) {
    let Some((ty, bytes)) = types::split(data) else { return };
    // SAFETY: every place below is allocated from it for a value of the type, which is unpacked or
    // lowered there before it is read, and released once.
    let mut memory = unsafe { NativeMemory::new(GlobalAllocator) };
    let (size, align) = (ty.layout().size, ty.layout().align);
    let place = memory.allocate(size, align).expect("there is memory");
    match unpack(bytes, &ty, place, &mut memory, LIMIT) {
        Ok(()) => {
            echoed(bytes, &ty, place, &mut memory);
            release(&ty, place, &mut memory);
        }
        Err(error) => assert!(error.to_string().starts_with("value"), "{error}"),
    }
    memory.release(place, size, align);
}

/// The same value by every way.
fn echoed<M: Memory + MemoryMut>(bytes: &[u8], ty: &Type, place: usize, memory: &mut M) {
    let mut packed = Vec::new();
    pack(ty, place, memory, bytes.len(), &mut packed).expect("it has as many bytes");
    assert_eq!(packed, bytes, "a value has one form");
    // As a `Value` it may be larger than the limit.
    let Ok(value) = lift(ty, place, memory, LIMIT) else { return };
    assert_eq!(value.check(ty), Ok(()));
    let mut of_value = Vec::new();
    value.to_binary(ty, &mut of_value).expect("it is of the type");
    assert_eq!(of_value, bytes);
    let again = memory.allocate(ty.layout().size, ty.layout().align).expect("there is memory");
    lower(&value, ty, again, memory).expect("it is of the type");
    packed.clear();
    pack(ty, again, memory, bytes.len(), &mut packed).expect("it has as many bytes");
    assert_eq!(packed, bytes);
    release(ty, again, memory);
    memory.release(again, ty.layout().size, ty.layout().align);
    let text = value.to_string();
    let read = Value::from_wave(&text, ty).expect("what was written reads");
    assert_eq!(read.to_string(), text);
}
