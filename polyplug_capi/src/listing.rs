//! Listings: what there is at one moment.

use crate::border::{self, Failure};
use crate::hosts;
use crate::trust::Identity;
use polyplug::runtime::{BundleInfo, BundleState};
use polyplug_abi::{self as abi, ContractInfo, HostApi, StringView};
use std::ptr;

/// All bundles at one moment, loaded and failed, sorted by name.
pub struct PolyplugListing {
    bundles: Vec<abi::BundleInfo>,
    /// What the views and lists in `bundles` show; never changed.
    _shown: Vec<Shown>,
}

/// Takes a listing. [thread-safe]
///
/// The caller owns it, and it does not change; polyplug_listing_free() ends it, before or after
/// the runtime. Null on failure; the reason is polyplug_last_error().
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_listing(host: *const HostApi) -> *mut PolyplugListing {
    border::value(ptr::null_mut(), || {
        let bundles = hosts::find(host)?.runtime.bundles();
        Ok(Box::into_raw(Box::new(PolyplugListing::new(bundles))))
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
        let listing = unsafe { listing.as_ref() }.ok_or_else(null)?;
        Ok(listing.bundles.len())
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
        let listing = unsafe { listing.as_ref() }.ok_or_else(null)?;
        let count = listing.bundles.len();
        let bundle = listing.bundles.get(index).ok_or_else(|| {
            Failure::argument("index", format!("is {index}, and the listing has {count} bundles"))
        })?;
        Ok(ptr::from_ref(bundle))
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
    border::code(|| {
        if !listing.is_null() {
            // SAFETY: the caller's promise.
            drop(unsafe { Box::from_raw(listing) });
        }
        Ok(())
    });
}

fn null() -> Failure {
    Failure::pointer("listing", "is null; pass what polyplug_listing returned")
}

/// One bundle and the lists that C sees of it. Its heap memory stays where it is when this moves.
struct Shown {
    info: BundleInfo,
    path: String,
    contracts: Vec<ContractInfo>,
    dependencies: Vec<StringView>,
    identity: Identity,
}

impl PolyplugListing {
    fn new(bundles: Vec<BundleInfo>) -> Self {
        let shown: Vec<Shown> = bundles.into_iter().map(Shown::new).collect();
        Self { bundles: shown.iter().map(Shown::bundle).collect(), _shown: shown }
    }
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
            last_error: info.last_error.as_deref().map_or(StringView::null(), StringView::from_str),
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

/// The address of a list; null for an empty one.
fn first<T>(list: &[T]) -> *const T {
    if list.is_empty() { ptr::null() } else { list.as_ptr() }
}
