//! The watcher over libraries that real tools write.

use polyplug::events::Event;
use polyplug::runtime::ReloadMode;
use polyplug_abi::AbiErrorCode;
use polyplug_tests::build;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::language::{Behaviour, Native, write};
use polyplug_tests::native_bundle::{LIBRARY, NativeHost, library, source_of};
use polyplug_tests::patience::wait_until;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

const COUNTER: &str = "counter/c/main.c";
const MODES: [ReloadMode; 2] = [ReloadMode::Immediate, ReloadMode::OnPoll];

/// Long enough for a notification to have led to a reload, if it were to.
const A_WHILE: Duration = Duration::from_millis(400);

fn watching(mode: ReloadMode) -> NativeHost {
    let folder = Folder::new();
    write(&folder, &Native, "one", Behaviour::Counter, 1);
    let native = NativeHost::over(|loader| {
        Host::watching(folder, |builder| builder.reload_mode(mode).loader(loader))
    });
    assert_eq!(answer(&native), 1);
    native
}

fn answer(native: &NativeHost) -> u32 {
    native.host.runtime.poll().unwrap();
    let contract = native.host.runtime.contract("test.counter@1").ok();
    contract.and_then(|contract| call::number(&contract, 0).ok()).unwrap_or(0)
}

/// Rebuilds in several ways in turn; each is seen, and none is ever half.
fn rebuild(mode: ReloadMode, mut build: impl FnMut(u32, &Path)) {
    let native = watching(mode);
    let output = native.host.folder.of("one").join(LIBRARY);
    for version in 2..5 {
        build(version, &output);

        wait_until(&format!("version {version} runs"), || answer(&native) == version);
    }
    wait_until("one library is left", || {
        native.host.runtime.poll().unwrap();
        native.mapped().len() == 1 && native.copies_on_disk().len() == 1
    });
    assert!(!failed(&native), "{:?}", native.host.events.all());
}

/// Whether something but a file that a slow machine had not written to its end failed.
fn failed(native: &NativeHost) -> bool {
    let is_serious = |event: &Event| match event {
        Event::Failed { error, .. } => error.code() != AbiErrorCode::LibraryUnusable as u32,
        _ => false,
    };
    native.host.events.count(is_serious) > 0
}

#[test]
fn compilers_that_write_over_the_library() {
    for (mode, compiler) in [(MODES[0], "cc"), (MODES[1], "cc"), (MODES[0], "clang")] {
        if compiler != "cc" && !build::has(compiler) {
            continue;
        }
        rebuild(mode, |version, output| {
            let flag = format!("-DVERSION={version}");
            build::compile(compiler, &source_of(COUNTER), output, &[&flag]);
        });
    }
}

#[test]
fn linkers_that_write_the_library_in_place() {
    let folder = tempfile::tempdir().unwrap();
    for (tool, linker) in [("ld.bfd", "-fuse-ld=bfd"), ("ld.gold", "-fuse-ld=gold")] {
        if !build::has(tool) {
            continue;
        }
        rebuild(MODES[0], |version, output| {
            // The object first, as a build does; then the linker alone writes the library.
            let object = folder.path().join("main.o");
            let flags = ["-c".to_owned(), format!("-DVERSION={version}")];
            build::compile("cc", &source_of(COUNTER), &object, &[&flags[0], &flags[1]]);
            build::compile("cc", &object, output, &[linker]);
        });
    }
}

#[test]
fn a_library_that_is_renamed_into_place() {
    for mode in MODES {
        rebuild(mode, |version, output| {
            let aside = output.with_file_name("main.so.tmp");
            let flag = format!("-DVERSION={version}");
            build::compile("cc", &source_of(COUNTER), &aside, &[&flag]);
            fs::rename(&aside, output).unwrap();
        });
    }
}

#[test]
fn a_library_that_is_written_slowly_in_pieces() {
    for mode in MODES {
        rebuild(mode, |version, output| {
            let bytes = library(COUNTER, &[&format!("-DVERSION={version}")]);
            let mut file = fs::File::create(output).unwrap();
            for piece in bytes.chunks(bytes.len() / 4) {
                file.write_all(piece).unwrap();
                file.sync_data().unwrap();
            }
        });
    }
}

/// A build's own folder is full of them, and a build that fails leaves some too.
#[test]
fn libraries_that_the_manifest_does_not_name_are_no_change() {
    for mode in MODES {
        let native = watching(mode);
        native.host.events.forget();
        let build = native.host.folder.of("one").join("build");
        fs::create_dir(&build).unwrap();
        let stray = build.join("libstray.so");
        for bytes in ["first", "second"] {
            fs::write(&stray, bytes).unwrap();
            sleep(A_WHILE);
            assert_eq!(answer(&native), 1);
        }
        fs::remove_file(&stray).unwrap();
        sleep(A_WHILE);

        assert_eq!(answer(&native), 1);
        assert_eq!(native.host.events.all().len(), 0, "{:?}", native.host.events.all());
    }
}

#[test]
fn a_project_that_cmake_builds_into_the_bundle() {
    if !build::has("cmake") {
        return;
    }
    let native = watching(MODES[0]);
    let project = tempfile::tempdir().unwrap();
    let bundle = native.host.folder.of("one");
    fs::copy(source_of(COUNTER), project.path().join("main.c")).unwrap();
    let lists = format!(
        "cmake_minimum_required(VERSION 3.16)\nproject(counter C)\n\
         add_library(main MODULE main.c)\n\
         target_include_directories(main PRIVATE {} {})\n\
         target_compile_definitions(main PRIVATE VERSION=${{V}})\n\
         set_target_properties(main PROPERTIES PREFIX \"\" LIBRARY_OUTPUT_DIRECTORY {})\n",
        build::include().display(),
        source_of("c").display(),
        bundle.display()
    );
    fs::write(project.path().join("CMakeLists.txt"), lists).unwrap();
    let cmake = |arguments: &[&str]| {
        let ran = Command::new("cmake").current_dir(&project).args(arguments).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };

    for version in 2..4 {
        cmake(&["-S", ".", "-B", "build", &format!("-DV={version}")]);
        cmake(&["--build", "build"]);

        wait_until(&format!("version {version} runs"), || answer(&native) == version);
    }
}
