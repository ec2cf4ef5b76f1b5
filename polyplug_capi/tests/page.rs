//! The files that a page of the book tells its reader to write.

use crate::build::root;
use std::path::Path;

/// Writes the files of `docs/<page>` into a folder: every block whose first line is a comment with a
/// path in it.
pub(crate) fn write_files(page: &str, folder: &Path) {
    for block in blocks(&read(page)) {
        let Some(name) = path_in_first_line(block) else { continue };
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().expect("it is in the folder"))
            .expect("it is writable");
        std::fs::write(file, block).expect("it is writable");
    }
}

/// The text of `docs/<page>`.
pub(crate) fn read(page: &str) -> String {
    std::fs::read_to_string(root().join("docs").join(page)).expect("the page is readable")
}

/// The blocks of this language that are no files.
pub(crate) fn pieces<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let all = page.split("\n```").skip(1).step_by(2);
    all.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'))
        .filter(|block| path_in_first_line(block).is_none())
        .collect()
}

/// What stands between fences.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    let parts = page.split("\n```");
    parts.skip(1).step_by(2).filter_map(|block| Some(block.split_once('\n')?.1))
}

/// `mods/adder/adder.c`, where the first line is `// mods/adder/adder.c`.
fn path_in_first_line(block: &str) -> Option<&str> {
    let (mark, path) = block.lines().next()?.split_once(' ')?;
    let is_path = path.contains('/') && path.contains('.') && !path.contains(' ');
    (["//", "--", "#"].contains(&mark) && is_path).then_some(path)
}
