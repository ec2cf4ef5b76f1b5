//! A Lua bundle to begin with: a class for each contract, whose methods answer the least that they may.

use crate::lua::annotations::{method_head, signature};
use crate::lua::names::is_word;
use crate::lua::values::least;
use crate::names::pascal;
use crate::new_bundle::Bodies;
use polyplug_schema::{Contract, Function};
use std::fmt::Write;

/// The text of the bundle's file.
pub(crate) fn skeleton(contracts: &[&Contract], bodies: Bodies) -> String {
    let mut out = String::new();
    for (at, contract) in contracts.iter().enumerate() {
        let class = class_name(contract, contracts);
        if at != 0 {
            out.push('\n');
        }
        let (identity, name) = (contract.identity(), contract.name());
        let _ = write!(out, "-- {identity}\n\n---@class {class} : {name}\nlocal {class} = {{}}\n");
        let _ = write!(
            out,
            "{class}.__index = {class}\n\nfunction {class}.new()\n    return setmetatable({{}}, {class})\nend\n"
        );
        for function in contract.functions() {
            out.push('\n');
            signature(&mut out, contract, function);
            let head = method_head(&class, function);
            let _ = write!(out, "{head}\n    {}\nend\n", body(function, bodies));
        }
    }
    out.push_str("\nreturn {\n");
    for contract in contracts {
        let class = class_name(contract, contracts);
        let _ = writeln!(out, "    [\"{}\"] = {class},", contract.identity());
    }
    out.push_str("}\n");
    out
}

fn body(function: &Function, bodies: Bodies) -> String {
    if bodies == Bodies::Greeting {
        return "return \"Hello, \" .. name .. \"!\"".to_owned();
    }
    let Some(result) = function.result() else { return "-- to be written".to_owned() };
    match least(result) {
        Some(value) => format!("return {value} -- to be written"),
        None => format!("error(\"{} is to be written\")", function.name()),
    }
}

/// The last word of the contract's name, or all of them if another contract has that, too.
fn class_name(contract: &Contract, contracts: &[&Contract]) -> String {
    let last = |contract: &Contract| {
        let name = contract.name();
        pascal(name.rsplit_once('.').map_or(name, |(_, last)| last))
    };
    let short = last(contract);
    let same = contracts.iter().filter(|other| last(other) == short);
    if same.count() == 1 && !is_word(&short) {
        return short;
    }
    let long = pascal(contract.name());
    let same = contracts.iter().filter(|other| pascal(other.name()) == long);
    if same.count() == 1 { long } else { format!("{long}{}", contract.version().major) }
}
