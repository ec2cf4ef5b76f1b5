//! Discovery: what lies in the folders of a runtime, and what would become of it.

use crate::border;
use crate::hosts;
use crate::offer::Offer;
use crate::snapshot::{self, Kind, Snapshot};
use polyplug_abi::{BundleOffer, HostApi};
use std::ptr;

/// What lay in the folders of a runtime at one moment, in their order and sorted by folder in each.
pub struct PolyplugDiscovery(Snapshot<BundleOffer, Offer>);

const KIND: Kind = Kind { name: "discovery", maker: "polyplug_discover" };

/// Looks at every bundle in the plugin and search folders, loaded or not. [thread-safe]
///
/// Reads all files and runs none of them. What is wrong with single bundles is in their offers; a
/// folder that is not there has no bundles. The caller owns the discovery, and it does not change;
/// polyplug_discovery_free() ends it, before or after the runtime. Null if a folder cannot be read,
/// and from inside of callbacks; the reason is polyplug_last_error().
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_discover(host: *const HostApi) -> *mut PolyplugDiscovery {
    border::value(ptr::null_mut(), || {
        let found = hosts::find(host)?.runtime.discover()?;
        let offers = found.into_iter().map(Offer::found).collect();
        Ok(snapshot::given(PolyplugDiscovery(Snapshot::new(offers, Offer::layout))))
    })
}

/// How many bundles were found; 0 for null. [thread-safe]
///
/// # Safety
/// - `discovery` is null or a discovery that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_discovery_count(discovery: *const PolyplugDiscovery) -> usize {
    border::value(0, || {
        // SAFETY: the caller's promise.
        let discovery = unsafe { snapshot::held(discovery, &KIND) }?;
        Ok(discovery.0.count())
    })
}

/// The bundle at `index`, from 0. [thread-safe]
///
/// It belongs to the discovery, with all that it points at. Null if there are not so many.
///
/// # Safety
/// - `discovery` is null or a discovery that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_discovery_at(
    discovery: *const PolyplugDiscovery,
    index: usize,
) -> *const BundleOffer {
    border::value(ptr::null(), || {
        // SAFETY: the caller's promise.
        let discovery = unsafe { snapshot::held(discovery, &KIND) }?;
        discovery.0.at(index, &KIND)
    })
}

/// Ends a discovery. [thread-safe]
///
/// Null does nothing.
///
/// # Safety
/// - `discovery` is null or a discovery that was not freed; it and its offers are not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_discovery_free(discovery: *mut PolyplugDiscovery) {
    // SAFETY: the caller's promise.
    unsafe { snapshot::free(discovery) };
}
