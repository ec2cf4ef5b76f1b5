//! Who needs what of whom, among the bundles that lie in one folder: read from manifests and
//! descriptions, without running any code. What a loaded bundle provides is known from the runtime.

use crate::bundle_paths;
use crate::loaders;
use polyplug::loader::manifest::{
    ContractName, Dependency, DependencyTarget, Manifest, ManifestData,
};
use polyplug::runtime::{BundleInfo, BundleState};
use polyplug::schema::WitSources;
use polyplug_abi::{BundleId, GuestContractId, Version};
use std::fs;
use std::io;
use std::path::Path;

/// The bundles of a folder.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// By priority, then by name: the order in which providers of one contract are asked.
    bundles: Vec<Node>,
}

/// A bundle as far as its files tell.
#[derive(Debug)]
struct Node {
    id: BundleId,
    name: String,
    version: Version,
    priority: i64,
    is_enabled: bool,
    /// Whether it was tried and does not run: what it says that it provides is not there.
    is_refused: bool,
    provides: Vec<Provided>,
    dependencies: Vec<Dependency>,
    /// Contracts of others that its description has, or its code imports.
    imports: Vec<String>,
}

#[derive(Debug)]
struct Provided {
    id: GuestContractId,
    version: Version,
}

/// Something that a bundle needs or uses of others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) kind: NeedKind,
    /// The contract, as `name@major`, or the bundle.
    pub(crate) name: String,
    /// The lowest version that will do; 0.0.0: any.
    pub(crate) min_version: Version,
    /// The bundle that the manifest insists on.
    pub(crate) only_from: Option<String>,
    /// The bundles that meet it, the one that is asked first in front.
    pub(crate) providers: Vec<String>,
    /// The bundles that would, if their version were not below `min_version`.
    pub(crate) too_old: Vec<(String, Version)>,
    /// The bundles that would, if they had been loaded.
    pub(crate) refused: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NeedKind {
    /// A dependency on a contract: without it the bundle is not loaded.
    Contract,
    /// A dependency on a bundle: as above.
    Bundle,
    /// A contract that the bundle's description or its component imports: of a bundle or of the host.
    Import,
}

impl Need {
    /// Whether the bundle is not loaded for want of it.
    pub(crate) fn is_missing(&self) -> bool {
        self.kind != NeedKind::Import && self.providers.is_empty()
    }
}

impl Graph {
    /// Reads the bundles in `folder`. Those whose manifest does not read are left out; loading them
    /// says why.
    pub(crate) fn read(folder: &Path, loaded: &[BundleInfo]) -> io::Result<Self> {
        let mut bundles = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || !bundle_paths::is_bundle(&path) {
                continue;
            }
            if let Ok(manifest) = Manifest::read(&path) {
                bundles.push(Node::new(&manifest, &path, loaded));
            }
        }
        bundles.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.name.cmp(&b.name)));
        Ok(Self { bundles })
    }

    /// What a bundle needs: its dependencies, then what else its description imports.
    pub(crate) fn needs(&self, bundle: &str) -> Vec<Need> {
        let Some(node) = self.bundles.iter().find(|node| node.name == bundle) else {
            return Vec::new();
        };
        let mut needs: Vec<Need> =
            node.dependencies.iter().map(|dependency| self.dependency(node, dependency)).collect();
        for import in &node.imports {
            if !needs.iter().any(|need| need.name == *import) {
                needs.push(self.import(node, import));
            }
        }
        needs
    }

    /// The other bundles that provide a contract, in the order in which they are asked.
    pub(crate) fn other_providers(&self, bundle: &str, contract: GuestContractId) -> Vec<String> {
        let others = self.enabled().filter(|node| node.name != bundle);
        others.filter(|node| node.provided(contract).is_some()).map(Node::name).collect()
    }

    /// The bundles that need or use a contract of `bundle`, which somebody else may provide as well.
    pub(crate) fn users(&self, bundle: &str, contract: &str) -> Vec<String> {
        let uses = |node: &&Node| {
            let needs = self.needs(&node.name);
            needs.iter().any(|need| {
                need.kind != NeedKind::Bundle
                    && need.name == contract
                    && need.providers.iter().any(|provider| provider == bundle)
            })
        };
        let mut users: Vec<String> = self.enabled().filter(uses).map(Node::name).collect();
        users.sort();
        users
    }

    fn enabled(&self) -> impl Iterator<Item = &Node> {
        self.bundles.iter().filter(|node| node.is_enabled)
    }

    fn dependency(&self, node: &Node, dependency: &Dependency) -> Need {
        let wanted = &dependency.min_version;
        let min_version = version([wanted.major, wanted.minor, wanted.patch]);
        let (kind, name, only_from, found) = match &dependency.target {
            DependencyTarget::Bundle(wanted) => {
                let found = self.enabled().filter(|other| other.id == wanted.id);
                let found: Vec<_> = found.map(|other| (other, other.version)).collect();
                let name = wanted.name.clone().unwrap_or_else(|| wanted.id.to_string());
                (NeedKind::Bundle, name, None, found)
            }
            DependencyTarget::Contract { contract, provider } => {
                let found = self.providers(node, contract.id);
                let is_wanted =
                    |other: &Node| provider.as_ref().is_none_or(|provider| provider.id == other.id);
                let found = found.filter(|(other, _)| is_wanted(other)).collect();
                let name = match &contract.name {
                    Some((name, major)) => format!("{name}@{major}"),
                    None => contract.id.to_string(),
                };
                let only_from = provider.as_ref().map(|provider| {
                    provider.name.clone().unwrap_or_else(|| provider.id.to_string())
                });
                (NeedKind::Contract, name, only_from, found)
            }
        };
        let (refused, found) = Self::apart(found);
        let (met, too_old): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(_, version)| *version >= min_version);
        Need {
            kind,
            name,
            min_version,
            only_from,
            providers: met.into_iter().map(|(other, _)| other.name()).collect(),
            too_old: too_old.into_iter().map(|(other, found)| (other.name(), found)).collect(),
            refused,
        }
    }

    /// The names of those that were tried and do not run, and the others.
    fn apart(found: Vec<(&Node, Version)>) -> (Vec<String>, Vec<(&Node, Version)>) {
        let (refused, found): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(other, _)| other.is_refused);
        (refused.into_iter().map(|(other, _)| other.name()).collect(), found)
    }

    fn import(&self, node: &Node, contract: &str) -> Need {
        let id = contract.parse::<ContractName>().map(|name| name.id());
        let found = id.map(|id| self.providers(node, id).collect()).unwrap_or_default();
        let (refused, found) = Self::apart(found);
        Need {
            kind: NeedKind::Import,
            name: contract.to_owned(),
            min_version: Version::default(),
            only_from: None,
            providers: found.into_iter().map(|(other, _)| other.name()).collect(),
            too_old: Vec::new(),
            refused,
        }
    }

    /// The bundles that provide a contract, other than the one that asks.
    fn providers<'a>(
        &'a self,
        asking: &Node,
        contract: GuestContractId,
    ) -> impl Iterator<Item = (&'a Node, Version)> + use<'a> {
        let asking = asking.id;
        let others = self.enabled().filter(move |other| other.id != asking);
        others.filter_map(move |other| Some((other, other.provided(contract)?)))
    }
}

