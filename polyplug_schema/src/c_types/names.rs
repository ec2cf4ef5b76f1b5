//! Names of WIT as names of C: no word of C or C++, and none twice.

use std::collections::HashMap;

/// Words that are no names in C or C++, or that a common header or compiler takes for a macro.
const RESERVED: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "assert",
    "atomic_cancel",
    "atomic_commit",
    "atomic_noexcept",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "complex",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "errno",
    "explicit",
    "export",
    "extern",
    "false",
    "far",
    "final",
    "float",
    "for",
    "friend",
    "goto",
    "huge",
    "if",
    "imaginary",
    "import",
    "inline",
    "int",
    "interface",
    "linux",
    "long",
    "module",
    "mutable",
    "namespace",
    "near",
    "new",
    "noexcept",
    "noreturn",
    "not",
    "not_eq",
    "nullptr",
    "offsetof",
    "operator",
    "or",
    "or_eq",
    "override",
    "private",
    "protected",
    "public",
    "reflexpr",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "small",
    "static",
    "static_assert",
    "static_cast",
    "stderr",
    "stdin",
    "stdout",
    "struct",
    "switch",
    "synchronized",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "typeof_unqual",
    "union",
    "unix",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    "EOF",
    "FALSE",
    "I",
    "NULL",
    "TRUE",
];

/// `max_speed` of `max-speed`, and `default_` of `default`. It never ends in a dash in WIT, so the one
/// behind a reserved word makes no name twice.
pub(super) fn member(label: &str) -> String {
    let mut name = label.replace('-', "_");
    if RESERVED.contains(&&*name) {
        name.push('_');
    }
    name
}

/// `MaxSpeed` of `max-speed`, `DemoGreeter` of `demo.greeter`.
pub(super) fn pascal(label: &str) -> String {
    let mut name = String::with_capacity(label.len());
    for word in words(label) {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

/// `MAX_SPEED` of `max-speed`, `DEMO_GREETER` of `demo.greeter`.
pub(super) fn screaming(label: &str) -> String {
    let words: Vec<String> = words(label).map(str::to_ascii_uppercase).collect();
    words.join("_")
}

fn words(label: &str) -> impl Iterator<Item = &str> {
    label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// The names that are taken in one header, each with the number that is tried next behind it.
#[derive(Debug, Default)]
pub(super) struct Taken(HashMap<String, u32>);

impl Taken {
    /// `name`, or `name` with the first number behind it that makes it new.
    pub(super) fn take(&mut self, name: String) -> String {
        let Some(next) = self.0.get(&name) else {
            self.0.insert(name.clone(), 2);
            return name;
        };
        let mut number = *next;
        let free = loop {
            let numbered = format!("{name}_{number}");
            number += 1;
            if !self.0.contains_key(&numbered) {
                break numbered;
            }
        };
        self.0.insert(name, number);
        self.0.insert(free.clone(), 2);
        free
    }
}

#[cfg(test)]
mod tests {
    use super::{Taken, member, pascal, screaming};

    #[test]
    fn names_are_put_together_of_words() {
        assert_eq!(pascal("game.physics.rigid-body"), "GamePhysicsRigidBody");
        assert_eq!(screaming("game.physics.rigid-body"), "GAME_PHYSICS_RIGID_BODY");
        assert_eq!(member("max-speed"), "max_speed");
    }

    #[test]
    fn no_word_of_c_is_a_name() {
        for word in ["default", "int", "class", "NULL", "static-assert", "xor-eq"] {
            assert_eq!(member(word), format!("{}_", word.replace('-', "_")));
        }
    }

    #[test]
    fn a_name_is_taken_once() {
        let mut taken = Taken::default();
        let names = ["A", "A_2", "A", "A", "B"].map(|name| taken.take(name.to_owned()));
        assert_eq!(names, ["A", "A_2", "A_3", "A_4", "B"]);
    }
}
