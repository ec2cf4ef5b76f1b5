//! What contracts a component imports, read from its file: nothing of it is compiled or run.

use crate::component::ComponentFile;
use crate::interface::InterfaceName;
use crate::wasi;
use std::collections::BTreeSet;
use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// The contracts, as `name@major`, whose functions the component imports: of other bundles or of the host.
/// What is no component imports none; loading it says what it is.
pub fn imported_contracts(file: &[u8]) -> Vec<String> {
    let file = ComponentFile { bundle: "", file: "", bytes: file };
    let Ok(binary) = file.binary() else { return Vec::new() };
    let validated = Validator::new_with_features(WasmFeatures::all()).validate_all(&binary);
    let Ok(types) = validated else { return Vec::new() };
    let has_functions = |name: &str| match types.component_item_for_import(name)?.ty {
        ComponentEntityType::Instance(interface) => {
            let mut items = types[interface].exports.values();
            items.find(|item| matches!(item.ty, ComponentEntityType::Func(_)))
        }
        _ => None,
    };
    let contracts = import_names(&binary).into_iter().filter_map(|name| {
        has_functions(name).filter(|_| !wasi::is_wasi(name))?;
        let interface = InterfaceName::parse(name).ok()?;
        Some(format!("{}@{}", interface.contract, interface.version.major))
    });
    contracts.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The names of all imports, also of what is nested in the component.
fn import_names(binary: &[u8]) -> Vec<&str> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(binary) {
        if let Ok(Payload::ComponentImportSection(section)) = payload {
            names.extend(section.into_iter().flatten().map(|import| import.name.name));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::imported_contracts;

    #[test]
    fn interfaces_with_functions_are_contracts_that_are_needed() {
        let component = r#"(component
  (import "demo:one/one@1.2.0" (instance (export "call" (func (param "n" u32) (result u32)))))
  (import "demo:types/types@1.0.0" (instance (export "point" (type (sub resource)))))
  (import "wasi:cli/exit@0.2.0" (instance (export "exit" (func))))
  (import "alone" (func))
  (component (import "demo:inner/inner@1.0.0" (instance (export "f" (func))))))"#;
        assert_eq!(imported_contracts(component.as_bytes()), ["demo.one@1"]);
    }

    #[test]
    fn what_is_no_component_imports_nothing() {
        for file in [&b"\0asm\x01\0\0\0"[..], b"(component", b"return {}", b"", b"\xFF"] {
            assert_eq!(imported_contracts(file), [""; 0]);
        }
    }
}
