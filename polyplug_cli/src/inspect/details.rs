//! Bundles with the signatures of their functions: a tree for people, JSON for other programs.

use super::asking::Asking;
use super::definitions;
use super::graph::Graph;
use super::judged::{Judged, Judgement};
use super::needs::{self, NeedDetails};
use crate::show::style::{BAD, DIM, NAME, STRONG, one_line, paint};
use crate::signature_finding::{SignatureDetails, hexadecimal};
use crate::trusted_keys::TrustedKeys;
use polyplug::runtime::{BundleInfo, BundleState, ContractInfo, FailedLoad, Runtime};
use polyplug::schema::Function;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// The loaded bundles, or the one in the folder `only`.
pub(crate) fn bundles(runtime: &Runtime, only: Option<&Path>) -> Vec<BundleInfo> {
    let only = only.and_then(|path| path.canonicalize().ok());
    let mut bundles = runtime.bundles();
    bundles.retain(|bundle| {
        let is_wanted = only
            .as_ref()
            .is_none_or(|only| bundle.path.canonicalize().is_ok_and(|path| path == *only));
        bundle.state == BundleState::Loaded && is_wanted
    });
    bundles
}

/// What is shown, and by which keys.
pub(crate) struct Shown<'a> {
    pub(crate) bundles: &'a [BundleInfo],
    pub(crate) failed: &'a [FailedLoad],
    pub(crate) graph: &'a Graph,
    pub(crate) keys: &'a TrustedKeys,
    pub(crate) judged: &'a Judged,
}

/// Writes the tree; why a bundle failed is told elsewhere.
pub(crate) fn write(shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let graph = shown.graph;
    for bundle in shown.bundles {
        let (name, path) = (paint(NAME, &bundle.name), paint(DIM, bundle.path.display()));
        let loader = one_line(&bundle.loader);
        writeln!(out, "{name} {}  {loader}  {path}", bundle.version)?;
        if let Some(Judgement { finding, .. }) = shown.judged.of(&bundle.path) {
            finding.write(shown.keys, out)?;
        }
        needs::write(&graph.needs(&bundle.name), out)?;
        Asking::read(&bundle.path).write(out)?;
        for (at, contract) in bundle.contracts.iter().enumerate() {
            let is_last = at + 1 == bundle.contracts.len();
            write_contract(bundle, contract, is_last, graph, out)?;
        }
    }
    for failed in shown.failed {
        let (name, path) = (paint(NAME, &failed.bundle), paint(DIM, failed.path.display()));
        writeln!(out, "{name}  {}  {path}", paint(BAD, "not loaded"))?;
        // Why it does not count may be why it was not loaded, and follows.
        let judged = shown.judged.of(&failed.path).filter(|judged| !is_told(judged, failed));
        if let Some(Judgement { finding, .. }) = judged {
            finding.write(shown.keys, out)?;
        }
        needs::write(&graph.needs(&failed.bundle), out)?;
        Asking::read(&failed.path).write(out)?;
    }
    Ok(())
}

/// Whether the failure says the same.
fn is_told(judged: &Judgement, failed: &FailedLoad) -> bool {
    let objection = judged.finding.objection.as_ref();
    objection.is_some_and(|objection| failed.error.to_string().ends_with(&objection.text))
}

fn write_contract(
    bundle: &BundleInfo,
    contract: &ContractInfo,
    is_last: bool,
    graph: &Graph,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (branch, below) = if is_last { ("└─", "   ") } else { ("├─", "│  ") };
    let (branch, name) = (paint(DIM, branch), paint(STRONG, &contract.name));
    write!(out, "  {branch} {name}  {}", contract.version)?;
    match &contract.description {
        Some(description) => {
            let shape = format!("shape {:#018X}", description.shape_hash());
            writeln!(out, "  {}", paint(DIM, shape))?;
            write_others(bundle, contract, below, graph, out)?;
            for definition in definitions::of(description) {
                writeln!(out, "  {}  {definition}", paint(DIM, below))?;
            }
            for function in description.functions() {
                write_function(function, below, out)?;
            }
        }
        None => {
            let functions = contract.functions.unwrap_or_default();
            let unknown = format!("{functions} functions without a description");
            writeln!(out, "  {}", paint(DIM, unknown))?;
            write_others(bundle, contract, below, graph, out)?;
        }
    }
    Ok(())
}

/// Who else provides the contract, and who uses it of this bundle.
fn write_others(
    bundle: &BundleInfo,
    contract: &ContractInfo,
    below: &str,
    graph: &Graph,
    out: &mut dyn Write,
) -> io::Result<()> {
    let others = graph.other_providers(&bundle.name, contract.id);
    let users = graph.users(&bundle.name, &contract.name);
    for (what, bundles) in [("also provided by", others), ("used by", users)] {
        if !bundles.is_empty() {
            let below = paint(DIM, below);
            writeln!(out, "  {below}  {} {}", paint(DIM, what), bundles.join(", "))?;
        }
    }
    Ok(())
}

