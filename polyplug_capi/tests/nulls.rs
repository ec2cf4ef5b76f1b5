//! That `programs/nulls.c` passes null for every pointer that a function of the header takes.

use crate::build::root;

#[test]
fn every_pointer_of_every_function_was_null_once() {
    let header = read("include/polyplug/polyplug.h");
    let program = read("polyplug_capi/tests/programs/nulls.c");
    // There `host` is a null, a copy, garbage, and a runtime that was destroyed.
    let (without, rest) = program.split_once("/* Null for every other pointer").expect("a mark");
    let mut nulls = calls(without, "host");
    nulls.extend(calls(rest, "NULL"));
    let mut count = 0;
    for declaration in header.split("\nPOLYPLUG_API ").skip(1) {
        let declaration = declaration.split(';').next().unwrap_or_default();
        let (name, parameters) = split_call(declaration).expect("a function");
        for (place, parameter) in parameters.iter().enumerate() {
            if parameter.contains('*') {
                let was_null = nulls.contains(&(name.to_owned(), place));
                assert!(was_null, "{name}: `{parameter}` was never null");
                count += 1;
            }
        }
    }
    assert!(count > 60, "only {count} pointers were found");
}

/// The functions, and the places of their parameters, that are called with `argument`.
fn calls(program: &str, argument: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in program.match_indices("polyplug_") {
        let Some((name, arguments)) = split_call(&program[at..]) else { continue };
        let places = arguments.iter().enumerate().filter(|(_, given)| **given == argument);
        found.extend(places.map(|(place, _)| (name.to_owned(), place)));
    }
    found
}

/// The name before the first parenthesis, and what stands between the commas inside of it.
fn split_call(text: &str) -> Option<(&str, Vec<&str>)> {
    let (before, inside) = text.split_once('(')?;
    let name = before.rsplit([' ', '*']).next()?;
    let mut depth = 0;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, letter) in inside.char_indices() {
        match letter {
            '(' => depth += 1,
            ',' if depth == 0 => {
                parts.push(inside[start..at].trim());
                start = at + 1;
            }
            ')' if depth == 0 => {
                parts.push(inside[start..at].trim());
                return Some((name, parts));
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("it is readable")
}
