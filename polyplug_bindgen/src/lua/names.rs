//! Names of WIT as names of Lua.

use crate::names::snake;

/// The words of Lua and LuaJIT that are no names.
const WORDS: [&str; 23] = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "self", "then", "true", "until", "while",
];

/// What the runtime calls itself.
const OWN_METHODS: [&str; 3] = ["new", "save", "restore"];

/// The name of a parameter, which is no word of Lua.
pub(super) fn parameter(name: &str) -> String {
    let mut name = snake(name);
    if is_word(&name) {
        name.push('_');
    }
    name
}

/// The method that a function of a contract is.
pub(super) fn method(function: &str) -> String {
    let mut name = snake(function);
    if OWN_METHODS.contains(&&*name) {
        name.push('_');
    }
    name
}

/// Whether `name` cannot stand behind a point or colon.
pub(super) fn is_word(name: &str) -> bool {
    WORDS.contains(&name)
}

/// The head of the method `name`: `function Class:greet(name)`, or an assignment of a function if the name
/// is a word of Lua.
pub(super) fn head(class: &str, name: &str, parameters: &[String]) -> String {
    let parameters = parameters.join(", ");
    if !is_word(name) || name == "self" {
        return format!("function {class}:{name}({parameters})");
    }
    let comma = if parameters.is_empty() { "" } else { ", " };
    format!("{class}[\"{name}\"] = function(self{comma}{parameters})")
}

#[cfg(test)]
mod tests {
    use super::{head, method, parameter};

    #[test]
    fn no_word_of_lua_is_a_name() {
        assert_eq!((parameter("end"), parameter("max-speed")), ("end_".into(), "max_speed".into()));
        assert_eq!(head("Class", "end", &["a".into()]), "Class[\"end\"] = function(self, a)");
        assert_eq!(head("Class", "stop", &[]), "function Class:stop()");
    }

    #[test]
    fn methods_of_the_runtime_are_its_own() {
        assert_eq!((method("restore"), method("get-all")), ("restore_".into(), "get_all".into()));
    }
}
