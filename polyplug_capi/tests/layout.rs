//! That the layout which tests/header/layout.h asserts, written by hand, leaves nothing of the header
//! out: every type, field and constant of it.

use crate::build::root;

#[test]
fn the_layout_by_hand_knows_all_that_the_header_defines() {
    let header = read("include/polyplug/polyplug.h");
    let layout = read("tests/header/layout.h");
    let mut structs = 0;
    for body in header.split("\ntypedef ").skip(1) {
        if body.lines().next().is_none_or(|line| !line.ends_with('{')) {
            continue;
        }
        let (fields, name) = body.split_once("\n} ").expect("a struct has an end");
        let name = name.split(';').next().unwrap_or_default();
        let is_list = layout.contains(&format!("ARRAY({name})"));
        // This one grows.
        let has_no_size = name == "PolyplugHostApiExtensions";
        let has_size = is_list || layout.contains(&format!("LAYOUT({name}, "));
        assert!(has_size || has_no_size, "{name} is not in layout.h");
        for field in fields.lines().filter_map(field) {
            let checked = layout.contains(&format!("FIELD({name}, {field}, "));
            assert!(is_list || checked, "{name}.{field} is not in layout.h");
        }
        structs += 1;
    }
    assert!(structs > 25, "only {structs} structs were found");
    for constant in header.lines().filter_map(|line| line.strip_prefix("#define ")) {
        let Some((name, value)) = constant.split_once(' ') else { continue };
        let is_number = value == "UINT32_MAX" || value.parse::<u32>().is_ok();
        assert!(!is_number || layout.contains(&format!("CHECK({name} == ")), "{name}");
    }
}

/// The name of the field that a line of a struct declares.
fn field(line: &str) -> Option<&str> {
    let declaration = line.strip_prefix("    ")?;
    if declaration.starts_with([' ', '/']) {
        return None;
    }
    let name = match declaration.split_once("(*") {
        Some((_, function)) => function.split(')').next()?,
        None => declaration.strip_suffix(';')?.rsplit([' ', '*']).next()?,
    };
    name.split('[').next()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("it is readable")
}
