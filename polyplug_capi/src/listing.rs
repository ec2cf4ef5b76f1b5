//! Listings: what there is at one moment.

use crate::border;
use crate::hosts;
use crate::snapshot::{self, Kind, Snapshot, first};
use crate::trust::{Identity, view};
use polyplug::runtime::{BundleInfo, BundleState};
use polyplug_abi::{self as abi, ContractInfo, HostApi, StringView};
use std::ptr;

/// All bundles at one moment, loaded and failed, sorted by name.
pub struct PolyplugListing(Snapshot<abi::BundleInfo, Shown>);

const KIND: Kind = Kind { name: "listing", maker: "polyplug_listing" };

/// Takes a listing. [thread-safe]
///
/// The caller owns it, and it does not change; polyplug_listing_free() ends it, before or after
/// the runtime. Null on failure; the reason is polyplug_last_error().
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_listing(host: *const HostApi) -> *mut PolyplugListing {
    border::value(ptr::null_mut(), || {
        let bundles = hosts::find(host)?.runtime.bundles();
        let shown = bundles.into_iter().map(Shown::new).collect();
        Ok(snapshot::given(PolyplugListing(Snapshot::new(shown, Shown::bundle))))
    })
}

/// How many bundles are in a listing; 0 for null. [thread-safe]
///
/// # Safety
/// - `listing` is null or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_listing_count(listing: *const PolyplugListing) -> usize {
    border::value(0, || {
        // SAFETY: the caller's promise.
        let listing = unsafe { snapshot::held(listing, &KIND) }?;
        Ok(listing.0.count())
    })
}

/// The bundle at `index`, from 0. [thread-safe]
///
/// It belongs to the listing, with all that it points at. Null if there are not so many.
///
/// # Safety
/// - `listing` is null or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_listing_at(
    listing: *const PolyplugListing,
    index: usize,
) -> *const abi::BundleInfo {
    border::value(ptr::null(), || {
        // SAFETY: the caller's promise.
        let listing = unsafe { snapshot::held(listing, &KIND) }?;
        listing.0.at(index, &KIND)
    })
}

/// Ends a listing. [thread-safe]
///
/// Null does nothing.
///
/// # Safety
/// - `listing` is null or a listing that was not freed; it and its bundles are not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_listing_free(listing: *mut PolyplugListing) {
    // SAFETY: the caller's promise.
    unsafe { snapshot::free(listing) };
}

/// One bundle and the lists that C sees of it. Its heap memory stays where it is when this moves.
struct Shown {
    info: BundleInfo,
    path: String,
    contracts: Vec<ContractInfo>,
    dependencies: Vec<StringView>,
    identity: Identity,
}

impl Shown {
    fn new(info: BundleInfo) -> Self {
        let contracts = info.contracts.iter().map(|contract| ContractInfo {
            id: contract.id,
            name: StringView::from_str(&contract.name),
            plugin_name: StringView::from_str(&contract.plugin),
            version: contract.version,
            function_count: contract.functions.unwrap_or(abi::FUNCTION_COUNT_UNKNOWN),
            dispatch_type: contract.dispatch_type as u32,
            padding: 0,
            reserved: [0; 2],
        });
        Self {
            contracts: contracts.collect(),
            dependencies: info.dependencies.iter().map(|text| StringView::from_str(text)).collect(),
            path: info.path.to_string_lossy().into_owned(),
            identity: Identity::new(info.digest, info.signer),
            info,
        }
    }

    fn bundle(&self) -> abi::BundleInfo {
        let info = &self.info;
        abi::BundleInfo {
            struct_size: size_of::<abi::BundleInfo>() as u32,
            state: match info.state {
                BundleState::Loaded => abi::BUNDLE_LOADED,
                BundleState::Failed => abi::BUNDLE_FAILED,
            },
            id: info.id,
            name: StringView::from_str(&info.name),
            path: StringView::from_str(&self.path),
            loader: StringView::from_str(&info.loader),
            version: info.version,
            load_number: info.generation,
            instances: info.instances,
            last_error: view(info.last_error.as_deref()),
            contracts: first(&self.contracts),
            contract_count: self.contracts.len(),
            dependencies: first(&self.dependencies),
            dependency_count: self.dependencies.len(),
            digest: self.identity.digest(),
            signer: self.identity.signer(),
            signer_id: self.identity.signer_id(),
        }
    }
}
