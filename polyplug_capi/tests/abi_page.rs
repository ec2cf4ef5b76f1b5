//! What docs/abi.md lists is what the header has.

use crate::build::root;
use crate::page;

#[test]
fn the_book_lists_every_error_code_with_its_number() {
    let header = std::fs::read_to_string(root().join("include/polyplug/polyplug.h"))
        .expect("the header is readable");
    let codes: Vec<(&str, u32)> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define POLYPLUG_ERROR_")?.split_once(' '))
        .filter(|(name, _)| *name != "FIRST_OF_PLUGINS")
        .map(|(name, number)| (name, number.parse().expect("codes are numbers")))
        .collect();
    assert!(codes.len() > 38, "{codes:?}");
    let page = page::read("abi.md");
    let listed: Vec<(&str, u32)> = page.lines().filter_map(row).collect();
    assert_eq!(listed, codes);
}

/// The name and the number of `| 7 | `NAME` | when |`.
fn row(line: &str) -> Option<(&str, u32)> {
    let mut cells = line.strip_prefix("| ")?.split(" | ");
    let number = cells.next()?.parse().ok()?;
    let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
    Some((name, number))
}
