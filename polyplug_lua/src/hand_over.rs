//! State from one generation to the next: the default objects, the instances, and the tables of
//! `polyplug.keep`, as one graph, so that what they share stays shared.
//!
//! An object gives its state with `save(self)` and takes it with `restore(self, state,
//! from_version)`. Without `save` its plain fields are copied over the fields of the new object; so
//! is what `save` returned, if the new object has no `restore`. The old VM is only read; what was
//! done to the new one is dropped with it if a step fails.

use crate::frame::Frame;
use crate::guest::{Contract, LuaGuest};
use crate::instances::Instance;
use crate::modules::{self, CARRIED, KEPT};
use crate::plain_data::{Metatables, PlainData, Unfilled, Value, Writer};
use crate::registration::Factory;
use crate::report::Failure;
use crate::state::{Kind, REGISTRY};
use polyplug::guest::{Aftermath, HandedOver};
use polyplug_abi::Version;
use std::ffi::c_int;

/// An object of the old generation and what it becomes.
struct Successor {
    /// In the old VM's registry.
    old: c_int,
    /// In the new VM's registry.
    new: c_int,
    version: Version,
    is_instance: bool,
    /// Whether its fields are its state. A class that is its own only object has what the file says.
    has_fields: bool,
    state: Option<ObjectState>,
}

/// The instances of the new generation, by the index of their handles.
type NewInstances = Vec<(usize, Instance)>;

enum ObjectState {
    /// What `save` returned.
    Saved(Value),
    /// The number of the object's own table.
    Fields(usize),
}

/// Gives the state of `old` to `new`, which has run nothing but its start. It may be given again, by
/// a commit that has to try once more; the second time begins where the first did.
pub(crate) fn hand_over(old: &LuaGuest, new: &LuaGuest) -> Result<HandedOver, Failure> {
    let mut state = PlainData::default();
    let again = new.start_over().map_err(stay)?;
    new.vm.run(&mut |frame| modules::prepare_kept(frame, again)).map_err(stay)?;
    let (mut successors, instances) = make_successors(old, new)?;
    let kept = read(old, &mut state, &mut successors).map_err(stay)?;
    write(new, &state, &successors, &kept).map_err(stay)?;
    new.adopt(old.instances.borrow().with_objects(&instances));
    Ok(count(&state, &successors, kept.len()))
}

/// A step that was stopped must not make the runtime rebuild a version that is dropped anyway.
fn stay(failure: Failure) -> Failure {
    Failure { aftermath: Aftermath::None, ..failure }
}

/// Pairs the objects: a default object with the new default object of the same contract, an
/// instance with one that the new factory makes. What the new version does not provide is left out.
fn make_successors(
    old: &LuaGuest,
    new: &LuaGuest,
) -> Result<(Vec<Successor>, NewInstances), Failure> {
    let mut successors = Vec::new();
    for contract in &old.contracts {
        if let Some((_, heir)) = heir_of(contract, new) {
            successors.push(Successor {
                old: contract.object.get(),
                new: heir.object.get(),
                version: contract.registration.version,
                is_instance: false,
                has_fields: !matches!(contract.registration.factory, Factory::OnlyObject(_)),
                state: None,
            });
        }
    }
    let mut instances = Vec::new();
    for (index, instance) in old.instances.borrow().live() {
        let Some(contract) = old.contracts.get(instance.contract as usize) else { continue };
        let Some((number, heir)) = heir_of(contract, new) else { continue };
        let object = new.make_instance(&heir.registration, std::ptr::null()).map_err(stay)?;
        instances.push((index, Instance { contract: number, object }));
        successors.push(Successor {
            old: instance.object,
            new: object,
            version: contract.registration.version,
            is_instance: true,
            has_fields: true,
            state: None,
        });
    }
    Ok((successors, instances))
}

fn heir_of<'new>(contract: &Contract, new: &'new LuaGuest) -> Option<(u32, &'new Contract)> {
    let wanted = &contract.registration;
    (0..).zip(&new.contracts).find(|(_, heir)| {
        let found = &heir.registration;
        found.name == wanted.name && found.version.major == wanted.version.major
    })
}

/// Reads every object's state and the kept tables, which are returned by name.
fn read(
    old: &LuaGuest,
    state: &mut PlainData,
    successors: &mut [Successor],
) -> Result<Vec<(Vec<u8>, usize)>, Failure> {
    const LIST: c_int = 1;
    let mut kept = Vec::new();
    old.vm.run(&mut |frame| {
        frame.push_table();
        for successor in &mut *successors {
            frame.raw_get_number(REGISTRY, successor.old);
            successor.state = read_object(frame, state, LIST, successor.has_fields);
            frame.set_top(LIST);
        }
        for table in [KEPT, CARRIED] {
            frame.get_field(REGISTRY, table);
            frame.push_nil();
            while frame.next(LIST + 1) {
                if let Some(Value::Table(number)) = state.read(frame, LIST + 3, LIST) {
                    kept.push((Vec::new(), number));
                    if let Some((name, _)) = kept.last_mut() {
                        frame.append_bytes(LIST + 2, name);
                    }
                }
                frame.pop(1);
            }
            frame.set_top(LIST);
        }
    })?;
    Ok(kept)
}

