//! Files that change inside a bundle folder.

use super::*;
use std::thread;
use std::time::SystemTime;

/// Not every backend says that a file was closed or renamed into place.
fn expect_whole(batch: &Batch) {
    if cfg!(any(target_os = "linux", target_os = "android")) {
        assert_eq!(batch.settled, Settled::Whole);
    }
}

#[test]
fn a_save_in_place_is_delivered_whole_and_stays_current() {
    let scene = Scene::new();
    let before = Instant::now();
    fs::write(scene.path("a/x.lua"), "return 2").unwrap();
    let batch = scene.batch_of("a");
    expect_whole(&batch);
    assert!(batch.is_still_current());
    assert!(batch.first_event_at >= before);
}

#[test]
fn a_hidden_file_renamed_into_place_is_delivered_whole() {
    let scene = Scene::new();
    fs::write(scene.path("a/.x.lua.new"), "return 2").unwrap();
    fs::rename(scene.path("a/.x.lua.new"), scene.path("a/x.lua")).unwrap();
    let batch = scene.batch_of("a");
    expect_whole(&batch);
    assert!(batch.is_still_current());
}

#[test]
fn a_file_renamed_into_place_from_elsewhere_is_delivered_whole() {
    let scene = Scene::new();
    fs::write(scene.beside("x.lua"), "return 2").unwrap();
    fs::rename(scene.beside("x.lua"), scene.path("a/x.lua")).unwrap();
    expect_whole(&scene.batch_of("a"));
}

#[test]
fn a_backup_made_by_renaming_does_not_hold_up_the_save() {
    let scene = Scene::new();
    fs::rename(scene.path("a/x.lua"), scene.path("a/x.lua~")).unwrap();
    fs::write(scene.path("a/x.lua"), "return 2").unwrap();
    fs::remove_file(scene.path("a/x.lua~")).unwrap();
    let batch = scene.batch_of("a");
    expect_whole(&batch);
    assert!(batch.is_still_current());
}

#[test]
fn vim_saves_with_a_renamed_backup() {
    vim_saves(&["--cmd", "set writebackup backupcopy=no"]);
}

#[test]
fn vim_saves_with_a_copied_backup() {
    vim_saves(&["--cmd", "set writebackup backupcopy=yes"]);
}

#[test]
fn vim_saves_and_keeps_the_backup() {
    vim_saves(&["--cmd", "set backup backupcopy=auto"]);
}

fn vim_saves(settings: &[&str]) {
    let scene = Scene::new();
    let file = scene.path("a/x.lua");
    let mut vim = Command::new("vim");
    vim.args(["-es", "-u", "NONE", "-i", "NONE", "--cmd", "set nocompatible"])
        .args(settings)
        .args(["-c", "%s/1/2/", "-c", "wq"])
        .arg(&file);
    let Ok(status) = run(&mut vim) else {
        eprintln!("skipped: there is no vim");
        return;
    };
    assert!(status.success());
    let batch = scene.until("a", || fs::read_to_string(&file).unwrap() == "return 2\n");
    expect_whole(&batch);
}

#[test]
fn a_file_written_in_pieces_is_delivered_when_it_is_closed() {
    let scene = Scene::new();
    let mut file = File::create(scene.path("a/x.lua")).unwrap();
    for piece in ["return ", "'in ", "pieces", "'"] {
        file.write_all(piece.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(35));
    }
    drop(file);
    let written = || fs::read_to_string(scene.path("a/x.lua")).unwrap() == "return 'in pieces'";
    let batch = scene.until("a", written);
    expect_whole(&batch);
}

#[test]
fn a_file_deleted_and_made_again_is_delivered_with_its_new_content() {
    let scene = Scene::new();
    let file = scene.path("a/x.lua");
    fs::remove_file(&file).unwrap();
    fs::write(&file, "return 2").unwrap();
    scene.until("a", || fs::read_to_string(&file).unwrap() == "return 2");
}

#[test]
fn a_deleted_file_is_delivered_by_quiet() {
    let scene = Scene::new();
    fs::remove_file(scene.path("a/x.lua")).unwrap();
    assert_eq!(scene.batch_of("a").settled, Settled::Quiet);
}

#[test]
fn a_file_touched_without_a_change_is_delivered() {
    let scene = Scene::new();
    let file = File::options().append(true).open(scene.path("a/x.lua")).unwrap();
    file.set_modified(SystemTime::now()).unwrap();
    drop(file);
    scene.batch_of("a");
}

#[test]
fn fifty_files_at_once_are_few_batches() {
    let scene = Scene::new();
    for index in 0..50 {
        fs::write(scene.path(&format!("a/{index}.lua")), "return 3").unwrap();
    }
    let mut batches = 0;
    scene.until("a", || {
        batches += 1;
        scene.path("a/49.lua").exists()
    });
    // One would do. A writer that is held up for longer than the quiet time makes one more each
    // time.
    assert!(batches < 10, "{batches}");
}

#[test]
fn two_saves_in_quick_succession_end_with_a_current_batch() {
    let scene = Scene::new();
    let file = scene.path("a/x.lua");
    fs::write(&file, "return 2").unwrap();
    fs::write(&file, "return 3").unwrap();
    scene.until("a", || fs::read_to_string(&file).unwrap() == "return 3");
}

#[test]
fn a_batch_is_outdated_by_the_next_change() {
    let scene = Scene::new();
    fs::write(scene.path("a/x.lua"), "return 2").unwrap();
    let first = scene.batch_of("a");
    assert!(first.is_still_current());
    fs::write(scene.path("a/x.lua"), "return 3").unwrap();
    scene.batch_of("a");
    assert!(!first.is_still_current());
}

#[test]
fn what_only_editors_use_is_not_delivered() {
    let scene = Scene::new();
    for name in ["a/.x.lua.swp", "a/x.lua~", "a/4913", "a/#x.lua#", "a/.#x.lua", ".hidden"] {
        fs::write(scene.path(name), "noise").unwrap();
        fs::remove_file(scene.path(name)).unwrap();
    }
    assert!(scene.before_a_change_of_b().is_empty());
}

#[test]
fn reading_is_not_delivered() {
    let scene = Scene::new();
    fs::read(scene.path("a/x.lua")).unwrap();
    fs::read_dir(scene.path("a")).unwrap().for_each(drop);
    assert!(scene.before_a_change_of_b().is_empty());
}

#[test]
fn a_file_directly_in_the_root_is_not_delivered() {
    let scene = Scene::new();
    fs::write(scene.path("readme.txt"), "hello").unwrap();
    File::open(scene.path("readme.txt")).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    fs::remove_file(scene.path("readme.txt")).unwrap();
    assert!(scene.before_a_change_of_b().is_empty());
}
