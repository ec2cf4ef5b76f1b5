//! Which paths go together.

use super::{TreePaths, without_case};
use crate::TreeRule;

#[track_caller]
fn assert_collides(one: &str, other: &str) {
    let mut paths = TreePaths::default();
    paths.file(one).unwrap();
    let rule = paths.file(other).unwrap_err();
    assert!(matches!(rule, TreeRule::CaseCollision { .. }), "{one}, {other}: {rule}");
}

#[test]
fn paths_that_some_system_takes_for_one_collide() {
    assert_collides("a", "A");
    assert_collides("dir/a", "Dir/b");
    assert_collides("dir/a", "DIR");
    assert_collides("É", "é");
    // An end sigma, that of other places and the upper one.
    assert_collides("ας", "ΑΣ");
    assert_collides("ας", "ασ");
    assert_collides("straße", "STRASSE");
    assert_collides("ſ", "s");
    assert_collides("ı", "i");
    // Kelvin.
    assert_collides("\u{212a}", "k");
}

#[test]
fn what_the_standard_lowers_to_the_same_collides() {
    let all = || ('\0'..=char::MAX).filter(|character| character.is_alphanumeric());
    for character in all() {
        let lower: String = character.to_lowercase().collect();
        assert_eq!(without_case(&lower), without_case(&character.to_string()), "{character}");
    }
}

#[test]
fn other_paths_do_not_collide() {
    let mut paths = TreePaths::default();
    for path in ["a", "b/a", "b/c/a", "c-", "c/d", "i", "é", "e\u{301}", "\u{1f600}"] {
        paths.file(path).unwrap();
    }
    paths.folder("b/c").unwrap();
    paths.folder("d").unwrap();
}

#[test]
fn there_are_so_many_files_and_so_many_folders() {
    let mut paths = TreePaths::default();
    for number in 0..4096 {
        paths.file(&format!("{number}/file")).unwrap();
    }
    for rule in [paths.file("0/more").unwrap_err(), paths.folder("more").unwrap_err()] {
        assert!(matches!(rule, TreeRule::TooManyFiles), "{rule}");
    }
}

#[test]
fn a_path_is_a_file_or_a_folder() {
    let mut paths = TreePaths::default();
    paths.file("a/b").unwrap();
    for rule in [paths.file("a").unwrap_err(), paths.folder("a/b").unwrap_err()] {
        assert!(matches!(rule, TreeRule::Twice), "{rule}");
    }
    assert!(matches!(paths.file("a/b/c").unwrap_err(), TreeRule::Twice));
}

#[test]
fn a_path_shows_what_it_is() {
    let hidden = ['\0', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}'];
    let turned = [
        '\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}', '\u{61c}', '\u{200e}', '\u{200f}',
        '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}',
    ];
    for character in hidden.into_iter().chain(turned) {
        let rule = TreePaths::default().file(&format!("a{character}b")).unwrap_err();
        assert!(matches!(rule, TreeRule::ControlCharacter), "{character:?}: {rule}");
    }
}
