//! The interfaces of WASI: which of a component's imports they are, whether this host serves them in
//! that version, and how they are linked.
//!
//! What a component imports is linked, whatever it was granted. Most components import more than they
//! use, because their toolchains do; what one may reach is decided by what its stores are given, not
//! by what is there to call.

use super::HasWasi;
use super::blocking::{Files, Sockets, Streams};
use wasmtime::component::{Component, HasData, Linker, ResourceTable};
use wasmtime::{Engine, Result};
use wasmtime_wasi::WasiView;
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, io, random, sockets, sync};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView};

/// The namespace of WASI.
const NAMESPACE: &str = "wasi:";

/// The packages that are served, in all versions of 0.2: a later one adds functions, and a component
/// that calls one of them is refused when it is linked.
const SERVED: &[&str] = &[
    "cli",
    "clocks",
    "filesystem",
    #[cfg(feature = "http")]
    "http",
    "io",
    "random",
    "sockets",
];

/// Whether an import is one of WASI's.
pub(crate) fn is_wasi(import: &str) -> bool {
    import.starts_with(NAMESPACE)
}

/// Links what a component imports of WASI; whether that is anything.
///
/// # Errors
/// It imports what is not served: a sentence for the plugin's author.
pub(crate) fn link_imported<T: HasWasi>(
    engine: &Engine,
    component: &Component,
    linker: &mut Linker<T>,
) -> std::result::Result<bool, String> {
    let kind = component.component_type();
    let imports: Vec<&str> =
        kind.imports(engine).map(|(name, _)| name).filter(|name| is_wasi(name)).collect();
    for import in &imports {
        check(import).map_err(|why| format!("it imports `{import}`: {why}"))?;
    }
    let wanted = |name: &str| {
        imports.iter().any(|import| import.split('@').next().is_some_and(|import| import == name))
    };
    for (_, link) in interfaces().into_iter().filter(|(name, _)| wanted(name)) {
        link(linker).map_err(|error| format!("WASI cannot be linked: {error:#}"))?;
    }
    Ok(!imports.is_empty())
}

/// Whether `import`, such as `wasi:http/types@0.2.3`, is served.
///
/// # Errors
/// What is served instead, as the end of a sentence about the component.
fn check(import: &str) -> std::result::Result<(), String> {
    let rest = import.strip_prefix(NAMESPACE).unwrap_or(import);
    let package = rest.split(['/', '@']).next().unwrap_or_default();
    let version = import.rsplit_once('@').map_or("", |(_, version)| version);
    if !SERVED.contains(&package) {
        return Err(unserved(package));
    }
    let fits = semver::Version::parse(version)
        .is_ok_and(|version| (version.major, version.minor) == (0, 2) && version.pre.is_empty());
    if fits {
        return Ok(());
    }
    let built = if version.is_empty() { "without a version" } else { version };
    Err(format!(
        "this host serves wasi:{package} 0.2, not {built}; build the component against 0.2"
    ))
}

fn unserved(package: &str) -> String {
    if package == "http" {
        return "this host was built without the feature `http`, which serves wasi:http".to_owned();
    }
    let served: Vec<_> = SERVED.iter().map(|package| format!("wasi:{package}")).collect();
    format!("of WASI this host serves {}", served.join(", "))
}

/// Links one interface.
pub(super) type Link<T> = fn(&mut Linker<T>) -> Result<()>;

/// All interfaces, by their names without versions.
pub(super) fn interfaces<T: HasWasi>() -> Vec<(&'static str, Link<T>)> {
    let mut all: Vec<(&'static str, Link<T>)> = vec![
        ("wasi:clocks/wall-clock", |l| {
            clocks::wall_clock::add_to_linker::<T, WasiClocks>(l, |t| t.wasi().clocks())
        }),
        ("wasi:clocks/monotonic-clock", |l| {
            clocks::monotonic_clock::add_to_linker::<T, WasiClocks>(l, |t| t.wasi().clocks())
        }),
        ("wasi:random/random", |l| {
            random::random::add_to_linker::<T, WasiRandom>(l, |t| t.wasi().random())
        }),
        ("wasi:random/insecure", |l| {
            random::insecure::add_to_linker::<T, WasiRandom>(l, |t| t.wasi().random())
        }),
        ("wasi:random/insecure-seed", |l| {
            random::insecure_seed::add_to_linker::<T, WasiRandom>(l, |t| t.wasi().random())
        }),
        ("wasi:io/error", |l| io::error::add_to_linker::<T, Table>(l, |t| t.wasi().ctx().table)),
        ("wasi:io/poll", |l| {
            sync::io::poll::add_to_linker::<T, Streams>(l, |t| t.wasi().waited_streams())
        }),
        ("wasi:io/streams", |l| {
            sync::io::streams::add_to_linker::<T, Streams>(l, |t| t.wasi().waited_streams())
        }),
        ("wasi:filesystem/preopens", |l| {
            filesystem::preopens::add_to_linker::<T, WasiFilesystem>(l, |t| t.wasi().filesystem())
        }),
        ("wasi:filesystem/types", |l| {
            sync::filesystem::types::add_to_linker::<T, Files>(l, |t| t.wasi().waited_files())
        }),
    ];
    all.extend(console());
    all.extend(sockets());
    all.extend(super::http::interfaces());
    all
}

