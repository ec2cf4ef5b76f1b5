//! What a bundle's stores find around them: WASI, with what the host granted and nothing else.
//!
//! [`Wasi`] is made once for a generation, from its capabilities: folders are opened, variables are
//! read. [`WasiState`] is one store's part of it. Only components that import WASI have either.
//!
//! | file | what |
//! |---|---|
//! | `interfaces` | the imports that are served, and how |
//! | `folder` | a folder that was granted |
//! | `lines` | standard output and error |
//! | `floor` | the addresses that no bundle reaches |
//! | `waiting`, `blocking` | what waits, and until when |
//! | `http`, `without_http` | requests, with the feature of this name and without it |

mod blocking;
mod floor;
mod folder;
#[cfg(feature = "http")]
mod http;
mod interfaces;
mod lines;
mod waiting;
#[cfg(not(feature = "http"))]
mod without_http;

#[cfg(feature = "http")]
pub(crate) use http::Egress;
pub(crate) use interfaces::{is_wasi, link_imported};
#[cfg(not(feature = "http"))]
pub(crate) use without_http::Egress;

#[cfg(not(feature = "http"))]
use without_http as http;

use blocking::Waited;
use folder::{Folder, FolderError};
use lines::{Lines, Stream};
use polyplug::capability::{Capability, Given};
use polyplug::error::{LoaderError, RuntimeError, printable, shown};
use std::collections::BTreeSet;
use std::future;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use waiting::Background;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::cli;
use wasmtime_wasi::filesystem::WasiFilesystemCtxView;
use wasmtime_wasi::sockets::WasiSocketsCtxView;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// How many files, sockets, streams and pollables a store may have at once. Each may be a handle of
/// the process, which has a thousand on most systems.
const MOST_RESOURCES: usize = 256;

/// How many random bytes a guest may ask for at once; they are made in the host's memory first.
const MOST_RANDOM_BYTES: u64 = 16 << 20;

/// The data of a store whose component imports WASI.
pub(crate) trait HasWasi: Send + 'static {
    /// The WASI part of it.
    fn wasi(&mut self) -> &mut WasiState;
}

/// What the stores of one generation may reach.
pub(crate) struct Wasi {
    bundle: Arc<str>,
    capabilities: BTreeSet<Capability>,
    folders: Vec<Folder>,
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
    background: Arc<Background>,
    egress: Egress,
    /// Why it has not all that it would like.
    lacks: Vec<String>,
}

impl Wasi {
    /// What the `capabilities` of `bundle` come down to. `folder` is the bundle's; one in memory has
    /// none.
    ///
    /// # Errors
    /// `Refused` if a folder cannot be opened that the bundle needs.
    pub(crate) fn open(
        bundle: &str,
        folder: Option<&Path>,
        given: Given,
        egress: Egress,
    ) -> Result<Self, LoaderError> {
        let refused = |problem| {
            let reason = RuntimeError::InvalidArgument { what: "capability", problem };
            LoaderError::refused(bundle, reason)
        };
        let background = Background::start();
        let background = background.map_err(|error| {
            refused(format!("the thread that waits cannot be started: {error}"))
        })?;
        let mut wasi = Self {
            bundle: bundle.into(),
            folders: Vec::new(),
            variables: Vec::new(),
            arguments: Vec::new(),
            background,
            egress,
            capabilities: given.all,
            lacks: Vec::new(),
        };
        for capability in &wasi.capabilities {
            match capability {
                Capability::Folder { access, path } => match Folder::open(folder, *access, path) {
                    Ok(opened) => wasi.folders.push(opened),
                    Err(error) if given.needed.contains(capability) => {
                        return Err(refused(told(capability, &error)));
                    }
                    Err(error) => {
                        wasi.lacks.push(format!("runs without {}", told(capability, &error)));
                    }
                },
                // What no text holds is as if it were not set.
                Capability::Environment(name) => {
                    let value = std::env::var(name).ok();
                    wasi.variables.extend(value.map(|value| (name.clone(), value)));
                }
                Capability::Args => {
                    let arguments = std::env::args_os();
                    wasi.arguments
                        .extend(arguments.map(|text| text.to_string_lossy().into_owned()));
                }
                _ => {}
            }
        }
        Ok(wasi)
    }

