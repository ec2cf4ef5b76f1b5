//! Who registers a contract, in words.

use core::mem::offset_of;

use crate::{StringView, Version};

/// What a plugin says about itself when it registers a contract. Read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PluginDescriptor {
    /// The name of the plugin, for log records and listings; not null.
    pub name: StringView,
    /// The name of the contract, whose hash with the major version is the id; not null.
    pub contract_name: StringView,
    /// The version of the plugin.
    pub version: Version,
}

const _: () = {
    assert!(size_of::<PluginDescriptor>() == 48 && align_of::<PluginDescriptor>() == 8);
    assert!(offset_of!(PluginDescriptor, name) == 0);
    assert!(offset_of!(PluginDescriptor, contract_name) == 16);
    assert!(offset_of!(PluginDescriptor, version) == 32);
};
