//! What editors and tools do to save `foo.lua`, as inotify reports it.

use super::*;

#[test]
fn saving_in_place() {
    let steps = [(0, Write, "a/foo.lua"), (0, Write, "a/foo.lua"), (1, Close, "a/foo.lua")];
    assert_eq!(play(&steps), ["1 Whole r/a"]);
}

#[test]
fn vim_with_a_backup() {
    let steps = [
        (0, Create, "a/4913"),
        (0, Chmod, "a/4913"),
        (0, Close, "a/4913"),
        (0, Remove, "a/4913"),
        (1, From(1), "a/foo.lua"),
        (1, To(1), "a/foo.lua~"),
        (2, Create, "a/foo.lua"),
        (2, Write, "a/foo.lua"),
        (3, Close, "a/foo.lua"),
        (3, Chmod, "a/foo.lua"),
        (4, Remove, "a/foo.lua~"),
        (5, Remove, "a/.foo.lua.swp"),
    ];
    assert_eq!(play(&steps), ["3 Whole r/a", "33 Quiet r/a"]);
}

#[test]
fn vims_chmod_after_the_save_leaves_the_batch_current() {
    let mut player = Player::new(WatchOptions::default());
    player.step(0, Create, "a/foo.lua");
    player.step(0, Close, "a/foo.lua");
    player.step(1, Chmod, "a/foo.lua");
    player.step(2, Remove, "a/foo.lua~");
    assert!(player.delivered[0].1.is_still_current());
}

#[test]
fn vim_that_copies_the_backup() {
    let steps = [
        (0, Create, "a/foo.lua~"),
        (0, Write, "a/foo.lua~"),
        (0, Close, "a/foo.lua~"),
        (1, Write, "a/foo.lua"),
        (1, Write, "a/foo.lua"),
        (2, Close, "a/foo.lua"),
        (3, Remove, "a/foo.lua~"),
    ];
    assert_eq!(play(&steps), ["2 Whole r/a"]);
}

#[test]
fn emacs_with_lock_autosave_and_backup() {
    let steps = [
        (0, Create, "a/.#foo.lua"),
        (0, Create, "a/#foo.lua#"),
        (0, Close, "a/#foo.lua#"),
        (1, From(1), "a/foo.lua"),
        (1, To(1), "a/foo.lua~"),
        (2, Create, "a/foo.lua"),
        (2, Write, "a/foo.lua"),
        (3, Close, "a/foo.lua"),
        (3, Remove, "a/#foo.lua#"),
        (3, Remove, "a/.#foo.lua"),
    ];
    assert_eq!(play(&steps), ["3 Whole r/a"]);
}

#[test]
fn a_hidden_file_renamed_into_place() {
    let steps = [
        (0, Create, "a/.tmp1"),
        (0, Write, "a/.tmp1"),
        (1, Close, "a/.tmp1"),
        (2, From(1), "a/.tmp1"),
        (2, To(1), "a/foo.lua"),
    ];
    assert_eq!(play(&steps), ["2 Whole r/a"]);
}

#[test]
fn a_file_renamed_into_place_under_our_eyes_needs_no_quiet() {
    // sed -i, Kate: the temporary name looks like any other.
    let steps = [
        (0, Create, "a/sedAbC"),
        (0, Write, "a/sedAbC"),
        (1, Close, "a/sedAbC"),
        (1, Chmod, "a/sedAbC"),
        (2, From(1), "a/sedAbC"),
        (2, To(1), "a/foo.lua"),
    ];
    assert_eq!(play(&steps), ["1 Whole r/a", "2 Whole r/a"]);
}

#[test]
fn jetbrains_safe_write() {
    let steps = [
        (0, Create, "a/foo.lua___jb_tmp___"),
        (0, Close, "a/foo.lua___jb_tmp___"),
        (1, From(1), "a/foo.lua"),
        (1, To(1), "a/foo.lua___jb_old___"),
        (1, From(2), "a/foo.lua___jb_tmp___"),
        (1, To(2), "a/foo.lua"),
        (2, Remove, "a/foo.lua___jb_old___"),
    ];
    assert_eq!(play(&steps), ["1 Whole r/a"]);
}

#[test]
fn deleted_and_written_anew() {
    let steps = [(0, Remove, "a/x"), (1, Create, "a/x"), (1, Write, "a/x"), (2, Close, "a/x")];
    assert_eq!(play(&steps), ["2 Whole r/a"]);
}

#[test]
fn deleted_and_written_anew_much_later() {
    let steps = [(0, Remove, "a/x"), (90, Create, "a/x"), (91, Close, "a/x")];
    assert_eq!(play(&steps), ["30 Quiet r/a", "91 Whole r/a"]);
}

#[test]
fn truncated_and_written_in_pieces() {
    let steps = [
        (0, Write, "a/x"),
        (40, Write, "a/x"),
        (80, Write, "a/x"),
        (120, Write, "a/x"),
        (121, Close, "a/x"),
    ];
    assert_eq!(play(&steps), ["121 Whole r/a"]);
}

#[test]
fn touched_without_a_change() {
    assert_eq!(play(&[(0, Chmod, "a/x"), (0, Close, "a/x")]), ["0 Whole r/a"]);
}

#[test]
fn a_checkout_of_several_files() {
    let steps = [
        (0, Remove, "a/x"),
        (0, Create, "a/x"),
        (0, Write, "a/x"),
        (1, Close, "a/x"),
        (1, Remove, "a/y"),
        (1, Create, "a/y"),
        (2, Write, "a/y"),
        (2, Close, "a/y"),
        (3, Remove, "a/old"),
        (3, MakeFolder, "a/sub"),
        (4, Create, "a/sub/z"),
        (4, Close, "a/sub/z"),
    ];
    assert_eq!(play(&steps), ["1 Whole r/a", "34 Quiet r/a"]);
}

#[test]
fn a_build_that_writes_beside_and_renames() {
    let steps = [
        (0, Create, "a/lib.so.tmp"),
        (0, Write, "a/lib.so.tmp"),
        (60, Write, "a/lib.so.tmp"),
        (90, Close, "a/lib.so.tmp"),
        (91, From(1), "a/lib.so.tmp"),
        (91, To(1), "a/lib.so"),
    ];
    assert_eq!(play(&steps), ["90 Whole r/a", "91 Whole r/a"]);
}
