//! `test.everything@1.2.0`. Made by `polyplug bindgen`; changes are lost.
//!
//! Every type of WIT, and names that are words of other languages.

::polyplug::types::record! {
    /// A point on a plane.
    pub struct Point {
        /// To the right.
        pub x: f32,
        /// Upwards.
        pub y: f32,
    }
}

::polyplug::types::record! {
    /// `person`
    pub struct Person {
        /// `name: string`
        pub name: String,
        /// `age: option<u8>`
        pub age: Option<u8>,
        /// `default: bool`
        pub default: bool,
    }
}

::polyplug::types::enumeration! {
    /// `color`
    pub enum Color: u8 {
        /// `red`
        Red,
        /// `dark-green`
        DarkGreen,
        /// `blue`
        Blue,
    }
}

::polyplug::types::flags! {
    /// What one may do.
    pub struct Access: u8 {
        /// `can-read`
        CAN_READ = 0,
        /// `write`
        WRITE = 1,
        /// `all`
        ALL = 2,
    }
}

::polyplug::types::variant! {
    /// `shape`
    pub enum Shape: u8 {
        /// Has no size.
        Dot,
        /// `circle(f64)`
        Circle(f64),
        /// `path(list<point>)`
        Path(Vec<Point>),
        /// `named(string)`
        Named(String),
    }
}

::polyplug::caller! {
    /// Every type of WIT, and names that are words of other languages.
    pub struct Everything: "test.everything@1" = &[
        ("everything.wit", r#"package test:everything@1.2.0;

/// Every type of WIT, and names that are words of other languages.
interface everything {
  /// A point on a plane.
  record point {
    /// To the right.
    x: f32,
    /// Upwards.
    y: f32,
  }

  record person { name: string, age: option<u8>, %default: bool }

  enum color { red, dark-green, blue }

  /// What one may do.
  flags access { can-read, write, all }

  variant shape {
    /// Has no size.
    dot,
    circle(f64),
    path(list<point>),
    named(string),
  }

  /// The other truth value.
  flip: func(value: bool) -> bool;

  /// The sum.
  small: func(a: s8, b: u8, c: s16, d: u16) -> s32;

  /// The product.
  wide: func(a: s32, b: u32) -> s64;

  /// One more.
  next: func(value: u64) -> u64;

  half: func(value: f32) -> f32;

  double: func(value: f64) -> f64;

  /// The letter behind this one.
  after: func(letter: char) -> char;

  /// A greeting
  /// of one line.
  greet: func(name: string) -> string;

  /// The same bytes from the end.
  reverse: func(bytes: list<u8>) -> list<u8>;

  /// The middle of all points, if there is any.
  centre: func(points: list<point>) -> option<point>;

  /// The oldest whose age is known, or why there is none.
  oldest: func(people: list<person>) -> result<person, string>;

  /// The next color; behind the last comes the first.
  brighter: func(color: color) -> color;

  allow: func(access: access, more: access) -> access;

  area: func(shape: shape) -> f64;

  grow: func(shape: shape, by: f64) -> shape;

  swap: func(pair: tuple<string, u32>) -> tuple<u32, string>;

  /// From the end.
  turn: func(row: list<f32, 4>) -> list<f32, 4>;

  /// Whether the number is even; an odd one is an error.
  check: func(value: u32) -> result;

  /// Keeps `int` if `class` is there.
  end: func(int: s32, class: option<option<u8>>);

  /// What `end` has kept.
  kept: func() -> s32;

  /// Fails.
  new: func();
}
"#),
    ] {
        /// The other truth value.
        fn flip(value: bool) -> bool = 0;
        /// The sum.
        fn small(a: i8, b: u8, c: i16, d: u16) -> i32 = 1;
        /// The product.
        fn wide(a: i32, b: u32) -> i64 = 2;
        /// One more.
        fn next(value: u64) -> u64 = 3;
        /// `half: func(value: f32) -> f32`
        fn half(value: f32) -> f32 = 4;
        /// `double: func(value: f64) -> f64`
        fn double(value: f64) -> f64 = 5;
        /// The letter behind this one.
        fn after(letter: char) -> char = 6;
        /// A greeting
        /// of one line.
        fn greet(name: &str) -> String = 7;
        /// The same bytes from the end.
        fn reverse(bytes: &[u8]) -> Vec<u8> = 8;
        /// The middle of all points, if there is any.
        fn centre(points: &[Point]) -> Option<Point> = 9;
        /// The oldest whose age is known, or why there is none.
        fn oldest(people: &[Person]) -> Result<Person, String> = 10;
        /// The next color; behind the last comes the first.
        fn brighter(color: Color) -> Color = 11;
        /// `allow: func(access: access, more: access) -> access`
        fn allow(access: Access, more: Access) -> Access = 12;
        /// `area: func(shape: shape) -> f64`
        fn area(shape: &Shape) -> f64 = 13;
        /// `grow: func(shape: shape, by: f64) -> shape`
        fn grow(shape: &Shape, by: f64) -> Shape = 14;
        /// `swap: func(pair: tuple<string, u32>) -> tuple<u32, string>`
        fn swap(pair: (&str, u32)) -> (u32, String) = 15;
        /// From the end.
        fn turn(row: [f32; 4]) -> [f32; 4] = 16;
        /// Whether the number is even; an odd one is an error.
        fn check(value: u32) -> Result<(), ()> = 17;
        /// Keeps `int` if `class` is there.
        fn end(int: i32, class: Option<Option<u8>>) -> () = 18;
        /// What `end` has kept.
        fn kept() -> i32 = 19;
        /// Fails.
        fn new() -> () = 20;
    }
}
