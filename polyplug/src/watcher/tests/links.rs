//! Bundle folders and roots that are symbolic links.

use super::*;
use std::os::unix::fs::symlink;

/// `root/linked` leads to `target` beside the root.
fn linked() -> Scene {
    Scene::prepared(|root| {
        let target = root.with_file_name("target");
        fs::create_dir_all(target.join("src")).unwrap();
        fs::write(target.join("src/x.lua"), "return 1").unwrap();
        symlink(&target, root.join("linked")).unwrap();
    })
}

fn expect_linked(scene: &Scene, target: &str) {
    let file = scene.beside(target).join("src/x.lua");
    fs::write(&file, "return 'again'").unwrap();
    scene.until("linked", || fs::read_to_string(&file).unwrap() == "return 'again'");
}

fn make_target(scene: &Scene, name: &str) -> PathBuf {
    let target = scene.beside(name);
    fs::create_dir_all(target.join("src")).unwrap();
    fs::write(target.join("src/x.lua"), "return 1").unwrap();
    target
}

#[test]
fn a_change_behind_a_linked_bundle_folder_is_the_links() {
    let scene = linked();
    fs::write(scene.beside("target/src/x.lua"), "return 2").unwrap();
    scene.batch_of("linked");
}

#[test]
fn a_new_link_is_delivered_and_its_target_watched() {
    let scene = Scene::new();
    symlink(make_target(&scene, "target"), scene.path("linked")).unwrap();
    scene.batch_of("linked");
    expect_linked(&scene, "target");
}

#[test]
fn a_link_swapped_in_one_step_is_delivered_and_its_new_target_watched() {
    let scene = linked();
    symlink(make_target(&scene, "second"), scene.path(".linked.new")).unwrap();
    fs::rename(scene.path(".linked.new"), scene.path("linked")).unwrap();
    scene.batch_of("linked");
    expect_linked(&scene, "second");
    fs::write(scene.beside("target/src/x.lua"), "no longer ours").unwrap();
    assert!(scene.before_a_change_of_b().is_empty());
}

#[test]
fn a_link_swapped_by_ln_is_delivered() {
    let scene = linked();
    let target = make_target(&scene, "second");
    let link = scene.path("linked");
    let done = run(Command::new("ln").arg("-sfn").args([&target, &link])).unwrap();
    assert!(done.success());
    scene.until("linked", || fs::read_link(&link).unwrap() == target);
    expect_linked(&scene, "second");
}

#[test]
fn a_removed_link_is_delivered() {
    let scene = linked();
    fs::remove_file(scene.path("linked")).unwrap();
    scene.batch_of("linked");
    fs::write(scene.beside("target/src/x.lua"), "no longer ours").unwrap();
    assert!(scene.before_a_change_of_b().is_empty());
}

#[test]
fn a_target_that_is_deleted_and_built_anew_is_delivered_and_watched() {
    let scene = linked();
    for _ in 0..3 {
        fs::remove_dir_all(scene.beside("target")).unwrap();
        scene.until("linked", || !scene.beside("target").exists());
        make_target(&scene, "target");
        scene.until("linked", || scene.beside("target/src/x.lua").exists());
        expect_linked(&scene, "target");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_delivered_when_its_target_comes() {
    let scene = Scene::new();
    symlink(scene.beside("target"), scene.path("linked")).unwrap();
    assert!(scene.before_a_change_of_b().is_empty());
    make_target(&scene, "target");
    scene.until("linked", || scene.beside("target/src/x.lua").exists());
    expect_linked(&scene, "target");
}

#[test]
fn two_links_to_one_folder_are_both_delivered() {
    let scene = linked();
    symlink(scene.beside("target"), scene.path("other")).unwrap();
    scene.batch_of("other");
    fs::write(scene.beside("target/src/x.lua"), "return 2").unwrap();
    let mut folders = Vec::new();
    while folders.len() < 2 {
        folders.extend(scene.batch().folders);
    }
    folders.sort();
    assert_eq!(folders, [scene.path("linked"), scene.path("other")]);
}

#[test]
fn a_link_to_another_bundle_of_the_root_is_delivered_with_it() {
    let scene = Scene::prepared(|root| symlink("a", root.join("current")).unwrap());
    fs::write(scene.path("a/x.lua"), "return 2").unwrap();
    let mut folders = Vec::new();
    while folders.len() < 2 {
        folders.extend(scene.batch().folders);
    }
    folders.sort();
    assert_eq!(folders, [scene.path("a"), scene.path("current")]);
}

#[test]
fn a_root_that_is_a_link_is_named_as_it_was_given() {
    let scene = Scene::new();
    let root = scene.beside("plugins");
    symlink(&scene.root, &root).unwrap();
    let (_watcher, signals) = watch(vec![root.clone()]);
    fs::write(root.join("a/x.lua"), "return 2").unwrap();
    let signal = signals.recv_timeout(PATIENCE).unwrap();
    assert!(matches!(signal, WatchSignal::Batch(batch) if batch.folders == [root.join("a")]));
}
