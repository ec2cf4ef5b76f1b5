//! A contract in a listing.

use core::mem::offset_of;

use crate::{GuestContractId, StringView, Version};

/// The `function_count` of a contract that does not say how many functions it has.
pub const FUNCTION_COUNT_UNKNOWN: u32 = u32::MAX;

/// A contract that a bundle provides. It belongs to its listing, with its texts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ContractInfo {
    /// The hash of the contract's name and major version.
    pub id: GuestContractId,
    /// `name@major`.
    pub name: StringView,
    /// The plugin that registered it, as it calls itself.
    pub plugin_name: StringView,
    /// The version that is provided.
    pub version: Version,
    /// The number of functions, or `FUNCTION_COUNT_UNKNOWN`.
    pub function_count: u32,
    /// How it is called: a `DISPATCH_` value.
    pub dispatch_type: u32,
    /// 0.
    pub padding: u32,
    /// 0; room for what later versions tell.
    pub reserved: [u64; 2],
}

const _: () = {
    assert!(size_of::<ContractInfo>() == 80 && align_of::<ContractInfo>() == 8);
    assert!(offset_of!(ContractInfo, id) == 0);
    assert!(offset_of!(ContractInfo, name) == 8);
    assert!(offset_of!(ContractInfo, plugin_name) == 24);
    assert!(offset_of!(ContractInfo, version) == 40);
    assert!(offset_of!(ContractInfo, function_count) == 52);
    assert!(offset_of!(ContractInfo, dispatch_type) == 56);
    assert!(offset_of!(ContractInfo, padding) == 60);
    assert!(offset_of!(ContractInfo, reserved) == 64);
};
