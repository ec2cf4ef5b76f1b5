wit_bindgen::generate!({
    path: "wit",
    inline: "
        package polyplug:bundle;

        world bundle {
            export test:everything/everything@1.2.0;
        }
    ",
});

struct Bundle;

/// Provides `test.everything@1`.
mod everything {
    use crate::Bundle;
    use crate::exports::test::everything::everything::*;

    impl Guest for Bundle {
        /// The other truth value.
        fn flip(_value: bool) -> bool {
            unimplemented!("flip is to be written")
        }

        /// The sum.
        fn small(_a: i8, _b: u8, _c: i16, _d: u16) -> i32 {
            unimplemented!("small is to be written")
        }

        /// The product.
        fn wide(_a: i32, _b: u32) -> i64 {
            unimplemented!("wide is to be written")
        }

        /// One more.
        fn next(_value: u64) -> u64 {
            unimplemented!("next is to be written")
        }

        fn half(_value: f32) -> f32 {
            unimplemented!("half is to be written")
        }

        fn double(_value: f64) -> f64 {
            unimplemented!("double is to be written")
        }

        /// The letter behind this one.
        fn after(_letter: char) -> char {
            unimplemented!("after is to be written")
        }

        /// A greeting
        /// of one line.
        fn greet(_name: String) -> String {
            unimplemented!("greet is to be written")
        }

        /// The same bytes from the end.
        fn reverse(_bytes: Vec<u8>) -> Vec<u8> {
            unimplemented!("reverse is to be written")
        }

        /// The middle of all points, if there is any.
        fn centre(_points: Vec<Point>) -> Option<Point> {
            unimplemented!("centre is to be written")
        }

        /// The oldest whose age is known, or why there is none.
        fn oldest(_people: Vec<Person>) -> Result<Person, String> {
            unimplemented!("oldest is to be written")
        }

        /// The next color; behind the last comes the first.
        fn brighter(_color: Color) -> Color {
            unimplemented!("brighter is to be written")
        }

        fn allow(_access: Access, _more: Access) -> Access {
            unimplemented!("allow is to be written")
        }

        fn area(_shape: Shape) -> f64 {
            unimplemented!("area is to be written")
        }

        fn grow(_shape: Shape, _by: f64) -> Shape {
            unimplemented!("grow is to be written")
        }

        fn swap(_pair: (String, u32)) -> (u32, String) {
            unimplemented!("swap is to be written")
        }

        /// From the end.
        fn turn(_row: [f32; 4]) -> [f32; 4] {
            unimplemented!("turn is to be written")
        }

        /// Whether the number is even; an odd one is an error.
        fn check(_value: u32) -> Result<(), ()> {
            unimplemented!("check is to be written")
        }

        /// Keeps `int` if `class` is there.
        fn end(_int: i32, _class: Option<Option<u8>>) {
            unimplemented!("end is to be written")
        }

        /// What `end` has kept.
        fn kept() -> i32 {
            unimplemented!("kept is to be written")
        }

        /// Fails.
        fn new() {
            unimplemented!("new is to be written")
        }
    }
}

export!(Bundle);
