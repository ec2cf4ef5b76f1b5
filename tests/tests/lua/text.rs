//! Calls that take and return a text, with the result in an arena.

use crate::world::World;
use polyplug::{CallError, Contract};
use polyplug_abi::{CallArena, GuestContractInstance, StringView};
use polyplug_tests::call::text;
use polyplug_tests::table::Table;

/// What a function of one text answers.
pub(crate) fn ask(
    world: &World,
    contract: &Contract,
    function: u32,
    given: &str,
) -> Result<String, Box<CallError>> {
    let table = Table::of(&world.runtime);
    let mut arena = CallArena::new(table.0);
    let (given, mut answer) = (StringView::from_str(given), StringView::null());
    let (args, out) = ((&raw const given).cast(), (&raw mut answer).cast());
    let none = GuestContractInstance::null();
    // SAFETY: the function takes a view and writes one.
    let asked = unsafe { contract.call_raw(none, function, args, out, &raw mut arena) };
    let answer = asked.map(|()| text(answer));
    // SAFETY: the arena was made above, on this thread.
    unsafe { (table.extensions().arena_release)(table.0, &raw mut arena) };
    answer
}
