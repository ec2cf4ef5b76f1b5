//! Files: inside of a folder that was granted, and every way out of it.

use super::{refused, state, state_in};
use crate::wasi::WasiState;
use std::fs;
use std::path::Path;
use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystemView};
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::preopens;
use wasmtime_wasi::p2::bindings::sync::filesystem::types::{
    DescriptorFlags, HostDescriptor, OpenFlags, PathFlags,
};

/// The folders that a guest begins with, by their names.
fn folders(state: &mut WasiState) -> Vec<(Resource<Descriptor>, String)> {
    preopens::Host::get_directories(&mut state.filesystem()).unwrap()
}

fn the_folder(state: &mut WasiState) -> u32 {
    let folders = folders(state);
    assert_eq!(folders.len(), 1);
    folders[0].0.rep()
}

/// A guest that tries what it may do below its one folder.
struct Guest {
    state: WasiState,
    folder: u32,
}

impl Guest {
    fn in_folder(folder: &Path, capability: &str) -> Self {
        let mut state = state_in(folder, &[capability]);
        let folder = the_folder(&mut state);
        Self { state, folder }
    }

    fn folder(&self) -> Resource<Descriptor> {
        Resource::new_borrow(self.folder)
    }

    fn open(
        &mut self,
        path: &str,
        how: OpenFlags,
        mode: DescriptorFlags,
    ) -> FsResult<Resource<Descriptor>> {
        let folder = self.folder();
        let files = &mut self.state.waited_files();
        files.open_at(folder, PathFlags::SYMLINK_FOLLOW, path.to_owned(), how, mode)
    }

    fn read(&mut self, path: &str) -> FsResult<Vec<u8>> {
        let file = self.open(path, OpenFlags::empty(), DescriptorFlags::READ)?;
        Ok(self.state.waited_files().read(file, 100, 0)?.0)
    }

    fn write(&mut self, path: &str) -> FsResult<()> {
        let file = self.open(path, OpenFlags::CREATE, DescriptorFlags::WRITE)?;
        self.state.waited_files().write(file, b"written".to_vec(), 0).map(drop)
    }

    fn link(&mut self, target: &str, path: &str) -> FsResult<()> {
        let folder = self.folder();
        self.state.waited_files().symlink_at(folder, target.to_owned(), path.to_owned())
    }
}

/// A bundle with `data/inside` and a secret beside `data`.
fn bundle() -> tempfile::TempDir {
    let bundle = tempfile::tempdir().unwrap();
    fs::create_dir_all(bundle.path().join("data/deep")).unwrap();
    fs::write(bundle.path().join("data/inside"), "inside").unwrap();
    fs::write(bundle.path().join("secret"), "secret").unwrap();
    bundle
}

/// Ways to the file `secret` beside the granted folder `data`.
fn ways_out(bundle: &Path) -> Vec<String> {
    let secret = bundle.join("secret").to_str().unwrap().to_owned();
    let more = ["../secret", "deep/../../secret", "./../secret", "deep/../../data/../secret"];
    let more = more.into_iter().map(str::to_owned);
    more.chain([secret, "/etc/passwd".to_owned(), "/proc/self/environ".to_owned()]).collect()
}

#[test]
fn without_a_folder_there_are_no_files() {
    assert!(folders(&mut state(&["stdout", "network"])).is_empty());
}

#[test]
fn a_folder_is_called_as_in_the_manifest() {
    let bundle = bundle();
    let mut state = state_in(bundle.path(), &["fs:ro:data", "fs:rw:data/deep"]);
    let names: Vec<_> = folders(&mut state).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["data", "data/deep"]);
}

#[test]
fn what_is_inside_is_read_and_written() {
    let bundle = bundle();
    let mut guest = Guest::in_folder(bundle.path(), "fs:rw:data");
    assert_eq!(guest.read("inside").unwrap(), b"inside");
    guest.write("deep/new").unwrap();
    assert_eq!(fs::read(bundle.path().join("data/deep/new")).unwrap(), b"written");
}

#[test]
fn a_folder_to_read_is_not_written() {
    let bundle = bundle();
    let mut guest = Guest::in_folder(bundle.path(), "fs:ro:data");
    assert_eq!(guest.read("inside").unwrap(), b"inside");
    guest.write("inside").unwrap_err();
    guest.write("new").unwrap_err();
    guest.open("inside", OpenFlags::TRUNCATE, DescriptorFlags::READ).unwrap_err();
    guest.link("inside", "link").unwrap_err();
    let folder = guest.folder();
    guest.state.waited_files().unlink_file_at(folder, "inside".to_owned()).unwrap_err();
    let folder = guest.folder();
    guest.state.waited_files().create_directory_at(folder, "new".to_owned()).unwrap_err();
    let (folder, same) = (guest.folder(), guest.folder());
    let files = &mut guest.state.waited_files();
    files.rename_at(folder, "inside".to_owned(), same, "moved".to_owned()).unwrap_err();
    let folder = guest.folder();
    guest.state.waited_files().remove_directory_at(folder, "deep".to_owned()).unwrap_err();
    assert_eq!(fs::read(bundle.path().join("data/inside")).unwrap(), b"inside");
    assert_eq!(fs::read_dir(bundle.path().join("data")).unwrap().count(), 2);
}

