//! Components made of WIT and of code that passes every argument on.

use std::fmt::Write;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmSignature, WasmType};
use wit_parser::{Function, Resolve, SizeAlign, UnresolvedPackageGroup};

/// A component whose interface `demo:forward/forward@1.0.0` gives each call to
/// `demo:echo/echo@1.0.0`, which has the same functions, and gives back what that answers.
pub(crate) fn forwarding(echo: &str, forward: &str, encoding: StringEncoding) -> Vec<u8> {
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    let world = "package demo:bundle@1.0.0;\nworld w { import demo:echo/echo@1.0.0; \
                 export demo:forward/forward@1.0.0; }";
    for text in [echo, forward, world] {
        let group = UnresolvedPackageGroup::parse("text.wit", text).unwrap();
        resolve.push_group(group).unwrap();
    }
    let world = resolve.worlds.iter().find(|(_, world)| world.name == "w").unwrap().0;
    let mut module = binary(&code(&resolve));
    embed_component_metadata(&mut module, &resolve, world, encoding, false).unwrap();
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(&module).unwrap().encode().unwrap()
}

fn binary(text: &str) -> Vec<u8> {
    let buffer = wast::parser::ParseBuffer::new(text).unwrap();
    wast::parser::parse::<wast::Wat<'_>>(&buffer).unwrap().encode().unwrap()
}

/// The functions of the interface `name`, in order.
fn functions<'a>(resolve: &'a Resolve, name: &str) -> impl Iterator<Item = &'a Function> {
    let is_it = |interface: &&wit_parser::Interface| interface.name.as_deref() == Some(name);
    let interfaces = resolve.interfaces.iter().map(|(_, interface)| interface);
    interfaces.into_iter().find(is_it).unwrap().functions.values()
}

fn code(resolve: &Resolve) -> String {
    let mut sizes = SizeAlign::default();
    sizes.fill(resolve).unwrap();
    let (mut imports, mut exports) = (String::new(), String::new());
    for function in functions(resolve, "forward") {
        let inner = resolve.wasm_signature(AbiVariant::GuestImport, function);
        let outer = resolve.wasm_signature(AbiVariant::GuestExport, function);
        let name = &function.name;
        writeln!(
            imports,
            "(import \"demo:echo/echo@1.0.0\" \"{name}\" (func ${name} {}))",
            signature(&inner)
        )
        .unwrap();
        let result = function.result.unwrap();
        let size = sizes.size(&result).size_wasm32();
        writeln!(
            exports,
            "(func (export \"demo:forward/forward@1.0.0#{name}\") {} (local $out i32) {})",
            signature(&outer),
            body(name, &inner, size)
        )
        .unwrap();
        writeln!(
            exports,
            "(func (export \"cabi_post_demo:forward/forward@1.0.0#{name}\") {} {RESET})",
            types("param", &outer.results)
        )
        .unwrap();
    }
    format!("(module {imports} {MEMORY} {exports})")
}

fn body(name: &str, inner: &WasmSignature, size: usize) -> String {
    let arguments = inner.params.len() - usize::from(inner.retptr);
    let arguments: String = (0..arguments).map(|at| format!("(local.get {at})")).collect();
    if !inner.retptr {
        return format!("(call ${name} {arguments})");
    }
    format!(
        "(local.set $out (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const {size})))
         (call ${name} {arguments} (local.get $out)) (local.get $out)"
    )
}

fn signature(signature: &WasmSignature) -> String {
    format!("{} {}", types("param", &signature.params), types("result", &signature.results))
}

fn types(word: &str, types: &[WasmType]) -> String {
    let names = types.iter().map(|ty| match ty {
        WasmType::I64 | WasmType::PointerOrI64 => " i64",
        WasmType::F32 => " f32",
        WasmType::F64 => " f64",
        WasmType::I32 | WasmType::Pointer | WasmType::Length => " i32",
    });
    let names: String = names.collect();
    if names.is_empty() { names } else { format!("({word}{names})") }
}

const RESET: &str = "(global.set $free (i32.const 4096))";

const MEMORY: &str = r#"
    (memory (export "memory") 1)
    (global $free (mut i32) (i32.const 4096))
    (func $realloc (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32)
                                           (param $new i32) (result i32)
      (local $place i32)
      (local.set $place
        (i32.and (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
                 (i32.xor (i32.sub (local.get $align) (i32.const 1)) (i32.const -1))))
      (global.set $free (i32.add (local.get $place) (local.get $new)))
      (loop $grow
        (if (i32.gt_u (global.get $free) (i32.mul (memory.size) (i32.const 65536)))
          (then
            (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
            (br $grow))))
      (memory.copy (local.get $place) (local.get $old) (local.get $size))
      (local.get $place))
"#;
