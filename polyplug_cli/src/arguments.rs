//! The command line, as clap reads it.

mod discovering;
mod granting;
mod running;
mod signatures;
mod signing;
mod trusting;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use granting::Granting;
use std::path::PathBuf;

pub(crate) use discovering::DiscoverOptions;
pub(crate) use running::RunOptions;
pub(crate) use signatures::{Signatures, hear};
pub(crate) use signing::{KeygenOptions, SignOptions};
pub(crate) use trusting::{
    TrustAddOptions, TrustCommand, TrustListOptions, TrustOptions, TrustRemoveOptions,
    TrustRevokeOptions, VerifyOptions,
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0  everything went well
  1  a bundle, a folder, a key or the demo failed; the reason is on stderr
  2  the command line was not understood";

const EXAMPLES: &str = "\
Examples:
  polyplug demo                     see it work: edit a Lua file, save, watch
  polyplug run mods --watch         load a folder and follow its files
  polyplug check mods/greeter       is this bundle all right?
  polyplug list mods --json         what is there, for other programs
  polyplug discover mods            what would load, and why not, without running it
  polyplug inspect mods/greeter     its functions and their types
  polyplug call mods demo.greeter 'greet(\"Ada\")'
  polyplug new lua greeter          a folder to begin a bundle with
  polyplug bindgen wit --lang c     what callers and bundles of a contract need
  polyplug keygen studio            a key to sign bundles with

Exit codes:
  0  everything went well
  1  a bundle, a folder, a key or the demo failed; the reason is on stderr
  2  the command line was not understood";

/// Plugins that are replaced while the program runs.
#[derive(Debug, Parser)]
#[command(name = "polyplug", version, styles = STYLES, after_help = EXAMPLES)]
#[command(arg_required_else_help = true, infer_subcommands = true)]
pub(crate) struct Arguments {
    /// No colours; the same as setting NO_COLOR
    #[arg(long, global = true)]
    pub(crate) no_color: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(RunOptions),
    Check(CheckOptions),
    List(ListOptions),
    Discover(DiscoverOptions),
    Inspect(InspectOptions),
    Call(CallOptions),
    #[command(subcommand)]
    Wit(WitCommand),
    New(NewOptions),
    Bindgen(BindgenOptions),
    Keygen(KeygenOptions),
    Sign(SignOptions),
    Verify(VerifyOptions),
    Trust(TrustOptions),
    #[cfg(feature = "wasm")]
    #[command(subcommand)]
    Cache(CacheCommand),
    Demo(DemoOptions),
    /// What `check` runs in a process of its own
    #[command(name = "__dry-load", hide = true)]
    DryLoad(CheckOptions),
}

/// Checks one bundle: its manifest, then a dry load
///
/// Unknown keys in the manifest, and tables of other loaders, are errors here. The dry load runs the bundle's start code, under
/// strict rules and in a process of its own, and unloads it again. If the bundle depends on others, they are looked for beside
/// it, or in the folder given by --with.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct CheckOptions {
    /// The bundle's folder, or its manifest.toml
    pub(crate) bundle: PathBuf,

    /// Where the bundles are that this one depends on
    #[arg(long, value_name = "DIR")]
    pub(crate) with: Option<PathBuf>,

    /// How long the dry load may take, in seconds
    #[arg(long, value_name = "N", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) time_limit: u64,

    #[command(flatten)]
    pub(crate) granting: Granting,

    #[command(flatten)]
    pub(crate) signatures: Signatures,
}

/// Loads a folder of bundles and lists what they provide
#[derive(Args, Debug)]
#[command(after_help = format!("{JSON}\n\n{EXIT_CODES}"))]
pub(crate) struct ListOptions {
    /// The folder that holds the bundles' folders
    pub(crate) dir: PathBuf,

    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) granting: Granting,

    #[command(flatten)]
    pub(crate) signatures: Signatures,
}

