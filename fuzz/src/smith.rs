//! Valid components of random types and random code: each passes the checks of all tools, is loaded, and
//! can be called within its limits, whatever its code gives back and calls.
//!
//! The bytes, in order: how the rest is used; the types, of which each function takes one and gives one;
//! how many bytes the values of the calls come from, and these; the code.

mod code;

use crate::types;
use crate::wasm::{self, Options};
use crate::wit_text::Wit;
use arbitrary::Unstructured;
use code::Code;
use polyplug_schema::Type;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, UnresolvedPackageGroup};

/// Makes a component of the bytes, loads it and calls it.
pub fn run(data: &[u8]) {
    let Some((shape, mut rest)) = data.split_first() else { return };
    let mut types = Vec::new();
    for _ in 0..=(shape >> 6) {
        let Some((ty, behind)) = types::split(rest) else { return };
        types.push(ty);
        rest = behind;
    }
    let Some((count, rest)) = rest.split_first() else { return };
    let Some((values, rest)) = rest.split_at_checked(usize::from(*count)) else { return };
    let Some((component, echo)) = component(*shape, &types, rest) else { return };
    let echo = (shape & 4 != 0).then_some(echo.as_str());
    let loaded = wasm::try_out(&component, echo, Options(*shape), values);
    // Code of any kind may trap when it starts, and a machine with more to do may not let it start in time.
    let may_fail = shape & 8 != 0;
    let was_starved = loaded.as_ref().is_err_and(|error| error.contains("its time limit of"));
    assert!(loaded.is_ok() || may_fail || was_starved, "{loaded:?}");
}

/// The component, and the description of what it calls. `None` if no component can be made of them.
fn component(shape: u8, types: &[Type], bytes: &[u8]) -> Option<(Vec<u8>, String)> {
    let mut wit = Wit::default();
    for (at, ty) in types.iter().enumerate() {
        wit.echo(&format!("f{at}"), ty);
    }
    // What a caller has once expected of a contract holds for the runtime's life.
    let imported = format!("echo-x{:x}", polyplug_utils::bundle_id(&wit.text("echo")));
    let (echo, random) = (wit.text(&imported), wit.text("random"));
    let import = match shape & 4 {
        0 => String::new(),
        _ => format!("import demo:{imported}/{imported}@1.0.0;"),
    };
    let world = format!(
        "package demo:bundle@1.0.0;\nworld w {{ {import} export demo:random/random@1.0.0; }}"
    );
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    for text in [&echo, &random, &world] {
        let group = UnresolvedPackageGroup::parse("text.wit", text).ok()?;
        resolve.push_group(group).ok()?;
    }
    let world = resolve.worlds.iter().find(|(_, world)| world.name == "w")?.0;
    let encoding = match shape >> 4 & 3 {
        0 => StringEncoding::UTF16,
        1 => StringEncoding::CompactUTF16,
        _ => StringEncoding::UTF8,
    };
    let mut bytes = Unstructured::new(bytes);
    let imported = (shape & 4 != 0).then_some(imported.as_str());
    let code = Code { resolve: &resolve, imported };
    let module = if shape & 8 == 0 { code.plausible(&mut bytes) } else { code.any(&mut bytes) };
    let mut module = module.ok()?;
    embed_component_metadata(&mut module, &resolve, world, encoding, false).expect("it fits");
    let mut encoder = ComponentEncoder::default();
    let encoder = encoder.validate(true).module(&module).expect("the module fits its world");
    Some((encoder.encode().expect("a component can be made"), echo))
}
