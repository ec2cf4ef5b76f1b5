//! What an editor has to know about a contract, for the Lua language server.

use crate::comment;
use crate::lua::names::{head, method, parameter};
use crate::lua::types::{class, field_line, tagged, text};
use polyplug_schema::{Contract, Function, NamedType, Type};
use std::fmt::Write;

/// The text of the file.
pub(super) fn of(contract: &Contract) -> String {
    let mut out =
        format!("---@meta\n\n-- {contract}. Made by `polyplug bindgen`; changes are lost.\n");
    for named in contract.types() {
        out.push('\n');
        declare(&mut out, contract, named);
    }
    out.push('\n');
    comment::write(&mut out, "---", contract.docs());
    let name = contract.name();
    let _ = write!(out, "---@class {name}\nlocal contract = {{}}\n");
    for function in contract.functions() {
        out.push('\n');
        signature(&mut out, contract, function);
        let _ = writeln!(out, "{} end", method_head("contract", function));
    }
    for (finder, where_) in [("contract", "Of another bundle."), ("host", "Of the host.")] {
        let identity = contract.identity();
        let _ = write!(
            out,
            "\n---{where_}\n---@param name \"{identity}\"\n---@return {name}\nfunction polyplug.{finder}(name) end\n"
        );
    }
    out
}

/// The comment and the annotations above a function.
pub(super) fn signature(out: &mut String, contract: &Contract, function: &Function) {
    comment::write(out, "---", function.docs());
    for one in function.parameters() {
        let name = parameter(&one.name);
        let ty = text(contract, &one.ty);
        let _ = match ty.strip_suffix("|nil") {
            Some(some) => writeln!(out, "---@param {name}? {some}"),
            None => writeln!(out, "---@param {name} {ty}"),
        };
    }
    if let Some(result) = function.result() {
        let _ = writeln!(out, "---@return {}", text(contract, result));
    }
}

/// The first line of a method.
pub(super) fn method_head(class: &str, function: &Function) -> String {
    let parameters: Vec<String> =
        function.parameters().iter().map(|one| parameter(&one.name)).collect();
    head(class, &method(function.name()), &parameters)
}

/// A type that the contract declares.
fn declare(out: &mut String, contract: &Contract, named: &NamedType) {
    let Some(name) = named.ty.name() else { return };
    let name = class(contract, name);
    comment::write(out, "---", named.docs.as_deref());
    let docs = |at: usize| named.member_docs.get(at).and_then(Option::as_deref);
    match &named.ty {
        Type::Record(record) => {
            let _ = writeln!(out, "---@class {name}");
            for (at, field) in record.fields().iter().enumerate() {
                let line = field_line(&field.name, &text(contract, &field.ty));
                let _ = writeln!(out, "---@field {line}{}", behind(docs(at)));
            }
        }
        Type::Flags(flags) => {
            let _ = writeln!(out, "---@class {name}");
            for (at, flag) in flags.flags().iter().enumerate() {
                let line = field_line(flag, "boolean|nil");
                let _ = writeln!(out, "---@field {line}{}", behind(docs(at)));
            }
        }
        Type::Enum(enumeration) => {
            let _ = writeln!(out, "---@alias {name}");
            for (at, case) in enumeration.cases().iter().enumerate() {
                let _ = writeln!(out, "---| \"{case}\"{}", behind_case(docs(at)));
            }
        }
        Type::Variant(variant) => {
            let _ = writeln!(out, "---@alias {name}");
            for (at, case) in variant.cases().iter().enumerate() {
                let value = case.ty.as_ref().map(|ty| text(contract, ty));
                let _ =
                    writeln!(out, "---| {}{}", tagged(&case.name, value), behind_case(docs(at)));
            }
        }
        _ => {}
    }
}

/// Documentation that fits behind its member: the first line.
fn behind(docs: Option<&str>) -> String {
    first_line(docs).map_or_else(String::new, |line| format!(" {line}"))
}

fn behind_case(docs: Option<&str>) -> String {
    first_line(docs).map_or_else(String::new, |line| format!(" # {line}"))
}

fn first_line(docs: Option<&str>) -> Option<&str> {
    docs.and_then(|docs| docs.trim().lines().next())
}