const JSON: &str = "\
JSON: an object with
  folder     the folder that was listed
  bundles    sorted by name, each with
               name, id (\"0x...\"), state (\"loaded\" | \"failed\"), path, loader and
               version (null of one that failed before anything was decided about it), code (the rule
               that the signature of a refused one breaks, a word that stays; else null),
               load_number, instances, dependencies (texts), error (text or null),
               contracts: each with name, version, functions (number or null)
  disabled   names of bundles whose manifest says enabled = false
  failed     the folders whose bundles were not loaded, each with name, path, error, version,
             loader, code; two of them, or one and a bundle that is loaded, may have the same name
Fields are added, never renamed or removed.";

/// Shows what bundles provide and need: contracts, functions, types, dependencies, capabilities, limits
///
/// BUNDLE is one bundle's folder, or a folder of them. The bundles are loaded, and so their start
/// code runs. Who needs what of whom is read from the manifests and descriptions of all bundles in
/// the folder, loaded or not; for one bundle, of those beside it.
#[derive(Args, Debug)]
#[command(after_help = format!("{INSPECT_JSON}\n\n{EXIT_CODES}"))]
pub(crate) struct InspectOptions {
    /// A bundle's folder, or a folder of bundles
    #[arg(value_name = "BUNDLE")]
    pub(crate) path: PathBuf,

    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) granting: Granting,

    #[command(flatten)]
    pub(crate) signatures: Signatures,
}

const INSPECT_JSON: &str = "\
JSON: an object with
  bundles    sorted by name, each with
               name, version, loader, path, dependencies (texts), needs, signature, digest,
               capabilities, optional_capabilities (texts), limits (memory, call_ms: numbers or null),
               contracts: each with name, version, shape (\"0x...\" or null),
                 function_count (number or null),
                 functions (null without a description): each with id, name,
                   parameters (name, type), result (text or null), docs (text or null),
                 types (definitions in WIT, as texts),
                 also_provided_by, used_by (names of bundles)
  failed     the bundles that were not loaded, each with name, path, error, needs, signature,
               digest, capabilities, optional_capabilities, limits
  needs      of a bundle, each with kind (\"contract\" | \"bundle\" | \"import\"), name,
               min_version (text or null), only_from (a bundle or null),
               providers (bundles, the first is asked), too_old (each with bundle, version),
               refused (bundles that would be providers, had they been loaded),
               missing (whether the bundle is not loaded for want of it)
  signature  what it is worth, whether it counts here or not, as `polyplug verify --json` has it; the
             verdict may be \"unknown\" too, of a bundle that failed before that was looked at
  digest     64 hexadecimal digits, of all files but bundle.sig, or null
Fields are added, never renamed or removed.";

/// Loads a folder of bundles, or one, and makes one call
///
/// CALL is a function's name and its arguments in WAVE, the text for values of the WASM component
/// model: add(1, 2), greet("Ada"), move({x: 1.5, y: 2}, [fast, loud]), find(some(3)). The result is
/// written in the same way. The contract must have a description: in its bundle, or by --wit. What
/// bundles print or log goes to stderr.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct CallOptions {
    /// The folder that holds the bundles' folders, or one bundle
    pub(crate) dir: PathBuf,

    /// The contract, as name@major; without @major the highest that is there
    pub(crate) contract: String,

    /// The call, such as greet("Ada")
    pub(crate) call: String,

    /// A description for contracts that bring none: a WIT file, or a folder of them
    #[arg(long, value_name = "PATH")]
    pub(crate) wit: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) granting: Granting,

    #[command(flatten)]
    pub(crate) signatures: Signatures,
}

/// Looks at descriptions of contracts
#[derive(Debug, Subcommand)]
pub(crate) enum WitCommand {
    Diff(WitDiffOptions),
}

