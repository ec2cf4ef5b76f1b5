//! WAVE: whatever the text is, it is a value of the type, which prints as a text that reads as the same
//! value, or an error that shows the place. The bytes are a type and a text.

use crate::types;
use polyplug_abi::Version;
use polyplug_schema::{CallError, Contract, Function, Type, Value, WaveError};

/// Reads the bytes as a value, and as a call.
pub fn run(data: &[u8]) {
    let Some((ty, rest)) = types::split(data) else { return };
    let text = String::from_utf8_lossy(rest);
    match Value::from_wave(&text, &ty) {
        Ok(value) => usable(&value, &ty),
        Err(error) => explained(&error),
    }
    called(&text, ty);
}

fn usable(value: &Value, ty: &Type) {
    assert_eq!(value.check(ty), Ok(()));
    let text = value.to_string();
    let again = Value::from_wave(&text, ty).expect("what was written reads");
    assert_eq!(again.to_string(), text);
}

/// The text as a call, of a function that takes such a value once or twice.
fn called(text: &str, ty: Type) {
    let once = Function::new("f", [("a", ty.clone())], None);
    let twice = Function::new("g", [("a", ty.clone()), ("b", ty)], None);
    // Two values of a type may be more than a function's arguments may be.
    let functions = [once, twice].into_iter().flatten();
    let contract = Contract::new("demo.a", Version::new(1, 0, 0), functions);
    let Ok(contract) = contract else { return };
    for text in [text, &format!("f({text})"), &format!("g({text})")] {
        match contract.parse_call(text) {
            Ok(call) => {
                let parameters = call.function.parameters();
                assert_eq!(call.arguments.len(), parameters.len());
                for (argument, parameter) in call.arguments.iter().zip(parameters) {
                    assert_eq!(argument.check(&parameter.ty), Ok(()));
                }
            }
            Err(CallError::Text(error)) => explained(&error),
            Err(CallError::Function(error)) => {
                assert!(error.to_string().starts_with("demo.a@1 has no function"), "{error}");
            }
        }
    }
}

/// What is refused is shown: a message, the line, carets below.
fn explained(error: &WaveError) {
    let message = error.to_string();
    let lines: Vec<&str> = message.lines().collect();
    let [.., line, carets] = &lines[..] else { panic!("{message}") };
    assert!(line.contains(" | ") && carets.contains('^'), "{message}");
    let (line, column) = error.location();
    assert!(line > 0 && column > 0);
}