    /// Why the bundle does not have what it can do without, for its log.
    pub(crate) fn lacks(&self) -> &[String] {
        &self.lacks
    }

    /// The part of a fresh store.
    ///
    /// # Errors
    /// A folder is gone.
    pub(crate) fn state(&self) -> wasmtime::Result<WasiState> {
        let mut builder = WasiCtxBuilder::new();
        for folder in &self.folders {
            folder.give(&mut builder)?;
        }
        builder.envs(&self.variables).args(&self.arguments).max_random_size(MOST_RANDOM_BYTES);
        if self.has(&Capability::Stdin) {
            builder.stdin(cli::stdin());
        }
        if self.has(&Capability::Stdout) {
            builder.stdout(Lines::to(Stream::Output));
        }
        if self.has(&Capability::Stderr) {
            builder.stderr(Lines::to(Stream::Error));
        }
        if self.has(&Capability::Network) {
            builder.allow_tcp(true).allow_udp(true).allow_ip_name_lookup(true);
            builder.socket_addr_check(|address, purpose| {
                Box::pin(future::ready(floor::allows(address, purpose)))
            });
        }
        let mut table = ResourceTable::new();
        table.set_max_capacity(MOST_RESOURCES);
        Ok(WasiState {
            context: builder.build(),
            table,
            deadline: None,
            http: self.egress.state(&self.bundle, self.has(&Capability::Http)),
            background: Arc::clone(&self.background),
        })
    }

    fn has(&self, capability: &Capability) -> bool {
        self.capabilities.contains(capability)
    }
}

/// Why a folder that was granted cannot be given.
fn told(capability: &Capability, error: &FolderError) -> String {
    let capability = printable(&capability.to_string());
    match error {
        FolderError::NoBundleFolder => format!(
            "`{capability}` is seen from the bundle's folder, and this bundle has none; name an \
             absolute path"
        ),
        FolderError::Link(path) => format!(
            "`{capability}` goes through the symbolic link {}, which may lead anywhere; put a folder \
             there",
            shown(path)
        ),
        FolderError::System(path, error) if error.kind() == io::ErrorKind::NotFound => {
            format!("`{capability}`: there is no {}; make the folder first", shown(path))
        }
        FolderError::System(path, error) => {
            format!("`{capability}`: {} cannot be opened: {error}", shown(path))
        }
    }
}

/// What one store has of WASI.
pub(crate) struct WasiState {
    // Before the threads that serve what is in them.
    context: WasiCtx,
    table: ResourceTable,
    /// When the call ends in which the store runs.
    deadline: Option<Instant>,
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "nothing is in it then"))]
    http: http::HttpState,
    background: Arc<Background>,
}

impl WasiState {
    /// Waiting ends at `deadline` from now on: what waits then traps as code does that ran too long.
    pub(crate) fn end_at(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    fn waited_streams(&mut self) -> Waited<'_, &mut ResourceTable> {
        let Self { table, background, deadline, .. } = self;
        Waited { view: table, background, deadline: *deadline }
    }

    fn waited_files(&mut self) -> Waited<'_, WasiFilesystemCtxView<'_>> {
        let Self { context, table, background, deadline, .. } = self;
        let view = WasiFilesystemCtxView { ctx: context.filesystem(), table };
        Waited { view, background, deadline: *deadline }
    }

    fn waited_sockets(&mut self) -> Waited<'_, WasiSocketsCtxView<'_>> {
        let Self { context, table, background, deadline, .. } = self;
        let view = WasiSocketsCtxView { ctx: context.sockets(), table };
        Waited { view, background, deadline: *deadline }
    }
}

impl WasiView for WasiState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.table }
    }
}

#[cfg(test)]
mod tests;
