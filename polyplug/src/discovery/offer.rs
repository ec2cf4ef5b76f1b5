//! What is known of a bundle before any of its code runs: what it says of itself, and who signed it.

use crate::capability::Request;
use crate::core::Core;
use crate::description::bundle as bundle_wit;
use crate::error::RuntimeError;
use crate::loader::BundleFiles;
use crate::loader::manifest::Manifest;
use crate::reload::dependencies;
use crate::trust::{BundleTree, Refusal, Signer};
use crate::version::from_semver;
use polyplug_abi::{SignaturePolicy, Version};
use std::path::PathBuf;

/// What a bundle is, as far as that can be known without running it.
///
/// All but the signer is what the bundle says of itself. Nothing of it is true for certain before it has
/// loaded, and its name is no proof of who made it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BundleOffer {
    /// Its folder, or the label that it is loaded under.
    pub path: PathBuf,
    /// Its name; its folder's where its manifest does not read.
    pub name: String,
    /// Its version; 0.0.0 if it states none.
    pub version: Version,
    /// The loader that opens it; empty where its manifest does not read.
    pub loader: String,
    /// What it promises to provide, as `name@major[.minor[.patch]]`: by its manifest, else by the WIT that
    /// the manifest names. Empty if neither says so; the WIT of a bundle that the policy refuses is not read.
    pub contracts: Vec<String>,
    /// What it needs of others.
    pub dependencies: Vec<String>,
    /// What it asks to reach. Only loaders that shut their bundles in can keep them from the rest: a
    /// native or Lua bundle asks for nothing, and may do what the process may.
    pub capabilities: Vec<AskedCapability>,
    /// Who signed it, or why there is nobody whose signature counts, with the file and the rule. Told
    /// by the host's keys, also where its policy does not ask for signatures.
    pub signer: Result<Signer, Refusal>,
    /// The digest of all its files but `bundle.sig`; none if they could not be read as a whole, or need not
    /// be to refuse it. Of a folder that cannot, its loader takes what lies there when it opens it.
    pub digest: Option<[u8; 32]>,
}

/// A capability that a bundle asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AskedCapability {
    /// As manifests write it, such as `fs:ro:data`.
    pub capability: String,
    /// Whether the bundle runs without it.
    pub optional: bool,
    /// Whether this host grants it to a bundle of this name.
    pub granted: bool,
}

/// What a host says of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may be loaded, if nothing else speaks against it.
    Allow,
    /// It is not loaded, for this reason, which the error and the events tell.
    Deny(String),
}

/// The host's callback.
pub(crate) type Admit = dyn Fn(&BundleOffer) -> Admission + Send + Sync;

impl BundleOffer {
    /// What a bundle with this manifest offers, and what is wrong with it.
    pub(crate) fn of(
        core: &Core,
        manifest: &Manifest,
        tree: Option<&BundleTree>,
        signer: Result<Signer, Refusal>,
    ) -> (Self, Result<(), RuntimeError>) {
        let data = &manifest.data;
        let (capabilities, asks) = split(capabilities(core, manifest));
        // A parser is more than who has signed nothing is given.
        let is_refused = signer.is_err() && core.options.trust.policy == SignaturePolicy::Required;
        let (contracts, describes) = split(contracts(manifest, tree.filter(|_| !is_refused)));
        // A manifest is checked when it is read, so neither can fail for one that is used.
        let needed = dependencies::of(data).unwrap_or_default();
        let version = data.parsed_version().map_or(Version::default(), |own| from_semver(&own));
        let offer = Self {
            path: data.path.clone(),
            name: data.name.clone(),
            version,
            loader: data.loader.clone(),
            contracts,
            dependencies: needed.iter().map(ToString::to_string).collect(),
            capabilities,
            signer,
            digest: tree.map(BundleTree::digest),
        };
        (offer, asks.and(describes))
    }

    /// A folder whose manifest is not read, and why.
    pub(super) fn of_unread(path: PathBuf, error: &RuntimeError) -> Self {
        let refusal = match error {
            RuntimeError::SignatureRejected { reason, .. } => reason.clone(),
            other => Refusal::new("unreadable-manifest", other.to_string()),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self {
            path,
            name,
            version: Version::default(),
            loader: String::new(),
            contracts: Vec::new(),
            dependencies: Vec::new(),
            capabilities: Vec::new(),
            signer: Err(refusal),
            digest: None,
        }
    }

    /// What the bundle needs and this host does not grant.
    pub(super) fn missing(&self) -> Vec<String> {
        let missing = self.capabilities.iter().filter(|asked| !asked.granted && !asked.optional);
        missing.map(|asked| asked.capability.clone()).collect()
    }
}

fn capabilities(core: &Core, manifest: &Manifest) -> Result<Vec<AskedCapability>, RuntimeError> {
    let data = &manifest.data;
    let Some(table) = manifest.options.loader_tables.get(&data.loader) else {
        return Ok(Vec::new());
    };
    let request = Request::read(table)?;
    let granted = core.options.grants.of(&data.name);
    let asked = |optional| {
        let granted = &granted;
        move |asked: &crate::capability::Capability| AskedCapability {
            capability: asked.to_string(),
            optional,
            granted: granted.iter().any(|granted| granted.covers(asked)),
        }
    };
    let needed = request.needed.iter().map(asked(false));
    Ok(needed.chain(request.optional.iter().map(asked(true))).collect())
}

fn contracts(manifest: &Manifest, tree: Option<&BundleTree>) -> Result<Vec<String>, RuntimeError> {
    let (Some(wit), Some(tree)) = (&manifest.options.wit, tree) else {
        return Ok(manifest.data.provides.clone());
    };
    let files = BundleFiles::of_tree(tree, |_| false);
    let described = bundle_wit::read(&manifest.data.name, wit, &files)?;
    if !manifest.data.provides.is_empty() {
        return Ok(manifest.data.provides.clone());
    }
    let name = |contract: &std::sync::Arc<polyplug_schema::Contract>| {
        format!("{}@{}", contract.name(), contract.version())
    };
    Ok(described.contracts().map(name).collect())
}

fn split<T: Default>(read: Result<T, RuntimeError>) -> (T, Result<(), RuntimeError>) {
    match read {
        Ok(value) => (value, Ok(())),
        Err(error) => (T::default(), Err(error)),
    }
}
