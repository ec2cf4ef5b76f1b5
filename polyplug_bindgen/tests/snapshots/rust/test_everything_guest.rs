//! `test.everything@1.2.0`. Made by `polyplug bindgen`; changes are lost.
//!
//! Every type of WIT, and names that are words of other languages.

::polyplug_guest::types::record! {
    /// A point on a plane.
    pub struct Point {
        /// To the right.
        pub x: f32,
        /// Upwards.
        pub y: f32,
    }
}

::polyplug_guest::types::record! {
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

::polyplug_guest::types::enumeration! {
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

::polyplug_guest::types::flags! {
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

::polyplug_guest::types::variant! {
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

::polyplug_guest::guest! {
    /// Every type of WIT, and names that are words of other languages.
    pub trait Guest: "test.everything@1.2.0" = 0x60f8224f42c43643 {
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
        fn centre(points: Vec<Point>) -> Option<Point> = 9;
        /// The oldest whose age is known, or why there is none.
        fn oldest(people: Vec<Person>) -> Result<Person, String> = 10;
        /// The next color; behind the last comes the first.
        fn brighter(color: Color) -> Color = 11;
        /// `allow: func(access: access, more: access) -> access`
        fn allow(access: Access, more: Access) -> Access = 12;
        /// `area: func(shape: shape) -> f64`
        fn area(shape: Shape) -> f64 = 13;
        /// `grow: func(shape: shape, by: f64) -> shape`
        fn grow(shape: Shape, by: f64) -> Shape = 14;
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