/// Says whether callers of an old description can call what a new one describes
///
/// Each contract is equal, has more functions, is new, has gone, or differs: the exit code is 1 if one has gone
/// or differs.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct WitDiffOptions {
    /// The old WIT: a file, or a folder
    pub(crate) old: PathBuf,

    /// The new WIT
    pub(crate) new: PathBuf,
}

/// Looks at the compiled components that are kept on disk
///
/// They are in the folder that the variable POLYPLUG_CACHE_DIR names, else in polyplug/wasm of the user's
/// folder for caches. When the variable is empty, no component is kept.
#[cfg(feature = "wasm")]
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    List(CacheListOptions),
    /// Removes all of them; programs that run them go on
    Clear,
}

/// Lists them, the last used first
#[cfg(feature = "wasm")]
#[derive(Args, Debug)]
#[command(after_help = format!("{CACHE_JSON}\n\n{EXIT_CODES}"))]
pub(crate) struct CacheListOptions {
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(feature = "wasm")]
const CACHE_JSON: &str = "\
JSON: an object with
  folder     the cache's folder, or null if there is none
  entries    the last used first, each with
               bundle (the first one that it was compiled for, or null if the file is damaged),
               path, bytes, last_used (seconds since 1970, to the hour)
Fields are added, never renamed or removed.";

/// Makes a folder to begin a bundle with
///
/// It has a manifest, a description in WIT, and code whose functions answer at once. Without --wit
/// the description is a small one, of the contract demo.NAME. All but those in Lua are built with make;
/// wasm-c and wasm-rust are components, and the first lines of their Makefile say what that takes.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct NewOptions {
    /// What the bundle is written in
    pub(crate) kind: BundleKind,

    /// The bundle's name, and that of its folder
    pub(crate) name: String,

    /// What it provides: a WIT file, or a folder of them, which is copied; not for wasm-c
    #[arg(long, value_name = "PATH")]
    pub(crate) wit: Option<PathBuf>,

    /// Where the bundle's folder goes, if not here
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,

    /// The clone of polyplug that a bundle in Rust is built with, if not the one that this command
    /// was built in; where there is none, the crates come from the registry
    #[arg(long, value_name = "DIR")]
    pub(crate) polyplug: Option<PathBuf>,
}

/// Writes what callers and bundles of described contracts need
///
/// For C and C++: the types, typed calls for programs (--host), prototypes and glue for bundles (--guest).
/// For Rust: a module for programs, and one for bundles. For Lua: annotations of the Lua language server. The files are written anew each time; none of
/// them is to be edited.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct BindgenOptions {
    /// A WIT file, or a folder of them
    pub(crate) wit: PathBuf,

    /// The language of the files
    #[arg(long = "lang", value_name = "LANGUAGE")]
    pub(crate) language: Language,

    /// Only what a program needs that calls the contracts
    #[arg(long, conflicts_with = "guest")]
    pub(crate) host: bool,

    /// Only what a bundle needs that provides them
    #[arg(long)]
    pub(crate) guest: bool,

    /// Only this contract, as name@major or name; may be given more than once
    #[arg(long = "contract", value_name = "NAME")]
    pub(crate) contracts: Vec<String>,

    /// Where the files go, if not here
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// A language that code is written in.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    Lua,
    C,
    Cpp,
    Rust,
}

/// What a new bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BundleKind {
    Lua,
    C,
    Cpp,
    Rust,
    WasmC,
    WasmRust,
}

/// A pond of fish whose behaviour is three bundles that you edit while they swim
///
/// The bundles are copied to a fresh folder, whose name is shown. Edit a file, save, and see the
/// fish behave differently in the next frame. Break a file, and see the error while the last good
/// version swims on.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct DemoOptions {
    /// Run N frames without drawing, edit and break a bundle on the way, and end with a summary
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) frames: Option<u32>,

    /// Where the bundles are copied to; files that are there already are kept and used
    #[arg(long, value_name = "PATH")]
    pub(crate) dir: Option<PathBuf>,
}
