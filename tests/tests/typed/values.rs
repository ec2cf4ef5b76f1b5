//! Every type of WIT goes in and comes back.

use crate::echo::{Access, Color, Echo, Person, Point, Shape};
use crate::world::{Language, World};

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        age: (name == "Ada").then_some(36),
        r#type: vec!["a".to_owned(), String::new()],
        places: vec![Point { x: 0.5, y: -2.0 }, Point { x: 1.0, y: 1e100 }],
    }
}

fn shapes() -> [Shape; 4] {
    let path = Shape::Path(vec![Point { x: 1.0, y: 2.0 }]);
    [Shape::Dot, Shape::Circle(2.5), path, Shape::Named("ß".to_owned())]
}

#[test]
fn values_go_to_lua_and_back() {
    let world = World::new(Language::Lua);
    go_and_come_back(&world.caller());
}

#[test]
fn values_go_to_rust_and_back() {
    let world = World::new(Language::Rust);
    go_and_come_back(&world.caller());
}

fn go_and_come_back(echo: &Echo) {
    scalars(echo);
    lists(echo);
    named_types(echo);
    choices(echo);
}

fn scalars(echo: &Echo) {
    assert_eq!((echo.bool(true).unwrap(), echo.bool(false).unwrap()), (true, false));
    assert_eq!(echo.char('ß').unwrap(), 'ß');
    let long = "long ".repeat(1000);
    for text in ["", "Ada", "a\0b ß", &long] {
        assert_eq!(echo.string(text).unwrap(), text);
    }
    let low = (0, i8::MIN, 0, i16::MIN, 0, i32::MIN, 0, i64::MIN, f32::MIN, f64::MIN);
    let high = (
        u8::MAX,
        i8::MAX,
        u16::MAX,
        i16::MAX,
        u32::MAX,
        i32::MAX,
        u64::MAX,
        i64::MAX,
        f32::MAX,
        f64::INFINITY,
    );
    for numbers in [low, high] {
        let (a, b, c, d, e, f, g, h, i, j) = numbers;
        assert_eq!(echo.numbers(a, b, c, d, e, f, g, h, i, j).unwrap(), numbers);
    }
    assert_eq!(echo.add(40, 2).unwrap(), 42);
    assert_eq!(echo.nothing(), Ok(()));
}

fn lists(echo: &Echo) {
    assert_eq!(echo.bytes(&[0, 255, 7]).unwrap(), [0, 255, 7]);
    assert!(echo.bytes(&[]).unwrap().is_empty());
    assert_eq!(echo.bytes(&[7; 100_000]).unwrap(), [7; 100_000]);
    assert_eq!(echo.words(&["a", "", "ß"]).unwrap(), ["a", "", "ß"]);
    assert_eq!(echo.rows(&[&[1, 2], &[], &[3]]).unwrap(), [vec![1, 2], vec![], vec![3]]);
    assert_eq!(echo.bits(&[true, false]).unwrap(), [true, false]);
    assert_eq!(echo.fixed([1.0, -2.5, 0.0]).unwrap(), [1.0, -2.5, 0.0]);
    let points = [Point { x: 1.0, y: 2.0 }, Point { x: 3.0, y: 4.0 }];
    assert_eq!(echo.points(&points).unwrap(), points);
    let people = [person("Ada"), person("")];
    assert_eq!(echo.people(&people).unwrap(), people);
    assert_eq!(echo.people(&[]).unwrap(), []);
}

fn named_types(echo: &Echo) {
    assert_eq!(echo.one_person(&person("Ada")).unwrap(), person("Ada"));
    for color in [Color::Red, Color::DarkGreen, Color::Blue] {
        assert_eq!(echo.one_color(color).unwrap(), color);
    }
    for access in [Access::empty(), Access::WRITE, Access::CAN_READ | Access::ALL, Access::all()] {
        assert_eq!(echo.one_access(access).unwrap(), access);
    }
    for shape in shapes() {
        assert_eq!(echo.one_shape(&shape).unwrap(), shape);
        assert_eq!(echo.pair(("a", &shape)).unwrap(), ("a".to_owned(), shape));
    }
}

fn choices(echo: &Echo) {
    let ada = person("Ada");
    assert_eq!(echo.maybe(Some(&ada)).unwrap(), Some(ada));
    assert_eq!(echo.maybe(None).unwrap(), None);
    for nested in [None, Some(None), Some(Some(7))] {
        assert_eq!(echo.nested(nested).unwrap(), nested);
    }
    assert_eq!(echo.outcome(Ok(7)).unwrap(), Ok(7));
    assert_eq!(echo.outcome(Err("no")).unwrap(), Err("no".to_owned()));
    assert_eq!(echo.result(Ok(())).unwrap(), Ok(()));
    assert_eq!(echo.result(Err(())).unwrap(), Err(()));
}

#[test]
fn what_a_function_says_is_the_error_of_the_call() {
    let world = World::new(Language::Rust);
    let error = world.caller().fail("no luck").unwrap_err();
    assert_eq!((error.code, &*error.message), (300, "no luck"));
    let error = world.caller().fail("panic").unwrap_err();
    assert_eq!((error.code, &*error.message), (3, "panicked: as was asked for"));
    let world = World::new(Language::Lua);
    let error = world.caller().fail("no luck").unwrap_err();
    assert!(error.message.contains("no luck"), "{error}");
}

#[test]
fn a_value_is_the_same_by_type_and_by_name() {
    let world = World::new(Language::Lua);
    let text = r#"one-person({name: "Ada", age: some(36), %type: ["a", ""], places: []})"#;
    let by_name = world.runtime.call_text("test.echo@1", text).unwrap();
    assert!(format!("{by_name:?}").contains("Ada"), "{by_name:?}");
    let ada = Person { places: vec![], ..person("Ada") };
    assert_eq!(world.caller().one_person(&ada).unwrap(), ada);
}
