use crate::{Contract, Descriptions, Layout, UnknownContract, WitError, WitSources};
use std::fs;
use std::sync::Arc;

fn read(text: &str) -> Result<Descriptions, WitError> {
    Descriptions::from_text("a.wit", text)
}

/// The contract of an interface `a` with this body.
fn contract(body: &str) -> Arc<Contract> {
    let text = format!("package demo:a@1.2.3;\ninterface a {{\n{body}\n}}");
    Arc::clone(read(&text).unwrap().contract("demo.a@1").unwrap())
}

/// What is said about an interface with this body.
fn refused(body: &str) -> String {
    let text = format!("package demo:a@1.2.3;\ninterface a {{\n{body}\n}}");
    read(&text).unwrap_err().to_string()
}

fn names(descriptions: &Descriptions) -> Vec<String> {
    descriptions.contracts().map(|contract| contract.to_string()).collect()
}

#[test]
fn a_contract_is_named_after_package_and_interface() {
    let text = "package game:physics@1.2.0;
        interface body { push: func(); }
        interface physics { step: func(); }
        interface only-types { type id = u64; }";
    assert_eq!(names(&read(text).unwrap()), ["game.physics.body@1.2.0", "game.physics@1.2.0"]);
}

#[test]
fn an_empty_comment_is_none() {
    let contract = contract("/**/ f: func(/**/ a: u8); /// a /**/ b\n g: func();");
    let docs: Vec<_> = contract.functions().iter().map(crate::Function::docs).collect();
    assert_eq!(docs, [None, Some("a /**/ b")]);
}

#[test]
fn every_type_of_a_value_is_read() {
    let contract = contract(
        "/// A point.
        record point { x: f32, y: f32 }
        variant shape { dot, at(point) }
        enum color { red, green }
        flags access { read, write }
        type points = list<point>;
        /// Does it all.
        all: func(a: bool, b: s8, c: u8, d: s16, e: u16, f: s32, g: u32, h: s64, i: u64, j: f32,
            k: f64, l: char, m: string, n: points, o: option<u8>, p: result<_, string>,
            q: tuple<u8, u16>, r: shape, s: color, t: access, u: list<u16, 3>) -> point;",
    );
    let all = &contract.functions()[0];
    let types: Vec<String> = all.parameters().iter().map(|p| p.ty.to_string()).collect();
    assert_eq!(
        types.join(" "),
        "bool s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 char string list<point> option<u8> \
         result<_, string> tuple<u8, u16> shape color access list<u16, 3>"
    );
    assert_eq!(all.result_layout(), Layout { size: 8, align: 4 });
    assert_eq!(all.docs(), Some("Does it all."));
    let named: Vec<_> = contract.types().iter().filter_map(|named| named.ty.name()).collect();
    assert_eq!(named, ["point", "shape", "color", "access"]);
}

#[test]
fn comments_stay_with_their_types() {
    let text = "package demo:a@1.0.0;
        interface other {
            /// A place.
            record point {
                /// To the right.
                x: f32,
                y: f32,
            }
        }
        interface a {
            use other.{point as spot};
            enum color {
                red,
                /// Of grass.
                green,
            }
            f: func(at: spot, in-color: color);
        }";
    let descriptions = read(text).unwrap();
    let types = descriptions.contract("demo.a@1").unwrap().types();
    let docs: Vec<_> = types.iter().map(|named| named.docs.as_deref()).collect();
    assert_eq!(docs, [Some("A place."), None]);
    let members = |at: usize| -> Vec<_> {
        types[at].member_docs.iter().map(|docs| docs.as_deref()).collect()
    };
    assert_eq!(members(0), [Some("To the right."), None]);
    assert_eq!(members(1), [None, Some("Of grass.")]);
}

#[test]
fn a_folder_with_dependencies_is_one_description() {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(
        "a.wit",
        "package demo:a@1.0.0; interface a { use b.{id}; use math:vec/vec3@2.0.0.{v}; f: func(i: id) -> v; }",
    );
    put("b.wit", "interface b { type id = u64; drop: func(i: id); }");
    put("notes.txt", "not WIT");
    put(
        "deps/math/vec.wit",
        "package math:vec@2.0.0; interface vec3 { record v { x: f64 } zero: func() -> v; }",
    );
    put(
        "deps/time.wit",
        "package os:time@0.1.0; interface time { resource clock; now: func() -> own<clock>; }",
    );
    let descriptions = Descriptions::from_path(folder.path()).unwrap();
    assert_eq!(names(&descriptions), ["demo.a.b@1.0.0", "demo.a@1.0.0", "math.vec.vec3@2.0.0"]);
    let f = &descriptions.contract("demo.a@1").unwrap().functions()[0];
    assert_eq!(f.to_string(), "f: func(i: u64) -> v");
    let error = descriptions.contract("os.time@0").unwrap_err();
    assert!(
        matches!(&error, UnknownContract::Refused { reason, .. }
        if reason.contains("time.wit:1:") && reason.contains("`clock` is a resource")),
        "{error}"
    );
    let error = descriptions.contract("demo.aa@1").unwrap_err();
    assert!(error.to_string().ends_with("did you mean `demo.a@1`?"), "{error}");
}

#[test]
fn texts_are_read_without_files() {
    let mut sources = WitSources::new("bundle.zip");
    sources
        .add("a.wit", "package demo:a@1.0.0; interface a { use x:y/z@1.0.0.{t}; f: func(t: t); }")
        .unwrap();
    sources.add("deps/x.wit", "package x:y@1.0.0; interface z { type t = u8; }").unwrap();
    assert_eq!(names(&sources.descriptions().unwrap()), ["demo.a@1.0.0"]);
    let mut sources = WitSources::new("bundle.zip");
    sources.add("a.wit", "package demo:a@1.0.0; interface a { use x:y/z@1.0.0.{t}; }").unwrap();
    let error = sources.descriptions().unwrap_err();
    assert_eq!(error.location(), Some(("bundle.zip/a.wit", 1, 41)), "{error}");
}