/// The state of the object on top.
fn read_object(
    frame: Frame,
    state: &mut PlainData,
    list: c_int,
    has_fields: bool,
) -> Option<ObjectState> {
    let object = frame.top();
    if frame.kind(object) != Kind::Table {
        return None;
    }
    frame.get_field(object, c"save");
    if frame.kind(-1) == Kind::Function {
        frame.push_value(object);
        frame.call(1, 1);
        return state.read(frame, frame.top(), list).map(ObjectState::Saved);
    }
    if !has_fields {
        return None;
    }
    match state.read(frame, object, list)? {
        Value::Table(number) => Some(ObjectState::Fields(number)),
        _ => None,
    }
}

/// Writes the state into the new VM and calls `restore` where there is one.
fn write(
    new: &LuaGuest,
    state: &PlainData,
    successors: &[Successor],
    kept: &[(Vec<u8>, usize)],
) -> Result<(), Failure> {
    const LIST: c_int = 1;
    let mut unfilled: Vec<Unfilled> = Vec::new();
    let mut list = None;
    new.vm.run(&mut |frame| {
        frame.push_table();
        let mut writer = Writer::new(state, LIST, &mut unfilled);
        for successor in successors {
            frame.raw_get_number(REGISTRY, successor.new);
            write_object(frame, &mut writer, successor);
            frame.set_top(LIST);
        }
        for (name, table) in kept {
            push_kept(frame, name);
            writer.stand_for(frame, *table, Metatables::Meet);
            frame.set_top(LIST);
        }
        writer.fill(frame);
        list = Some(frame.keep());
    })?;
    let Some(list) = list else { return Ok(()) };
    for successor in successors {
        restore(new, state, successor, list)?;
    }
    new.vm.run(&mut |frame| frame.forget(list))
}

/// Makes the new object, which is on top, stand for what the old one gave.
fn write_object(frame: Frame, writer: &mut Writer<'_>, successor: &Successor) {
    if frame.kind(-1) != Kind::Table {
        return;
    }
    match &successor.state {
        Some(ObjectState::Fields(table)) => writer.stand_for(frame, *table, Metatables::Meet),
        Some(ObjectState::Saved(Value::Table(table))) => {
            if has_restore(frame) {
                writer.push(frame, &Value::Table(*table), Metatables::Drop);
            } else {
                writer.stand_for(frame, *table, Metatables::Drop);
            }
        }
        _ => {}
    }
}

/// Whether the object on top has `restore`.
fn has_restore(frame: Frame) -> bool {
    frame.get_field(-1, c"restore");
    let found = frame.kind(-1) == Kind::Function;
    frame.pop(1);
    found
}

fn restore(
    new: &LuaGuest,
    state: &PlainData,
    successor: &Successor,
    list: c_int,
) -> Result<(), Failure> {
    let Some(ObjectState::Saved(saved)) = &successor.state else { return Ok(()) };
    let Version { major, minor, patch } = successor.version;
    let from_version = format!("{major}.{minor}.{patch}");
    let mut unfilled = Vec::new();
    new.vm.run(&mut |frame| {
        frame.raw_get_number(REGISTRY, list);
        frame.raw_get_number(REGISTRY, successor.new);
        if frame.kind(-1) != Kind::Table || !has_restore(frame) {
            return;
        }
        frame.get_field(-1, c"restore");
        frame.insert(-2);
        Writer::new(state, 1, &mut unfilled).push(frame, saved, Metatables::Drop);
        frame.push_text(&from_version);
        frame.call(3, 0);
    })
}

/// Pushes the table that is kept as `name`: the script's, or one that waits for the script to ask.
fn push_kept(frame: Frame, name: &[u8]) {
    frame.get_field(REGISTRY, KEPT);
    frame.push_bytes(name);
    frame.raw_get(-2);
    if frame.kind(-1) == Kind::Table {
        return;
    }
    frame.get_field(REGISTRY, CARRIED);
    frame.push_bytes(name);
    frame.push_table();
    frame.push_value(-1);
    frame.insert(-4);
    frame.raw_set(-3);
    frame.pop(1);
}

fn count(state: &PlainData, successors: &[Successor], kept_tables: usize) -> HandedOver {
    let mut counted = HandedOver { kept: u32::try_from(kept_tables).unwrap_or(u32::MAX), reset: 0 };
    for successor in successors {
        match &successor.state {
            Some(ObjectState::Fields(table))
                if state.count(*table) == 0 && !successor.is_instance => {}
            Some(_) => counted.kept += 1,
            None if successor.is_instance => counted.reset += 1,
            None => {}
        }
    }
    counted
}
