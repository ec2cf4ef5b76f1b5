//! `polyplug_add_plugin` says what is wrong with what it was given, before anything is built.

use crate::tools::is_installed;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const WITHOUT_SOURCES: &str = "polyplug_add_plugin(adder adder.cpp)";
const COMPLETE: &str = "polyplug_add_plugin(adder SOURCES adder.cpp)";

#[test]
fn a_plugin_whose_manifest_fits_is_taken() {
    for file in ["file = \"adder.so\"", "file='adder.so' # built", "file = { linux = \"x.so\" }"] {
        let Some(output) = configured(COMPLETE, file) else { return };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{file}: {said}");
    }
}

#[test]
fn a_manifest_that_names_another_file_is_refused() {
    let Some(output) = configured(COMPLETE, "file = \"libadder.so\"") else { return };
    refused(&output, "write file = \"adder.so\"");
}

#[test]
fn files_without_the_word_before_them_are_refused() {
    let Some(output) = configured(WITHOUT_SOURCES, "file = \"adder.so\"") else { return };
    refused(&output, "write SOURCES before the files");
}

fn refused(output: &Output, words: &str) {
    // CMake breaks its lines where it likes.
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!output.status.success() && said.contains(words), "{said}");
}

/// What CMake answers to a project with this call and this line in the manifest; nothing without
/// CMake.
fn configured(call: &str, file: &str) -> Option<Output> {
    if !is_installed("cmake", "errors of polyplug_add_plugin") {
        return None;
    }
    let project = TempDir::new().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        std::fs::write(project.path().join(name), text).expect("the folder is ours");
    };
    write("manifest.toml", &format!("name = \"adder\"\nloader = \"native\"\n{file}\n"));
    write("adder.cpp", "#include <polyplug/plugin.hpp>\n");
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/polyplugPlugin.cmake.in");
    let module = module.display();
    let head = "cmake_minimum_required(VERSION 3.16)\nproject(mods LANGUAGES CXX)\n\
                add_library(polyplug::headers INTERFACE IMPORTED)";
    write("CMakeLists.txt", &format!("{head}\ninclude(\"{module}\")\n{call}\n"));
    let mut cmake = Command::new("cmake");
    cmake.arg("-S").arg(project.path()).arg("-B").arg(project.path().join("build"));
    Some(cmake.output().expect("it was there a moment ago"))
}
