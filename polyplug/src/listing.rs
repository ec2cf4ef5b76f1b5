//! The listing: what there is at this moment, read under the writer lock.

use crate::bundle::Bundle;
use crate::core::{Core, Writer};
use crate::generation::Generation;
use crate::reload::dependencies;
use crate::trust::Signer;
use polyplug_abi::{BundleId, DispatchType, GuestContractId, Version};
use polyplug_schema::Contract;
use std::path::PathBuf;
use std::sync::Arc;

/// One bundle, loaded or not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BundleInfo {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: BundleId,
    /// Whether it runs.
    pub state: BundleState,
    /// Its folder, or the label it was loaded under.
    pub path: PathBuf,
    /// Its loader's name.
    pub loader: String,
    /// The bundle's own version.
    pub version: Version,
    /// Its load number: how often it was loaded, reloads included.
    pub generation: u32,
    /// What it provides, in the order it was first registered.
    pub contracts: Vec<ContractInfo>,
    /// What its manifest says that it depends on.
    pub dependencies: Vec<String>,
    /// Instances that are alive.
    pub instances: usize,
    /// The last failure, if nothing has succeeded since.
    pub last_error: Option<String>,
    /// Who signed it, if that was checked and holds.
    pub signer: Option<Signer>,
    /// The digest of its files, as in its [`TrustRecord`](crate::trust::TrustRecord).
    pub digest: Option<[u8; 32]>,
}

/// Whether a bundle runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleState {
    /// It runs.
    Loaded,
    /// It was tried and does not run.
    Failed,
}

/// One contract of a bundle.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ContractInfo {
    /// `name@major`.
    pub name: String,
    /// Its id.
    pub id: GuestContractId,
    /// What the plugin that registered it calls itself.
    pub plugin: String,
    /// How it is called.
    pub dispatch_type: DispatchType,
    /// Its version.
    pub version: Version,
    /// How many functions it has, if its dispatcher says.
    pub functions: Option<u32>,
    /// What it looks like, if anybody said so.
    pub description: Option<Arc<Contract>>,
}

/// All bundles, sorted by name and folder.
pub(crate) fn bundles(core: &Core) -> Vec<BundleInfo> {
    let writer = core.writer.lock();
    let loaded = writer.bundles.values().filter_map(|bundle| loaded(&writer, bundle));
    let failed = writer.failed.iter().map(|failed| BundleInfo {
        name: failed.name.clone(),
        id: BundleId::of(&failed.name),
        state: BundleState::Failed,
        path: failed.path.clone(),
        loader: String::new(),
        version: Version::default(),
        generation: 0,
        contracts: Vec::new(),
        dependencies: Vec::new(),
        instances: 0,
        last_error: Some(failed.error.clone()),
        signer: None,
        digest: None,
    });
    let mut all: Vec<BundleInfo> = loaded.chain(failed).collect();
    all.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    all
}

fn loaded(writer: &Writer, bundle: &Bundle) -> Option<BundleInfo> {
    bundle.with_generation(writer, |generation| {
        let manifest = &generation.origin.manifest.data;
        let dependencies = dependencies::of(manifest).unwrap_or_default();
        BundleInfo {
            name: bundle.name.to_string(),
            id: bundle.id,
            state: BundleState::Loaded,
            path: manifest.path.clone(),
            loader: manifest.loader.clone(),
            version: generation.version(),
            generation: generation.number,
            contracts: contracts(bundle, generation),
            dependencies: dependencies.iter().map(ToString::to_string).collect(),
            instances: generation.live_instances(),
            last_error: bundle.last_error.lock().clone(),
            signer: generation.origin.trust.signer,
            digest: generation.origin.trust.digest,
        }
    })
}

fn contracts(bundle: &Bundle, generation: &Generation) -> Vec<ContractInfo> {
    let slots = bundle.slots();
    let provided = slots.iter().filter_map(|slot| {
        let (version, functions) = generation.entry(slot.ordinal).shape()?;
        Some(ContractInfo {
            name: slot.contract.to_string(),
            id: slot.contract_id(),
            plugin: generation.plugins.get(slot.ordinal as usize)?.to_string(),
            dispatch_type: slot.dispatch_type(),
            version,
            functions,
            description: generation.described(slot.ordinal).contract.clone(),
        })
    });
    provided.collect()
}
