//! State of typed classes across reloads.

use super::*;
use polyplug_abi::GuestContractInstance;

const COUNTER: &str = "add: func(amount: u32) -> u32;";

fn add(contract: &Contract, amount: u32) -> Value {
    contract.call_values("add", &[Value::U32(amount)]).unwrap()
}

fn add_to(contract: &Contract, instance: GuestContractInstance, amount: u32) -> u32 {
    let mut out = 0_u32;
    let (args, place) = ((&raw const amount).cast(), (&raw mut out).cast());
    // SAFETY: function 0 takes a `u32` and gives one.
    unsafe { contract.call_raw(instance, 0, args, place, std::ptr::null_mut()) }.unwrap();
    out
}

const PLAIN: &str = "
function Class.new() return setmetatable({ sum = 0 }, Class) end
function Class:add(amount) self.sum = self.sum + amount return self.sum end";

#[test]
fn fields_of_objects_survive() {
    let world = World::new();
    let contract = world.load_typed("demo", COUNTER, PLAIN);
    // SAFETY: the constructor expects nothing.
    let instance = unsafe { contract.create(std::ptr::null()) }.unwrap();
    add(&contract, 5);
    add_to(&contract, instance, 7);
    world
        .reload_typed("demo", &PLAIN.replace("self.sum + amount", "self.sum + 10 * amount"))
        .unwrap();
    assert_eq!(add(&contract, 1), Value::U32(15));
    assert_eq!(add_to(&contract, instance, 1), 17);
}

#[test]
fn save_and_restore_are_asked() {
    let world = World::new();
    let script = "
local sums = setmetatable({}, { __mode = 'k' })
function Class.new() return setmetatable({}, Class) end
function Class:add(amount) sums[self] = (sums[self] or 0) + amount return sums[self] end
function Class:save() return { sum = sums[self] } end
function Class:restore(state, from) assert(from == '1.0.0') sums[self] = state.sum + 100 end";
    let contract = world.load_typed("demo", COUNTER, script);
    add(&contract, 5);
    world.reload_typed("demo", script).unwrap();
    assert_eq!(add(&contract, 1), Value::U32(106));
}

#[test]
fn kept_tables_survive_and_what_the_file_says_of_an_only_object_counts() {
    let world = World::new();
    let script = "
Class.step = 1
local totals = polyplug.keep('totals', { sum = 0 })
function Class:add(amount) totals.sum = totals.sum + amount * self.step return totals.sum end";
    let contract = world.load_typed("demo", COUNTER, script);
    assert_eq!(add(&contract, 5), Value::U32(5));
    world.reload_typed("demo", &script.replace("step = 1", "step = 100")).unwrap();
    assert_eq!(add(&contract, 1), Value::U32(105));
}

#[test]
fn a_version_that_does_not_start_leaves_the_old_one_in_place() {
    let world = World::new();
    let contract = world.load_typed("demo", COUNTER, PLAIN);
    add(&contract, 5);
    let error = world.reload_typed("demo", "function Class:sub() end").unwrap_err();
    assert!(error.to_string().contains("no method `add`"), "{error}");
    assert_eq!(add(&contract, 1), Value::U32(6));
}

#[test]
fn a_raw_bundle_may_become_a_typed_one() {
    let world = World::new();
    let contract = world.load(
        "demo",
        "function new() return { sum = 0 } end
         functions[0] = function(self, a, o)
           self.sum = self.sum + ffi.cast('const uint32_t *', a)[0]
           ffi.cast('uint32_t *', o)[0] = self.sum
         end",
    );
    assert_eq!(add_to(&contract, GuestContractInstance::null(), 5), 5);
    let folder = world.write_typed("demo", "", COUNTER, PLAIN);
    world.runtime.reload_bundle(folder).unwrap();
    assert_eq!(add_to(&contract, GuestContractInstance::null(), 5), 10);
}
