//! What contracts become in Rust.

use super::{RustBody, RustSide};
use crate::{Contract, Descriptions};

fn rust(wit: &str, side: RustSide<'_>) -> Result<String, String> {
    let descriptions =
        Descriptions::from_text("demo.wit", wit).map_err(|error| error.to_string())?;
    let contracts = descriptions.contracts().map(|contract| &**contract);
    Contract::rust_modules(contracts, side).map_err(|error| error.to_string())
}

const DRAW: &str = "package demo:draw@1.2.0;
interface draw {
  /// A place.
  record point { x: f32, %type: option<string> }
  variant shape { dot, path(list<point>) }
  enum color { red, dark-blue }
  flags access { read, %write }
  /// Draws.
  draw: func(shape: shape, color: option<color>, %self: string) -> result<u32, string>;
  all: func(points: list<point>, names: list<string>, sizes: list<u32>, at: tuple<point>);
  bind: func(access: access, three: list<f32, 3>) -> list<string>;
}";

#[test]
fn a_caller_borrows_and_a_result_is_its_own() {
    let text = rust(DRAW, RustSide::Caller { wit: "&[]" }).unwrap();
    for line in [
        "/// The contract `demo.draw@1.2.0`.\npub mod draw {\n",
        "::polyplug::types::record! {\n    /// A place.\n    pub struct Point {\n",
        "        /// `x: f32`\n        pub x: f32,\n",
        "    pub r#type: Option<String>,\n",
        "    pub enum Shape: u8 {\n        /// `dot`\n        Dot,\n",
        "        Path(Vec<Point>),\n",
        "    pub enum Color: u8 {\n",
        "        DarkBlue,\n",
        "    pub struct Access: u8 {\n",
        "        WRITE = 1,\n",
        "    pub struct Draw: \"demo.draw@1\" = &[] {\n",
        "        /// Draws.\n        fn draw(shape: &Shape, color: Option<Color>, self_: &str) \
         -> Result<u32, String> = 0;\n",
        "        fn all(points: &[Point], names: &[&str], sizes: &[u32], at: (&Point,)) -> () = 1;\n",
        "        fn bind_2(access: Access, three: [f32; 3]) -> Vec<String> = 2;\n",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn a_guest_owns_what_was_made_for_it() {
    let text = rust(DRAW, RustSide::Guest).unwrap();
    for line in [
        "    pub trait Guest: \"demo.draw@1.2.0\" = 0x",
        "        fn draw(shape: Shape, color: Option<Color>, self_: &str) -> Result<u32, String> = 0;\n",
        "        fn all(points: Vec<Point>, names: Vec<&str>, sizes: &[u32], at: (Point,)) -> () = 1;\n",
        "        fn bind(access: Access, three: [f32; 3]) -> Vec<String> = 2;\n",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn names_of_rust_itself_are_left_to_it() {
    let wit = "package demo:mine@1.0.0;
    interface mine {
      record mine { vec: u8 }
      enum %string { a-1, %self }
      f: func(a: mine, b: %string, c: string) -> string;
    }";
    let text = rust(wit, RustSide::Caller { wit: "&[]" }).unwrap();
    assert!(text.contains("fn f(a: &Mine2, b: String2, c: &str) -> String = 0;"), "{text}");
    assert!(text.contains("        A1,\n        /// `self`\n        Self_,\n"), "{text}");
}

#[test]
fn what_rust_cannot_say_is_refused() {
    let parameters = (0..17).map(|at| format!("p{at}: u8")).collect::<Vec<_>>().join(", ");
    let wit = |function| format!("package demo:a@1.0.0; interface a {{ {function} }}");
    let error = rust(&wit(format!("f: func({parameters});")), RustSide::Guest).unwrap_err();
    assert!(error.starts_with("demo.a@1.0.0: function `f` has 17 parameters"), "{error}");
    let tuple = ["u8"; 13].join(", ");
    let error = rust(&wit(format!("f: func(a: tuple<{tuple}>);")), RustSide::Guest).unwrap_err();
    assert!(error.starts_with("demo.a@1.0.0: a tuple of 13 values"), "{error}");
}

#[test]
fn a_bundle_to_begin_with_has_every_function() {
    let wit = "package demo:draw@1.2.0;
    /// Draws.
    ///
    /// Well.
    interface draw {
      record point { x: f32 }
      /// Draws.
      ///
      /// Twice.
      draw: func(%type: point, type-2: list<string>) -> option<point>;
      %fn: func(a: string, b: string, c: string, d: string, e: string, f: string);
    }";
    let descriptions = Descriptions::from_text("demo.wit", wit).unwrap();
    let bundle = |body| {
        let contracts = descriptions.contracts().map(|contract| &**contract);
        Contract::rust_bundle(contracts, body).unwrap()
    };
    let text = bundle(RustBody::Least);
    for lines in [
        "polyplug_guest::contract!(\"wit\");\n\n/// Provides `demo.draw@1.2.0`.\n#[derive(Clone, Copy)]\n\
         struct Draw;\n\nimpl draw::Guest for Draw {\n    /// Draws.\n    ///\n    /// Twice.\n",
        "    fn draw(&self, _type: draw::Point, _type_2: Vec<&str>) -> Result<Option<draw::Point>, \
         Error> {\n        Ok(polyplug_guest::types::least()) // to be written\n    }\n\n",
        "    fn r#fn(\n        &self,\n        _a: &str,\n",
        "        _f: &str,\n    ) -> Result<(), Error> {\n        Ok(()) // to be written\n    }\n}\n",
        "    draw::functions(bundle, Draw).provide()\n}\n",
    ] {
        assert!(text.contains(lines), "{lines}\nis not in\n{text}");
    }
    let text = bundle(RustBody::Expression("Ok(answer)"));
    assert!(text.contains("fn draw(&self, r#type: draw::Point, type_2"), "{text}");
    assert!(text.contains("Error> {\n        Ok(answer)\n    }\n"), "{text}");
}

#[test]
fn two_contracts_of_one_name_are_two_modules() {
    let wit = |major| format!("package demo:a@{major}.0.0; interface a {{ f: func(); }}");
    let mut descriptions = Descriptions::from_text("1.wit", &wit(1)).unwrap();
    descriptions.merge(Descriptions::from_text("2.wit", &wit(2)).unwrap()).unwrap();
    let contracts = descriptions.contracts().map(|contract| &**contract);
    let text = Contract::rust_bundle(contracts, RustBody::Least).unwrap();
    for line in [
        "impl a::Guest for A {",
        "impl demo_a_2::Guest for A2 {",
        "    a::functions(bundle, A).provide()?;\n    demo_a_2::functions(bundle, A2).provide()\n",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}