/// `wasi:cli`.
fn console<T: HasWasi>() -> [(&'static str, Link<T>); 10] {
    [
        ("wasi:cli/exit", |l| cli::exit::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())),
        ("wasi:cli/environment", |l| {
            cli::environment::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())
        }),
        ("wasi:cli/stdin", |l| cli::stdin::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())),
        ("wasi:cli/stdout", |l| cli::stdout::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())),
        ("wasi:cli/stderr", |l| cli::stderr::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())),
        ("wasi:cli/terminal-input", |l| {
            cli::terminal_input::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())
        }),
        ("wasi:cli/terminal-output", |l| {
            cli::terminal_output::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())
        }),
        ("wasi:cli/terminal-stdin", |l| {
            cli::terminal_stdin::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())
        }),
        ("wasi:cli/terminal-stdout", |l| {
            cli::terminal_stdout::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())
        }),
        ("wasi:cli/terminal-stderr", |l| {
            cli::terminal_stderr::add_to_linker::<T, WasiCli>(l, |t| t.wasi().cli())
        }),
    ]
}

/// `wasi:sockets`.
fn sockets<T: HasWasi>() -> [(&'static str, Link<T>); 7] {
    [
        ("wasi:sockets/network", |l| {
            let options = sockets::network::LinkOptions::default();
            sockets::network::add_to_linker::<T, WasiSockets>(l, &options, |t| t.wasi().sockets())
        }),
        ("wasi:sockets/instance-network", |l| {
            sockets::instance_network::add_to_linker::<T, WasiSockets>(l, |t| t.wasi().sockets())
        }),
        ("wasi:sockets/ip-name-lookup", |l| {
            sockets::ip_name_lookup::add_to_linker::<T, Sockets>(l, |t| t.wasi().waited_sockets())
        }),
        ("wasi:sockets/tcp-create-socket", |l| {
            sockets::tcp_create_socket::add_to_linker::<T, Sockets>(l, |t| {
                t.wasi().waited_sockets()
            })
        }),
        ("wasi:sockets/tcp", |l| {
            sync::sockets::tcp::add_to_linker::<T, Sockets>(l, |t| t.wasi().waited_sockets())
        }),
        ("wasi:sockets/udp-create-socket", |l| {
            sync::sockets::udp_create_socket::add_to_linker::<T, Sockets>(l, |t| {
                t.wasi().waited_sockets()
            })
        }),
        ("wasi:sockets/udp", |l| {
            sync::sockets::udp::add_to_linker::<T, Sockets>(l, |t| t.wasi().waited_sockets())
        }),
    ]
}

/// The resources of a store, for what only looks at them.
struct Table;

impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}

#[cfg(test)]
mod tests {
    use super::{check, is_wasi};

    #[test]
    fn every_0_2_is_served() {
        for import in [
            "wasi:cli/environment@0.2.0",
            "wasi:io/streams@0.2.3",
            "wasi:sockets/tcp@0.2.12",
            "wasi:clocks/wall-clock@0.2.99",
        ] {
            assert!(is_wasi(import));
            assert_eq!(check(import), Ok(()), "{import}");
        }
        assert!(!is_wasi("demo:wasi/greeter@1.0.0"));
    }

    #[test]
    fn another_version_is_told_what_is_served() {
        for (import, said) in [
            ("wasi:cli/environment@0.3.0", "wasi:cli 0.2, not 0.3.0;"),
            ("wasi:io/streams@0.2.0-rc-2023-11-10", "wasi:io 0.2, not 0.2.0-rc-2023-11-10;"),
            ("wasi:clocks/wall-clock", "wasi:clocks 0.2, not without a version;"),
        ] {
            let error = check(import).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
        let error = check("wasi:nn/graph@0.2.0").unwrap_err();
        assert!(error.starts_with("of WASI this host serves wasi:cli, "), "{error}");
    }

    #[cfg(feature = "http")]
    #[test]
    fn another_version_of_http_is_told_what_is_served() {
        assert_eq!(check("wasi:http/outgoing-handler@0.2.4"), Ok(()));
        let error = check("wasi:http/handler@0.3.0").unwrap_err();
        assert!(error.contains("wasi:http 0.2, not 0.3.0; build"), "{error}");
    }

    #[cfg(not(feature = "http"))]
    #[test]
    fn http_is_a_feature() {
        let error = check("wasi:http/outgoing-handler@0.2.4").unwrap_err();
        assert!(error.contains("without the feature `http`"), "{error}");
    }
}
