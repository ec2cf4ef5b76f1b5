//! The environment, the arguments and the standard streams.

use super::state;
use crate::wasi::WasiState;
use wasmtime_wasi::WasiView;
use wasmtime_wasi::cli::WasiCliView;
use wasmtime_wasi::p2::StreamError;
use wasmtime_wasi::p2::bindings::cli::{environment, stdin, stdout, terminal_stdout};
use wasmtime_wasi::p2::bindings::sync::io::streams;

fn environment(state: &mut WasiState) -> Vec<(String, String)> {
    environment::Host::get_environment(&mut state.cli()).unwrap()
}

#[test]
fn nothing_of_the_process_is_seen_unless_it_was_granted() {
    let mut state = state(&["clocks", "random"]);
    assert_eq!(environment(&mut state), []);
    assert!(environment::Host::get_arguments(&mut state.cli()).unwrap().is_empty());
    assert_eq!(environment::Host::initial_cwd(&mut state.cli()).unwrap(), None);
    let input = stdin::Host::get_stdin(&mut state.cli()).unwrap();
    let read = streams::HostInputStream::blocking_read(&mut state.waited_streams(), input, 1);
    assert!(matches!(read, Err(StreamError::Closed)), "{read:?}");
    assert!(terminal_stdout::Host::get_terminal_stdout(&mut state.cli()).unwrap().is_none());
    assert!(!state.ctx().table.is_empty());
}

#[test]
fn what_is_written_without_the_capability_goes_nowhere() {
    let mut state = state(&[]);
    let output = stdout::Host::get_stdout(&mut state.cli()).unwrap();
    let written = streams::HostOutputStream::blocking_write_and_flush(
        &mut state.waited_streams(),
        output,
        b"this text is in no output\n".to_vec(),
    );
    assert!(written.is_ok(), "{written:?}");
}

#[test]
fn one_variable_is_one_variable() {
    // Cargo sets both for every test.
    let name = "CARGO_PKG_NAME";
    let mut state = state(&["env:CARGO_PKG_NAME", "env:POLYPLUG_NOT_SET"]);
    assert_eq!(environment(&mut state), [(name.to_owned(), "polyplug_wasm".to_owned())]);
}

#[test]
fn the_arguments_are_those_of_the_process() {
    let mut state = state(&["args"]);
    let seen = environment::Host::get_arguments(&mut state.cli()).unwrap();
    let real: Vec<_> =
        std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect();
    assert_eq!(seen, real);
}

#[test]
fn a_store_has_only_so_many_handles() {
    let mut state = state(&[]);
    let opened = (0..10_000).take_while(|_| stdout::Host::get_stdout(&mut state.cli()).is_ok());
    assert_eq!(opened.count(), super::super::MOST_RESOURCES);
}
