//! Lua bundles in a watched folder, saved by the programs that people use.

use polyplug::runtime::ReloadMode;
use polyplug_lua::LuaLoader;
use polyplug_tests::events::word;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::language::{Behaviour, Language, Lua, write};
use polyplug_tests::patience::wait_until;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODES: [ReloadMode; 2] = [ReloadMode::Immediate, ReloadMode::OnPoll];

/// A watched folder with the bundle `one`, version 1, that has counted to 1.
struct Watched {
    host: Host,
    file: PathBuf,
}

impl Watched {
    fn new(mode: ReloadMode, prepare: impl FnOnce(&Folder)) -> Self {
        let folder = Folder::new();
        write(&folder, &Lua, "one", Behaviour::Counter, 1);
        prepare(&folder);
        let file = folder.of("one").join("main.lua");
        let host = Host::watching(folder, |builder| {
            builder.reload_mode(mode).loader(LuaLoader::default())
        });
        let watched = Self { host, file };
        assert_eq!(watched.answer(0), 1);
        assert_eq!(watched.answer(1), 1);
        watched
    }

    /// What a function answers after a poll; 0 if it cannot be called.
    fn answer(&self, function: u32) -> u32 {
        self.host.runtime.poll().unwrap();
        let counter = self.host.runtime.contract("test.counter@1");
        counter.map_or(0, |counter| polyplug_tests::call::number(&counter, function).unwrap_or(0))
    }

    /// Waits for a version, which must have come without a failure and with the state.
    #[track_caller]
    fn wait_for(&self, version: u32) {
        wait_until(&format!("version {version} runs"), || self.answer(0) == version);
        assert!(self.answer(1) > 1, "the count went on");
        let failed = self.host.events.count(|event| word(event) == "failed");
        assert_eq!(failed, 0, "{:?}", self.host.events.all());
    }

    fn version(version: u32) -> String {
        String::from_utf8(Lua.code(Behaviour::Counter, version)).unwrap()
    }
}

/// Runs a program; `false` if it is not installed.
fn run(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let ran = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output();
    let Ok(output) = ran else { return false };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    true
}

fn vim(watched: &Watched, settings: &str, version: u32) -> bool {
    let settings = format!("set nocp noswapfile viminfo= {settings}");
    let change = format!("%s/^local VERSION = .*/local VERSION = {version}/");
    let arguments = ["-u", "NONE", "-es", "-c", &settings, "-c", &change, "-c", "wq", "main.lua"];
    ["vim", "vim.tiny", "vim.basic"]
        .iter()
        .any(|program| run(program, &arguments, watched.file.parent().unwrap()))
}

#[test]
fn a_save_by_vim_is_reloaded_in_each_of_its_ways_of_writing() {
    let ways = [
        "",
        "backup backupcopy=no writebackup",
        "nobackup backupcopy=yes writebackup",
        "nobackup nowritebackup",
        "backup backupcopy=auto swapfile",
    ];
    for mode in MODES {
        let watched = Watched::new(mode, |_| ());
        for (version, way) in (2..).zip(ways) {
            if !vim(&watched, way, version) {
                eprintln!("vim is not installed");
                return;
            }

            watched.wait_for(version);
        }
    }
}

#[test]
fn a_change_by_sed_in_place_is_reloaded() {
    for mode in MODES {
        let watched = Watched::new(mode, |_| ());
        let folder = watched.file.parent().unwrap();
        for version in 2..5 {
            let change = format!("s/^local VERSION = .*/local VERSION = {version}/");

            assert!(run("sed", &["-i", &change, "main.lua"], folder));

            watched.wait_for(version);
        }
    }
}

#[test]
fn a_file_copied_over_or_moved_over_is_reloaded() {
    for mode in MODES {
        let watched = Watched::new(mode, |_| ());
        let elsewhere = Folder::new();
        for (version, program) in (2..).zip(["cp", "mv", "cp", "mv"]) {
            let from = elsewhere.path().join("new.lua");
            fs::write(&from, Watched::version(version)).unwrap();
            let (from, to) = (from.to_str().unwrap(), watched.file.to_str().unwrap());

            assert!(run(program, &[from, to], elsewhere.path()));

            watched.wait_for(version);
        }
    }
}

#[test]
fn another_branch_checked_out_in_the_bundles_folder_is_reloaded() {
    for mode in MODES {
        let commit = |folder: &Path, message| {
            let name = ["-c", "user.name=a", "-c", "user.email=a@b"];
            run("git", &["add", "."], folder)
                && run("git", &[&name[..], &["commit", "-qm", message]].concat(), folder)
        };
        let mut has_git = false;
        let watched = Watched::new(mode, |folder| {
            let place = folder.of("one");
            has_git = run("git", &["init", "-q", "-b", "main"], &place) && commit(&place, "one");
            let _ = has_git && run("git", &["checkout", "-qb", "other"], &place);
            fs::write(place.join("main.lua"), Watched::version(2)).unwrap();
            fs::write(place.join("part.lua"), "return 1").unwrap();
            let _ =
                has_git && commit(&place, "two") && run("git", &["checkout", "-q", "main"], &place);
            if !has_git {
                fs::write(place.join("main.lua"), Watched::version(1)).unwrap();
            }
        });
        if !has_git {
            eprintln!("git is not installed");
            return;
        }
        let folder = watched.file.parent().unwrap();

        for (branch, version) in [("other", 2), ("main", 1), ("other", 2)] {
            assert!(run("git", &["checkout", "-q", branch], folder));
            watched.wait_for(version);
        }
    }
}

#[test]
fn a_mistake_saved_by_an_editor_is_told_with_its_place_and_the_old_version_runs_on() {
    for mode in MODES {
        let watched = Watched::new(mode, |_| ());
        let folder = watched.file.parent().unwrap();

        assert!(run(
            "sed",
            &["-i", "s/^local VERSION = 1/local VERSION = = 1/", "main.lua"],
            folder
        ));
        wait_until("the mistake is told", || {
            watched.host.runtime.poll().unwrap();
            watched.host.events.story("one").contains(&"failed")
        });

        let told = watched.host.runtime.bundles()[0].last_error.clone().unwrap();
        assert!(told.contains("one/main.lua:6: unexpected symbol"), "{told}");
        assert_eq!(watched.answer(0), 1);
        assert!(run("sed", &["-i", "s/= = 1/= 2/", "main.lua"], folder));
        wait_until("the mended version runs", || watched.answer(0) == 2);
        assert_eq!(watched.host.runtime.bundles()[0].last_error, None);
    }
}

#[test]
fn a_module_that_is_required_is_part_of_the_bundle() {
    for mode in MODES {
        let watched = Watched::new(mode, |folder| {
            let place = folder.of("one");
            let main =
                Watched::version(1).replace("VERSION = 1", "VERSION = require('parts.version')");
            fs::write(place.join("main.lua"), main).unwrap();
            fs::create_dir(place.join("parts")).unwrap();
            fs::write(place.join("parts/version.lua"), "return 1").unwrap();
        });
        let part = watched.file.with_file_name("parts").join("version.lua");

        for version in 2..5 {
            fs::write(&part, format!("return {version}")).unwrap();
            watched.wait_for(version);
        }
    }
}
