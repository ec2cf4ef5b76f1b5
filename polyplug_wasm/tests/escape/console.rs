//! Environment, arguments, the process's streams and its end. What belongs to a process is tried in one of
//! its own, which is this test again.

use crate::doors::{Doors, config};
use polyplug_wasm::WasmLoader;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Says to the process that is tried which capabilities the guest has.
const CAPABILITIES: &str = "POLYPLUG_TEST_DOORS";

#[test]
fn the_environment_is_not_seen() {
    let doors = Doors::with(&[]);
    assert_eq!(doors.open("environment", &[]), Ok(String::new()));
    assert_eq!(doors.open("arguments", &[]), Ok(String::new()));
}

#[test]
fn the_variable_that_was_granted_is_seen_alone() {
    let doors = Doors::with(&["env:CARGO_PKG_NAME"]);
    assert_eq!(doors.open("environment", &[]).as_deref(), Ok("CARGO_PKG_NAME=polyplug_wasm"));
}

#[test]
fn the_arguments_are_seen_when_they_were_granted() {
    let seen = Doors::with(&["args"]).open("arguments", &[]).unwrap();
    assert_eq!(seen.split(' ').next(), std::env::args().next().as_deref());
}

#[test]
fn the_process_does_not_end() {
    let doors = Doors::with(&["stdout", "stderr", "network", "http"]);
    for _ in 0..3 {
        let error = doors.call("exit", &[]).unwrap_err();
        assert!(error.contains("exit"), "{error}");
        assert_eq!(doors.open("environment", &[]), Ok(String::new()));
    }
}

/// Runs [`the_streams_of_a_process`] in a process with this input; what it wrote.
fn process(capabilities: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "console::the_streams_of_a_process", "--nocapture", "--test-threads=1"])
        .env(CAPABILITIES, capabilities)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"typed by somebody\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The process that is tried; by itself it does nothing.
#[test]
fn the_streams_of_a_process() {
    let Ok(capabilities) = std::env::var(CAPABILITIES) else { return };
    let capabilities: Vec<&str> = capabilities.split_whitespace().collect();
    let doors = Doors::with(&capabilities);
    println!("stdin: {:?}", doors.open("stdin", &[]));
    println!("print: {:?}", doors.open("print", &["10"]));
}

#[test]
fn the_streams_are_those_of_the_process_when_they_were_granted() {
    let written = process("stdin stdout");
    assert!(written.contains(r#"stdin: Ok("typed by somebody\n")"#), "{written}");
    assert!(written.contains("\n.........\n"), "{written}");
}

#[test]
fn the_streams_lead_nowhere_when_they_were_not_granted() {
    let written = process("");
    assert!(written.contains("stdin: Err("), "{written}");
    assert!(written.contains(r#"print: Ok("10 bytes")"#), "{written}");
    assert!(!written.contains("....") && !written.contains("typed"), "{written}");
}

/// The process whose output nobody reads; by itself it does nothing.
#[test]
fn a_process_that_nobody_reads() {
    if std::env::var_os(CAPABILITIES).is_none() {
        return;
    }
    let mut config = config();
    config.default_call_time = Some(Duration::from_millis(200));
    let doors = Doors::of(&["stdout"], WasmLoader::new(config));
    for _ in 0..2 {
        eprintln!("print: {:?}", doors.call("print", &["1000000"]));
    }
    // The test's own output has no room either.
    std::process::exit(0);
}

#[test]
fn writing_to_a_process_that_nobody_reads_ends_with_the_call() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "console::a_process_that_nobody_reads", "--nocapture"])
        .env(CAPABILITIES, "stdout")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > patience {
            child.kill().unwrap();
            panic!("it waits for a reader");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let stopped =
        |line: &&str| line.starts_with("print: ") && line.contains("time limit of 200 ms");
    assert_eq!(said.lines().filter(stopped).count(), 2, "{said}");
}
