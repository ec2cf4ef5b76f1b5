//! State from one generation to the next: the default object and the instances.
//!
//! A component that exports `save: func() -> list<u8>` and `restore: func(state: list<u8>, from-version:
//! string) -> result<_, string>` right from its world hands its state over: the old store's `save` is
//! asked, and a new store's `restore` is given what it said. Without the two, objects are made afresh.

use crate::cell::StoreCell;
use crate::failure::Failure;
use crate::guest::{Instance, Keeping, WasmGuest};
use crate::program::{ContractPlan, Hooks, Program};
use crate::wording::printable;
use polyplug::guest::HandedOver;
use polyplug_abi::AbiErrorCode;
use wasmtime::component::TypedFunc;

type Save = TypedFunc<(), (Vec<u8>,)>;
type Restore<'a> = TypedFunc<(&'a [u8], &'a str), (Result<(), String>,)>;

/// Gives the state of `old` to `new`, which has run nothing but its start. It may be given again, by a
/// commit that has to try once more: the stores are then made anew.
pub(crate) fn hand_over(old: &WasmGuest, new: &WasmGuest) -> Result<HandedOver, Failure> {
    let mut handed = HandedOver::default();
    let hooks = old.program.hooks.zip(new.program.hooks);
    let is_kept = old.keeping == Keeping::Objects && new.keeping == Keeping::Objects;
    if let (Some(hooks), true) = (hooks, is_kept) {
        new.default.replace(one(old, new, &old.default, hooks)?);
        handed.kept += 1;
    }
    let mut heirs = Vec::new();
    for (index, instance) in old.instances.borrow().live() {
        let Some(contract) = heir_of(old, instance.contract, new) else { continue };
        let store = match (hooks, is_kept) {
            (Some(hooks), true) => {
                handed.kept += 1;
                one(old, new, &instance.store, hooks)?
            }
            _ => {
                handed.reset += 1;
                StoreCell::default()
            }
        };
        heirs.push((index, Instance { contract, store: Box::new(store) }));
    }
    new.adopt(old.instances.borrow().with_heirs(heirs));
    Ok(handed)
}

/// A new store with the state of an old one.
fn one(
    old: &WasmGuest,
    new: &WasmGuest,
    from: &StoreCell,
    (save, restore): (Hooks, Hooks),
) -> Result<StoreCell, Failure> {
    let state = saved(&old.program, from, save)?;
    let store = StoreCell::default();
    restored(&new.program, &store, restore, &state, &version_of(old))?;
    Ok(store)
}

fn saved(program: &Program, store: &StoreCell, hooks: Hooks) -> Result<Vec<u8>, Failure> {
    let mut inside = store.enter(program)?;
    let open = inside.open();
    let function = open.instance.get_func(&mut open.store, hooks.save).ok_or_else(no_hook)?;
    // SAFETY: the loader has checked the function's type.
    let save = unsafe { Save::new_unchecked(function) };
    match save.call(&mut open.store, ()) {
        Ok((state,)) => Ok(state),
        Err(error) => Err(inside.give_up(&error)),
    }
}

fn restored(
    program: &Program,
    store: &StoreCell,
    hooks: Hooks,
    state: &[u8],
    version: &str,
) -> Result<(), Failure> {
    let mut inside = store.enter(program)?;
    let open = inside.open();
    let function = open.instance.get_func(&mut open.store, hooks.restore).ok_or_else(no_hook)?;
    // SAFETY: the loader has checked the function's type.
    let restore = unsafe { Restore::new_unchecked(function) };
    match restore.call(&mut open.store, (state, version)) {
        Ok((Ok(()),)) => Ok(()),
        Ok((Err(message),)) => Err(Failure::new(AbiErrorCode::Generic, printable(message))),
        Err(error) => Err(inside.give_up(&error)),
    }
}

/// The version that the state is of: that of the first contract, whose package the component is.
fn version_of(guest: &WasmGuest) -> String {
    let contract = guest.program.contracts.first().map(|contract| contract.description.version());
    contract.map(|version| version.to_string()).unwrap_or_default()
}

/// The number that a contract of `old` has in `new`.
fn heir_of(old: &WasmGuest, contract: u32, new: &WasmGuest) -> Option<u32> {
    let identity = |contract: &ContractPlan| contract.description.guest_id();
    let wanted = identity(old.program.contracts.get(contract as usize)?);
    (0..).zip(&new.program.contracts).find(|(_, heir)| identity(heir) == wanted).map(|(at, _)| at)
}

#[cold]
fn no_hook() -> Failure {
    Failure::new(AbiErrorCode::Internal, "the component lacks a function that it exports")
}
