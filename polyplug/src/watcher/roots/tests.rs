use super::super::child::Leads;
use super::*;

fn roots(pairs: &[(&str, &str)]) -> Roots {
    let root = |(given, real): &(&str, &str)| Root { given: given.into(), real: real.into() };
    Roots::new(pairs.iter().map(root).collect())
}

fn link(target: &str) -> Option<Child> {
    Some(Child::Link { target: target.into(), leads: Leads::ToFolder })
}

fn child(folder: &str, file: &str) -> Place {
    Place::Child { folder: folder.into(), file: file.into() }
}

fn wanted(roots: &Roots) -> Vec<(String, Depth)> {
    roots.wanted().into_iter().map(|(path, depth)| (path.display().to_string(), depth)).collect()
}

#[test]
fn a_path_below_a_root_is_named_as_the_caller_named_the_root() {
    let roots = roots(&[("plugins", "/real/plugins")]);
    let located = |path: &str| roots.locate(Path::new(path));
    assert_eq!(located("/real/plugins/a/src/x.lua"), [child("plugins/a", "src/x.lua")]);
    assert_eq!(located("/real/plugins/a"), [child("plugins/a", "")]);
    assert_eq!(located("/real/plugins"), [Place::Root("plugins".into())]);
    assert_eq!(located("/real/plugins-2/a"), []);
}

#[test]
fn a_path_that_links_lead_to_is_in_each_of_their_folders() {
    let mut roots = roots(&[("r", "/r")]);
    roots.set_child(Path::new("r/a"), link("/build/out"));
    roots.set_child(Path::new("r/b"), link("/build/out"));
    roots.set_child(Path::new("r/c"), link("/r/a-v2"));
    assert_eq!(roots.locate(Path::new("/build/out/x")), [child("r/a", "x"), child("r/b", "x")]);
    assert_eq!(roots.locate(Path::new("/build/out")), [child("r/a", ""), child("r/b", "")]);
    assert_eq!(roots.locate(Path::new("/r/a-v2/x")), [child("r/a-v2", "x"), child("r/c", "x")]);
    assert_eq!(roots.locate(Path::new("/build/other")), []);
}

#[test]
fn a_link_that_was_pointed_elsewhere_no_longer_counts_its_old_target() {
    let mut roots = roots(&[("r", "/r")]);
    roots.set_child(Path::new("r/a"), link("/v1"));
    roots.set_child(Path::new("r/a"), link("/v2"));
    assert_eq!(roots.locate(Path::new("/v1/x")), []);
    assert_eq!(roots.locate(Path::new("/v2/x")), [child("r/a", "x")]);
}

#[test]
fn a_links_target_is_watched_with_the_folder_around_it() {
    let mut roots = roots(&[("r", "/r")]);
    roots.set_child(Path::new("r/a"), link("/build/out"));
    let expected = [("/build", Depth::Flat), ("/build/out", Depth::Tree), ("/r", Depth::Tree)];
    assert_eq!(wanted(&roots), expected.map(|(path, depth)| (path.to_owned(), depth)));
}

#[test]
fn nothing_inside_a_watched_tree_is_watched_again() {
    let mut roots = roots(&[("r", "/r"), ("r/nested", "/r/nested")]);
    roots.set_child(Path::new("r/a"), link("/r/a-v2"));
    roots.set_child(Path::new("r/b"), link("/r/deep/in/b"));
    assert_eq!(wanted(&roots), [("/r".to_owned(), Depth::Tree)]);
}

#[test]
fn a_listing_replaces_what_was_known_of_that_root_only() {
    let mut roots = roots(&[("r", "/r"), ("s", "/s")]);
    roots.set_child(Path::new("r/old"), Some(Child::Folder));
    roots.set_child(Path::new("s/kept"), Some(Child::Folder));
    roots.set_children(Path::new("r"), vec![("new".into(), Child::Folder)]);
    let folders: Vec<_> = roots.folders().collect();
    assert_eq!(folders, [Path::new("r/new"), Path::new("s/kept")]);
}

#[test]
fn a_forgotten_root_takes_its_folders_and_links_with_it() {
    let mut roots = roots(&[("r", "/r")]);
    roots.set_child(Path::new("r/a"), link("/build/out"));
    assert!(roots.forget(Path::new("r")));
    assert!(!roots.forget(Path::new("r")));
    assert_eq!(roots.locate(Path::new("/build/out/x")), []);
    assert_eq!(wanted(&roots), []);
}

#[test]
fn a_bundle_folder_lies_where_its_root_really_is() {
    let roots = roots(&[("plugins", "/real/plugins")]);
    let entry = |folder: &str| roots.entry(Path::new(folder));
    assert_eq!(entry("plugins/a"), Some("/real/plugins/a".into()));
    assert_eq!(entry("other/a"), None);
}
