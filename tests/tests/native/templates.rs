//! The templates do what they say: each is built out of the tree, called, edited and replaced.

use polyplug::Contract;
use polyplug_abi::AbiErrorCode;
use polyplug_tests::call;
use polyplug_tests::native_bundle::NativeHost;
use polyplug_tests::template::Template;
use std::process::Command;

/// What a test changes in a template.
struct Edits {
    /// The sum, and a product in its place.
    sum: [&'static str; 2],
    /// The number of the counter's layout, and the next one.
    layout: [&'static str; 2],
}

const C: Edits = Edits {
    sum: ["numbers[0] + numbers[1]", "numbers[0] * numbers[1]"],
    layout: ["COUNTER_STATE_VERSION 1", "COUNTER_STATE_VERSION 2"],
};
const CPP: Edits =
    Edits { sum: ["a + b", "a * b"], layout: ["t state_version = 1", "t state_version = 2"] };
const RUST: Edits = Edits {
    sum: ["a.wrapping_add(b)", "a.wrapping_mul(b)"],
    layout: ["VERSION: u32 = 1", "VERSION: u32 = 2"],
};

fn c() -> Template {
    Template::copied("native-c", "plugin.c")
}

fn cpp() -> Template {
    Template::copied("native-cpp", "plugin.cpp")
}

fn rust() -> Template {
    Template::copied("native-rust", "src/lib.rs")
}

#[test]
fn the_template_in_c_is_called_and_replaced() {
    is_called_and_replaced(&c(), &C);
}

#[test]
fn the_template_in_cpp_is_called_and_replaced() {
    is_called_and_replaced(&cpp(), &CPP);
}

#[test]
fn the_template_in_rust_is_called_and_replaced() {
    is_called_and_replaced(&rust(), &RUST);
}

#[test]
fn a_contract_whose_constructor_is_null_has_no_objects() {
    let template = c();
    template.build();
    let native = NativeHost::new();
    native.host.runtime.load_bundle(template.folder()).unwrap();

    let error = call::create(&native.host.contract("demo.add@1")).unwrap_err();

    assert_eq!(error.code, AbiErrorCode::FunctionNotAvailable as u32);
    assert!(error.to_string().contains("has no constructor"), "{error}");
}

#[test]
fn templates_are_built_by_make() {
    for template in [c(), rust()] {
        template.make();
        let native = NativeHost::new();
        native.host.runtime.load_bundle(template.folder()).unwrap();
        assert_eq!(sum_of(&native.host.contract("demo.add@1")), 42);
        assert!(!template.folder().join("target").exists(), "it builds outside of the bundle");
    }
}

#[test]
fn an_exception_in_cpp_is_the_error_of_the_call() {
    ends_at_the_border(
        &cpp(),
        ["return a + b", "throw std::runtime_error(\"no luck\"); return a + b"],
        "uncaught exception: no luck",
    );
}

#[test]
fn a_panic_in_rust_is_the_error_of_the_call() {
    ends_at_the_border(&rust(), ["a.wrapping_add(b)", "panic!(\"no luck: {a} {b}\")"], "no luck");
}

/// The helpers have no such symbols, whatever the flags; the template's flags see to those of its
/// author.
#[test]
fn statics_in_templates_of_cpp_do_not_keep_the_library() {
    const SHARED: &str = "template <typename T> T &shared() { static T value; return value; }";
    let template = cpp();
    template.edit("namespace {", &format!("{SHARED}\nnamespace {{"));
    template.edit("return a + b", "return a + b + shared<std::uint32_t>()++");
    template.build();
    let symbols = Command::new("nm").arg(template.library()).output().expect("nm is installed");
    let symbols = String::from_utf8_lossy(&symbols.stdout);
    assert!(!symbols.lines().any(|line| line.contains(" u ")), "{symbols}");

    let native = NativeHost::new();
    native.host.runtime.load_bundle(template.folder()).unwrap();
    let add = native.host.contract("demo.add@1");
    assert_eq!((sum_of(&add), sum_of(&add)), (42, 43));

    native.host.runtime.reload_bundle(template.folder()).unwrap();

    assert_eq!(sum_of(&add), 42, "the new version has statics of its own");
    assert_eq!(native.mapped().len(), 1, "{:?}", native.host.events.all());
}

fn is_called_and_replaced(template: &Template, edits: &Edits) {
    template.build();
    let native = NativeHost::new();
    native.host.runtime.load_bundle(template.folder()).unwrap();
    let add = native.host.contract("demo.add@1");
    let counter = native.host.contract("demo.counter@1");
    let from_ten = call::create_from(&counter, 10).unwrap();
    assert_eq!(sum_of(&add), 42);
    assert_eq!(call::on(&counter, from_ten, 0).unwrap(), 11);
    assert!(call::create(&add).is_err(), "a contract of functions has no objects");
    assert!(call::number(&counter, 0).is_err(), "next() belongs to a counter");
    assert!(call::create(&counter).is_err(), "the constructor takes a number");
    assert!(call::bare(&add, 0).is_err(), "add() takes two numbers");

    template.edit(edits.sum[0], edits.sum[1]);
    template.build();
    native.host.runtime.reload_bundle(template.folder()).unwrap();
    assert_eq!(sum_of(&add), 80);
    assert_eq!(call::on(&counter, from_ten, 0).unwrap(), 12);
    assert_eq!(native.mapped().len(), 1, "{:?}", native.host.events.all());

    template.edit(edits.layout[0], edits.layout[1]);
    template.build();
    let refused = native.host.runtime.reload_bundle(template.folder()).unwrap_err();
    assert!(refused.to_string().contains("version"), "{refused}");
    assert_eq!(call::on(&counter, from_ten, 0).unwrap(), 13);

    call::destroy(&counter, from_ten).unwrap();
    native.host.runtime.reload_bundle(template.folder()).unwrap();
    let from_one = call::create_from(&counter, 1).unwrap();
    assert_eq!(call::on(&counter, from_one, 0).unwrap(), 2);
    call::destroy(&counter, from_one).unwrap();
    assert_eq!(native.host.runtime.bundles()[0].instances, 0);
}

fn ends_at_the_border(template: &Template, [good, bad]: [&str; 2], said: &str) {
    template.build();
    let native = NativeHost::new();
    native.host.runtime.load_bundle(template.folder()).unwrap();
    let add = native.host.contract("demo.add@1");
    assert_eq!(sum_of(&add), 42);

    template.edit(good, bad);
    template.build();
    native.host.runtime.reload_bundle(template.folder()).unwrap();
    for _ in 0..3 {
        let error = call::add(&add, 0, 40, 2).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let counter = native.host.contract("demo.counter@1");
    let instance = call::create_from(&counter, 0).unwrap();
    assert_eq!(call::on(&counter, instance, 0).unwrap(), 1, "the plugin lives on");

    template.edit(bad, good);
    template.build();
    native.host.runtime.reload_bundle(template.folder()).unwrap();
    assert_eq!(sum_of(&add), 42);
    assert_eq!(call::on(&counter, instance, 0).unwrap(), 2);
    call::destroy(&counter, instance).unwrap();
}

fn sum_of(add: &Contract) -> u32 {
    call::add(add, 0, 40, 2).unwrap()
}