#[test]
fn an_error_shows_file_line_and_column() {
    assert_eq!(
        refused("    go: func(x: u33);"),
        "a.wit:3:17: name `u33` does not exist\n  3 |     go: func(x: u33);\n    |                 ^^^"
    );
    let error = read("package demo:a@1.0.0;\ninterface a {\n  go: func(\n}").unwrap_err();
    assert_eq!(error.location(), Some(("a.wit", 4, 1)), "{error}");
    let error = read("").unwrap_err();
    assert!(error.to_string().starts_with("a.wit"), "{error}");
}

#[test]
fn what_does_not_cross_is_refused_by_name() {
    for (body, words) in [
        ("resource r; f: func(x: own<r>);", "function `f`, parameter `x`: `r` is a resource"),
        ("resource r; f: func(x: borrow<r>);", "function `f`, parameter `x`: `r` is a resource"),
        ("resource r { m: func(); }", "function `m` is of the resource `r`"),
        ("f: func(x: stream<u8>);", "function `f`, parameter `x`: a `stream` is not supported"),
        ("f: func() -> future<u8>;", "function `f`, result: a `future` is not supported"),
        ("f: func(x: error-context);", "function `f`, parameter `x`: an `error-context` is not"),
        ("f: func(x: list<stream>);", "function `f`, parameter `x`: a `stream` is not supported"),
        ("record r { s: stream<u8> } f: func(x: r);", "a `stream` is not supported"),
        ("f: async func();", "function `f` is async"),
        ("f: func(x: map<string, u8>);", "parameter `x`: a `map` is not supported"),
    ] {
        let message = refused(body);
        assert!(message.contains(words), "{body}\n{message}");
        assert!(message.starts_with("a.wit:3:"), "{message}");
    }
}

#[test]
fn a_contract_has_a_plain_version() {
    let unversioned = read("package demo:a; interface a { f: func(); }").unwrap_err().to_string();
    assert!(
        unversioned.contains("begin the package with `package demo:a@1.0.0;`"),
        "{unversioned}"
    );
    let early = read("package demo:a@1.0.0-rc.1; interface a { f: func(); }").unwrap_err();
    assert!(early.to_string().contains("write `package demo:a@1.0.0;`"), "{early}");
    let large = read("package demo:a@4294967296.0.0; interface a { f: func(); }").unwrap_err();
    assert!(large.to_string().contains("three numbers below 2^32"), "{large}");
}

#[test]
fn what_describes_nothing_is_refused() {
    let nothing = read("package demo:a@1.0.0; world w { export run: func(); }").unwrap_err();
    assert!(nothing.to_string().contains("there is no contract in it"), "{nothing}");
    let folder = tempfile::tempdir().unwrap();
    let error = Descriptions::from_path(folder.path()).unwrap_err().to_string();
    assert!(error.contains("there is no `.wit` file in it"), "{error}");
    let error = Descriptions::from_path(folder.path().join("a.wit")).unwrap_err();
    assert!(matches!(error, WitError::Unreadable { .. }), "{error}");
}

#[test]
fn the_size_of_a_description_has_an_end() {
    let error = read(&" ".repeat(5 << 20)).unwrap_err().to_string();
    assert!(error.contains("bytes of WIT"), "{error}");
}

/// Each type names the one before it twice: written out, the last has 2^60 parts.
#[test]
fn a_type_that_doubles_is_refused() {
    let mut body = "type t0 = u8;".to_owned();
    for at in 1..60 {
        let before = at - 1;
        body += &format!("type t{at} = tuple<t{before}, t{before}>;");
    }
    let message = refused(&format!("{body} f: func(x: t59);"));
    assert!(message.contains("characters when every type in it is written out"), "{message}");
}

#[test]
fn types_nest_so_deep_and_no_deeper() {
    let deep =
        |depth: usize| format!("f: func(x: {}u8{});", "list<".repeat(depth), ">".repeat(depth));
    // The arguments around it count as one, and the element of the innermost list as one.
    assert_eq!(contract(&deep(62)).functions().len(), 1);
    assert!(refused(&deep(63)).contains("nest deeper than 64"));
    let chain: String = (1..5000).map(|at| format!("type t{at} = list<t{}>;", at - 1)).collect();
    let message = refused(&format!("type t0 = u8; {chain} f: func(x: t4999);"));
    assert!(message.contains("nest deeper than 64"), "{message}");
}

/// The parser recurses from a world through all interfaces that it reaches.
#[test]
fn the_number_of_interfaces_has_an_end() {
    let chain = |count: usize| {
        let mut text =
            "package demo:a@1.0.0; interface i0 { type t = u8; f: func(x: t); }".to_owned();
        for at in 1..count {
            text += &format!("interface i{at} {{ use i{}.{{t}}; f: func(x: t); }}", at - 1);
        }
        // A comment does not count.
        text += &"\n/// An interface of the world.\n".repeat(100);
        format!("{text} world w {{ import i{}; }}", count - 1)
    };
    let small_stack = std::thread::Builder::new().stack_size(512 << 10);
    let text = chain(498);
    let read = small_stack.spawn(move || read(&text).unwrap().contracts().len()).unwrap();
    assert_eq!(read.join().unwrap(), 498);
    let error = self::read(&chain(499)).unwrap_err().to_string();
    assert!(error.contains("more than 500 packages, interfaces and worlds"), "{error}");
}
