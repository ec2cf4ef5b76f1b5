//! Which description each contract of this plugin was built from, by its hash.

use crate::error::Error;
use polyplug_abi::{AbiErrorCode, GuestContractId};
use std::sync::{Mutex, PoisonError};

/// How many contracts of a plugin may be described: a plain array, because memory that has to be freed
/// would have to be freed after the last call.
const MOST: usize = 256;

static SHAPES: Mutex<[Option<(GuestContractId, u64)>; MOST]> = Mutex::new([None; MOST]);

/// Remembers the shape of a contract.
pub(crate) fn add(contract: GuestContractId, shape: u64) -> Result<(), Error> {
    let mut shapes = SHAPES.lock().unwrap_or_else(PoisonError::into_inner);
    let is_free = |place: &&mut Option<(GuestContractId, u64)>| {
        place.is_none_or(|(known, _)| known == contract)
    };
    let Some(place) = shapes.iter_mut().find(is_free) else {
        let message = format!("a plugin has at most {MOST} contracts with a description");
        return Err(Error::of_kind(AbiErrorCode::Generic, message));
    };
    *place = Some((contract, shape));
    Ok(())
}

/// The hash of the contract's shape; 0 if it was built from no description.
pub(crate) fn of(contract: GuestContractId) -> u64 {
    let shapes = SHAPES.lock().unwrap_or_else(PoisonError::into_inner);
    let found = shapes.iter().flatten().find(|(known, _)| *known == contract);
    found.map_or(0, |(_, shape)| *shape)
}