fn write_function(function: &Function, below: &str, out: &mut dyn Write) -> io::Result<()> {
    let below = paint(DIM, below);
    for line in function.docs().unwrap_or_default().lines() {
        writeln!(out, "  {below}  {}", paint(DIM, format!("/// {line}")))?;
    }
    writeln!(out, "  {below}  {function}")
}

/// The bundles as JSON. The fields' names are documented in `--help` and stay.
#[derive(Debug, Serialize)]
pub(crate) struct Details {
    bundles: Vec<Bundle>,
    failed: Vec<Failed>,
}

#[derive(Debug, Serialize)]
struct Failed {
    name: String,
    path: String,
    error: String,
    needs: Vec<NeedDetails>,
    #[serde(flatten)]
    asking: Asking,
    signature: SignatureDetails,
    digest: Option<String>,
}

#[derive(Debug, Serialize)]
struct Bundle {
    name: String,
    version: String,
    loader: String,
    path: String,
    dependencies: Vec<String>,
    needs: Vec<NeedDetails>,
    #[serde(flatten)]
    asking: Asking,
    signature: SignatureDetails,
    digest: Option<String>,
    contracts: Vec<Contract>,
}

#[derive(Debug, Serialize)]
struct Contract {
    name: String,
    version: String,
    shape: Option<String>,
    function_count: Option<u32>,
    functions: Option<Vec<Signature>>,
    types: Vec<String>,
    also_provided_by: Vec<String>,
    used_by: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Signature {
    id: usize,
    name: String,
    parameters: Vec<Parameter>,
    result: Option<String>,
    docs: Option<String>,
}

#[derive(Debug, Serialize)]
struct Parameter {
    name: String,
    #[serde(rename = "type")]
    ty: String,
}

impl Details {
    /// The details of what is shown.
    pub(crate) fn new<'a>(shown: &Shown<'a>) -> Self {
        let Shown { bundles, failed, graph, keys, judged } = *shown;
        let told = |path: &Path| match judged.of(path) {
            Some(Judgement { finding, digest }) => {
                (finding.details(keys), digest.as_ref().map(hexadecimal))
            }
            None => (SignatureDetails::unknown(), None),
        };
        let of_bundle = |bundle: &'a BundleInfo| (bundle, told(&bundle.path));
        let of_failed = |failed: &'a FailedLoad| (failed, told(&failed.path));
        let bundles = bundles.iter().map(of_bundle).map(|(bundle, (signature, digest))| Bundle {
            name: bundle.name.clone(),
            version: bundle.version.to_string(),
            loader: bundle.loader.clone(),
            path: bundle.path.display().to_string(),
            dependencies: bundle.dependencies.clone(),
            needs: needs_of(graph, &bundle.name),
            asking: Asking::read(&bundle.path),
            signature,
            digest,
            contracts: bundle
                .contracts
                .iter()
                .map(|found| contract(bundle, found, graph))
                .collect(),
        });
        let failed = failed.iter().map(of_failed).map(|(failed, (signature, digest))| Failed {
            name: failed.bundle.clone(),
            path: failed.path.display().to_string(),
            error: failed.error.to_string(),
            needs: needs_of(graph, &failed.bundle),
            asking: Asking::read(&failed.path),
            signature,
            digest,
        });
        Self { bundles: bundles.collect(), failed: failed.collect() }
    }
}

fn needs_of(graph: &Graph, bundle: &str) -> Vec<NeedDetails> {
    graph.needs(bundle).into_iter().map(NeedDetails::from).collect()
}

fn contract(bundle: &BundleInfo, contract: &ContractInfo, graph: &Graph) -> Contract {
    let description = contract.description.as_ref();
    let shape = description.map(|described| format!("{:#018X}", described.shape_hash()));
    let functions = description
        .map(|described| described.functions().iter().enumerate().map(signature).collect());
    Contract {
        name: contract.name.clone(),
        version: contract.version.to_string(),
        shape,
        function_count: contract.functions,
        functions,
        types: description.map(|described| definitions::of(described)).unwrap_or_default(),
        also_provided_by: graph.other_providers(&bundle.name, contract.id),
        used_by: graph.users(&bundle.name, &contract.name),
    }
}

fn signature((id, function): (usize, &Function)) -> Signature {
    let parameters = function.parameters().iter().map(|parameter| Parameter {
        name: parameter.name.to_string(),
        ty: parameter.ty.to_string(),
    });
    Signature {
        id,
        name: function.name().to_owned(),
        parameters: parameters.collect(),
        result: function.result().map(ToString::to_string),
        docs: function.docs().map(str::to_owned),
    }
}