impl Node {
    fn new(manifest: &Manifest, path: &Path, loaded: &[BundleInfo]) -> Self {
        let data = &manifest.data;
        let tried = loaded.iter().find(|bundle| bundle.name == data.name);
        let runs = tried.filter(|bundle| bundle.state == BundleState::Loaded);
        let provides = match runs {
            Some(bundle) => {
                let contracts = bundle.contracts.iter();
                contracts.map(|found| Provided { id: found.id, version: found.version }).collect()
            }
            None => promised(data),
        };
        let mut imports = match &manifest.options.wit {
            // Without `provides` it is not said which of the contracts are its own.
            Some(wit) if runs.is_some() || !provides.is_empty() => {
                described(&path.join(wit), &provides)
            }
            _ => Vec::new(),
        };
        for import in loaders::imports(manifest, path) {
            if !imports.contains(&import) {
                imports.push(import);
            }
        }
        let mut dependencies = data.parsed_dependencies().unwrap_or_default();
        let stated = data.parsed_version();
        dependencies.extend(data.parsed_bundle_dependencies().unwrap_or_default());
        Self {
            id: BundleId::of(&data.name),
            name: data.name.clone(),
            version: stated
                .map(|stated| version([stated.major, stated.minor, stated.patch]))
                .unwrap_or_default(),
            priority: manifest.options.priority,
            is_enabled: manifest.options.enabled,
            is_refused: tried.is_some() && runs.is_none(),
            provides,
            dependencies,
            imports,
        }
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn provided(&self, contract: GuestContractId) -> Option<Version> {
        self.provides.iter().find(|found| found.id == contract).map(|found| found.version)
    }
}

/// What the manifest says that the bundle provides.
fn promised(data: &ManifestData) -> Vec<Provided> {
    let provides = data.parsed_provides().unwrap_or_default();
    provides.iter().map(|name| Provided { id: name.id(), version: name.version() }).collect()
}

/// The contracts of a description but those that the bundle provides.
fn described(wit: &Path, provides: &[Provided]) -> Vec<String> {
    let sources = WitSources::read(wit).ok();
    let Some(described) = sources.and_then(|sources| sources.descriptions().ok()) else {
        return Vec::new();
    };
    let names = described.contracts().map(|contract| contract.identity());
    let is_own = |name: &ContractName| provides.iter().any(|provided| provided.id == name.id());
    names.filter(|name| name.parse().is_ok_and(|name| !is_own(&name))).collect()
}

fn version(parts: [u64; 3]) -> Version {
    let [major, minor, patch] = parts.map(|part| u32::try_from(part).unwrap_or(u32::MAX));
    Version::new(major, minor, patch)
}
