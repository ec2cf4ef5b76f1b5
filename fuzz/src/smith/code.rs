//! The core module of a component: what it imports and exports is said by the types, the rest is random.

use arbitrary::{Result, Unstructured};
use std::fmt::Write;
use wasm_smith::{Config, Module};
use wit_parser::abi::{AbiVariant, WasmSignature, WasmType};
use wit_parser::{Function, Resolve};

/// Where a random module has its data, and a place for what an import gives.
const DATA: usize = 2048;
const PLACE: usize = 4096;

/// How many loops and calls random code may begin before it ends by a trap; without an end it would use
/// up the time of nearly every call.
const FUEL: u32 = 10_000;

/// The code of a component whose interface `random` has the functions of what it imports.
pub(super) struct Code<'a> {
    pub(super) resolve: &'a Resolve,
    /// The interface that it imports.
    pub(super) imported: Option<&'a str>,
}

impl Code<'_> {
    /// Valid code of any kind, which hardly ever gives back what can be read.
    pub(super) fn any(&self, bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
        let (imports, exports) = (self.imports(), self.exports(|_, _| Ok("unreachable".into()))?);
        let shape = format!(
            "(module {imports} (memory (export \"memory\") 2) (func (export \"cabi_realloc\") (param i32 \
             i32 i32 i32) (result i32) unreachable) {exports})"
        );
        let is_endless = bytes.ratio(1, 16)?;
        let config = Config {
            module_shape: Some(binary(&shape)),
            // What wasmtime reads as the loader makes it: it has no references but those to functions.
            acquire_release_atomics_enabled: false,
            compact_imports_enabled: false,
            custom_descriptors_enabled: false,
            custom_page_sizes_enabled: false,
            exceptions_enabled: false,
            gc_enabled: false,
            memory64_enabled: false,
            reference_types_enabled: false,
            shared_everything_threads_enabled: false,
            threads_enabled: false,
            wide_arithmetic_enabled: false,
            ..Config::default()
        };
        let mut module = Module::new(config, bytes)?;
        if !is_endless {
            module.ensure_termination(FUEL).expect("its code is valid");
        }
        Ok(module.to_bytes())
    }

    /// Code that gives back random data from its memory, some of which can be read, and passes its
    /// arguments or random ones on to what it imports.
    pub(super) fn plausible(&self, bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
        let mut data = String::new();
        for _ in 0..bytes.int_in_range(0..=DATA / 4)? {
            for byte in word(bytes)?.to_le_bytes() {
                write!(data, "\\{byte:02x}").expect("a text takes all");
            }
        }
        let realloc =
            if bytes.ratio(1, 8)? { constant(WasmType::I32, bytes)? } else { ROOM.into() };
        let exports = self.exports(|function, outer| self.body(function, outer, bytes))?;
        let imports = self.imports();
        Ok(binary(&format!(
            "(module {imports} (memory (export \"memory\") 1) (data (i32.const 0) \"{data}\")
               (global $free (mut i32) (i32.const 8192))
               (func $realloc (export \"cabi_realloc\") (param $old i32) (param $size i32)
                   (param $align i32) (param $new i32) (result i32) (local $place i32) {realloc})
               {exports})"
        )))
    }

    fn imports(&self) -> String {
        let mut text = String::new();
        let Some(imported) = self.imported else { return text };
        for function in self.functions(imported) {
            let signature = self.resolve.wasm_signature(AbiVariant::GuestImport, function);
            let (name, signature) = (&function.name, spell(&signature));
            write!(text, "(import \"demo:{imported}/{imported}@1.0.0\" \"{name}\" (func ${name} {signature}))")
                .expect("a text takes all");
        }
        text
    }

    fn exports(
        &self,
        mut body: impl FnMut(&Function, &WasmSignature) -> Result<String>,
    ) -> Result<String> {
        let mut text = String::new();
        for function in self.functions("random") {
            let signature = self.resolve.wasm_signature(AbiVariant::GuestExport, function);
            let (name, body) = (&function.name, body(function, &signature)?);
            let given = types("param", &signature.results);
            let signature = spell(&signature);
            write!(
                text,
                "(func (export \"demo:random/random@1.0.0#{name}\") {signature} {body})
                 (func (export \"cabi_post_demo:random/random@1.0.0#{name}\") {given})"
            )
            .expect("a text takes all");
        }
        Ok(text)
    }

    fn body(
        &self,
        function: &Function,
        outer: &WasmSignature,
        bytes: &mut Unstructured<'_>,
    ) -> Result<String> {
        let mut text = String::new();
        if self.imported.is_some() && bytes.ratio(3, 4)? {
            let inner = self.resolve.wasm_signature(AbiVariant::GuestImport, function);
            let count = inner.params.len() - usize::from(inner.retptr);
            let is_passed_on: bool = bytes.arbitrary()?;
            let argument = |at: usize| match is_passed_on {
                true => Ok(format!("(local.get {at})")),
                false => constant(inner.params[at], bytes),
            };
            let arguments = (0..count).map(argument).collect::<Result<String>>()?;
            let place = if inner.retptr { format!("(i32.const {PLACE})") } else { String::new() };
            let drops = "(drop)".repeat(inner.results.len());
            write!(text, "(call ${} {arguments} {place}) {drops}", function.name)
                .expect("a text takes all");
            if inner.retptr && outer.retptr && bytes.ratio(3, 4)? {
                write!(text, "(i32.const {PLACE})").expect("a text takes all");
                return Ok(text);
            }
        }
        for result in &outer.results {
            text.push_str(&constant(*result, bytes)?);
        }
        Ok(text)
    }

    /// The functions of an interface, in order.
    fn functions(&self, name: &str) -> impl Iterator<Item = &Function> {
        let interfaces = self.resolve.interfaces.iter().map(|(_, interface)| interface);
        let found = interfaces.filter(move |found| found.name.as_deref() == Some(name));
        found.flat_map(|interface| interface.functions.values())
    }
}

/// A number that may be a length, an address of data, or anything.
fn word(bytes: &mut Unstructured<'_>) -> Result<u32> {
    Ok(match bytes.arbitrary::<u8>()? % 8 {
        0 => bytes.arbitrary()?,
        1..=3 => u32::from(bytes.arbitrary::<u16>()? & 0x7f8),
        _ => u32::from(bytes.arbitrary::<u8>()? % 16),
    })
}

fn constant(ty: WasmType, bytes: &mut Unstructured<'_>) -> Result<String> {
    let low = word(bytes)? as i32;
    Ok(match ty {
        WasmType::I64 | WasmType::PointerOrI64 => {
            let high = i64::from(word(bytes)?) << 32;
            format!("(i64.const {})", high | i64::from(low))
        }
        WasmType::F32 => format!("(f32.reinterpret_i32 (i32.const {low}))"),
        WasmType::F64 => format!("(f64.promote_f32 (f32.reinterpret_i32 (i32.const {low})))"),
        WasmType::I32 | WasmType::Pointer | WasmType::Length => format!("(i32.const {low})"),
    })
}

fn spell(signature: &WasmSignature) -> String {
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

fn binary(text: &str) -> Vec<u8> {
    let buffer = wast::parser::ParseBuffer::new(text).expect("it is text");
    let parsed = wast::parser::parse::<wast::Wat<'_>>(&buffer);
    parsed.and_then(|mut module| module.encode()).expect("it is a module")
}

/// Gives new room, in memory that grows.
const ROOM: &str = "
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
    (local.get $place)";