#[test]
fn no_path_leads_out() {
    let bundle = bundle();
    let mut guest = Guest::in_folder(bundle.path(), "fs:rw:data");
    for path in ways_out(bundle.path()) {
        assert!(guest.read(&path).is_err(), "{path}");
        assert!(guest.write(&path).is_err(), "{path}");
    }
    assert_eq!(fs::read(bundle.path().join("secret")).unwrap(), b"secret");
}

#[cfg(unix)]
#[test]
fn no_link_leads_out() {
    use std::os::unix::fs::symlink;
    let bundle = bundle();
    let data = bundle.path().join("data");
    symlink("/etc", data.join("folder")).unwrap();
    symlink("../secret", data.join("beside")).unwrap();
    symlink(bundle.path().join("secret"), data.join("absolute")).unwrap();
    symlink("beside", data.join("twice")).unwrap();
    let mut guest = Guest::in_folder(bundle.path(), "fs:rw:data");
    for path in ["folder/passwd", "beside", "absolute", "twice", "deep/../beside"] {
        assert!(guest.read(path).is_err(), "{path}");
        assert!(guest.write(path).is_err(), "{path}");
    }
    assert_eq!(fs::read(bundle.path().join("secret")).unwrap(), b"secret");
}

#[cfg(unix)]
#[test]
fn a_guest_makes_no_link_that_leads_out() {
    let bundle = bundle();
    let mut guest = Guest::in_folder(bundle.path(), "fs:rw:data");
    for (number, target) in ways_out(bundle.path()).iter().enumerate() {
        let link = format!("link{number}");
        // It may make one; it does not come through.
        let _ = guest.link(target, &link);
        assert!(guest.read(&link).is_err(), "{target}");
    }
    let (folder, same) = (guest.folder(), guest.folder());
    let files = &mut guest.state.waited_files();
    let hard =
        files.link_at(folder, PathFlags::empty(), "../secret".to_owned(), same, "hard".to_owned());
    assert!(hard.is_err());
    let (folder, same) = (guest.folder(), guest.folder());
    let files = &mut guest.state.waited_files();
    let moved = files.rename_at(folder, "inside".to_owned(), same, "../inside".to_owned());
    assert!(moved.is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_the_folder_does_not_stop_the_host() {
    use std::process::Command;
    use std::time::{Duration, Instant};
    let bundle = bundle();
    let pipe = bundle.path().join("data/pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut guest = Guest::in_folder(bundle.path(), "fs:ro:data");
    guest.state.end_at(Some(Instant::now() + Duration::from_millis(50)));
    let error = guest.read("pipe").unwrap_err();
    assert!(error.to_string().contains("interrupt"), "{error}");
    guest.state.end_at(None);
    assert_eq!(guest.read("inside").unwrap(), b"inside");
    // Lets the thread go that still waits for a writer.
    let _ = fs::OpenOptions::new().read(true).write(true).open(&pipe);
}

#[test]
fn a_folder_that_cannot_be_given_is_told() {
    let bundle = bundle();
    let hostile = bundle.path().join("x\nERROR trust: fine\u{1b}");
    let said = refused(Some(&hostile), &["fs:ro:nowhere"]);
    assert!(said.contains(r"x\nERROR trust: fine\u{1b}") && !said.contains('\n'), "{said}");
    let said = refused(Some(bundle.path()), &["fs:ro:nowhere"]);
    assert!(said.contains("`fs:ro:nowhere`: there is no ") && said.contains("make the folder"));
    let said = refused(None, &["fs:rw:data"]);
    assert!(said.contains("this bundle has none; name an absolute path"), "{said}");
    let said = refused(Some(bundle.path()), &["fs:ro:secret"]);
    assert!(said.contains("cannot be opened"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_folder_is_told() {
    let bundle = bundle();
    std::os::unix::fs::symlink("/etc", bundle.path().join("out")).unwrap();
    let said = refused(Some(bundle.path()), &["fs:ro:out"]);
    assert!(said.contains("goes through the symbolic link"), "{said}");
}
