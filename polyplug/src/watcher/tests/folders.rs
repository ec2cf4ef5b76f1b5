//! Bundle folders, and folders in them, that come and go.

use super::*;

/// Saves a file that is there and expects a batch of its bundle alone: the folder is watched.
fn expect_watched(scene: &Scene, bundle: &str, file: &str) {
    let path = scene.path(bundle).join(file);
    fs::write(&path, "return 'again'").unwrap();
    scene.until(bundle, || fs::read_to_string(&path).unwrap() == "return 'again'");
}

#[test]
fn a_new_bundle_folder_is_delivered_with_all_its_files() {
    let scene = Scene::new();
    fs::create_dir(scene.path("new")).unwrap();
    fs::write(scene.path("new/manifest.toml"), "").unwrap();
    fs::write(scene.path("new/x.lua"), "return 1").unwrap();
    let batch = scene.until("new", || scene.path("new/x.lua").exists());
    assert_eq!(batch.settled, Settled::Quiet);
    expect_watched(&scene, "new", "x.lua");
}

#[test]
fn a_folder_renamed_into_the_root_is_delivered_and_watched() {
    let scene = Scene::new();
    fs::create_dir_all(scene.beside("made/deep")).unwrap();
    fs::write(scene.beside("made/deep/x.lua"), "return 1").unwrap();
    fs::rename(scene.beside("made"), scene.path("new")).unwrap();
    scene.batch_of("new");
    expect_watched(&scene, "new", "deep/x.lua");
}

#[test]
fn a_removed_bundle_folder_is_delivered() {
    let scene = Scene::new();
    fs::remove_dir_all(scene.path("a")).unwrap();
    scene.until("a", || !scene.path("a").exists());
}

#[test]
fn a_bundle_folder_renamed_away_is_delivered() {
    let scene = Scene::new();
    fs::rename(scene.path("a"), scene.beside("gone")).unwrap();
    scene.batch_of("a");
    fs::write(scene.beside("gone/x.lua"), "not ours").unwrap();
    assert!(scene.before_a_change_of_b().is_empty());
}

#[test]
fn a_bundle_folder_renamed_inside_the_root_is_delivered_under_both_names() {
    let scene = Scene::new();
    fs::rename(scene.path("a"), scene.path("c")).unwrap();
    let mut folders = Vec::new();
    while folders.len() < 2 {
        folders.extend(scene.batch().folders);
    }
    folders.sort();
    assert_eq!(folders, [scene.path("a"), scene.path("c")]);
    expect_watched(&scene, "c", "x.lua");
}

#[test]
fn a_bundle_folder_removed_and_made_again_is_delivered_and_watched() {
    let scene = Scene::new();
    for _ in 0..5 {
        fs::remove_dir_all(scene.path("a")).unwrap();
        fs::create_dir(scene.path("a")).unwrap();
        fs::write(scene.path("a/x.lua"), "return 2").unwrap();
        scene.until("a", || scene.path("a/x.lua").exists());
        expect_watched(&scene, "a", "x.lua");
    }
}

#[test]
fn a_bundle_folder_swapped_by_renaming_is_delivered_and_watched() {
    let scene = Scene::new();
    fs::create_dir(scene.path(".next")).unwrap();
    fs::write(scene.path(".next/x.lua"), "return 2").unwrap();
    fs::rename(scene.path("a"), scene.path(".last")).unwrap();
    fs::rename(scene.path(".next"), scene.path("a")).unwrap();
    scene.until("a", || fs::read_to_string(scene.path("a/x.lua")).unwrap() == "return 2");
    expect_watched(&scene, "a", "x.lua");
}

#[test]
fn a_file_in_a_nested_folder_is_its_bundles() {
    let scene = Scene::prepared(|root| {
        fs::create_dir_all(root.join("a/src/deep")).unwrap();
        fs::write(root.join("a/src/deep/y.lua"), "return 1").unwrap();
    });
    fs::write(scene.path("a/src/deep/y.lua"), "return 2").unwrap();
    scene.batch_of("a");
}

#[test]
fn a_tree_made_inside_a_bundle_is_delivered_and_watched_to_its_leaves() {
    let scene = Scene::new();
    for index in 0..10 {
        let folder = format!("n{index}/one/two/three");
        fs::create_dir_all(scene.path("a").join(&folder)).unwrap();
        let leaf = format!("{folder}/y.lua");
        fs::write(scene.path("a").join(&leaf), "return 1").unwrap();
        scene.until("a", || scene.path("a").join(&leaf).exists());
        expect_watched(&scene, "a", &leaf);
    }
}

#[test]
fn files_written_while_the_folder_is_still_new_are_never_missed() {
    let scene = Scene::new();
    for index in 0..20 {
        let folder = scene.path(&format!("a/n{index}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("y.lua"), "return 1").unwrap();
        fs::write(folder.join("y.lua"), "return 2").unwrap();
        let content = || fs::read_to_string(folder.join("y.lua")).unwrap();
        scene.until("a", || content() == "return 2");
    }
}
