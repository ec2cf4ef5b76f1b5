use polyplug_guest::{Bundle, Error};

polyplug_guest::contract!("wit");

/// Provides `test.everything@1.2.0`.
#[derive(Clone, Copy)]
struct Everything;

impl everything::Guest for Everything {
    /// The other truth value.
    fn flip(&self, _value: bool) -> Result<bool, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// The sum.
    fn small(&self, _a: i8, _b: u8, _c: i16, _d: u16) -> Result<i32, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// The product.
    fn wide(&self, _a: i32, _b: u32) -> Result<i64, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// One more.
    fn next(&self, _value: u64) -> Result<u64, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// `half: func(value: f32) -> f32`
    fn half(&self, _value: f32) -> Result<f32, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// `double: func(value: f64) -> f64`
    fn double(&self, _value: f64) -> Result<f64, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// The letter behind this one.
    fn after(&self, _letter: char) -> Result<char, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// A greeting
    /// of one line.
    fn greet(&self, _name: &str) -> Result<String, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// The same bytes from the end.
    fn reverse(&self, _bytes: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// The middle of all points, if there is any.
    fn centre(&self, _points: Vec<everything::Point>) -> Result<Option<everything::Point>, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// The oldest whose age is known, or why there is none.
    fn oldest(
        &self,
        _people: Vec<everything::Person>,
    ) -> Result<Result<everything::Person, String>, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// The next color; behind the last comes the first.
    fn brighter(&self, _color: everything::Color) -> Result<everything::Color, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// `allow: func(access: access, more: access) -> access`
    fn allow(
        &self,
        _access: everything::Access,
        _more: everything::Access,
    ) -> Result<everything::Access, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// `area: func(shape: shape) -> f64`
    fn area(&self, _shape: everything::Shape) -> Result<f64, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// `grow: func(shape: shape, by: f64) -> shape`
    fn grow(&self, _shape: everything::Shape, _by: f64) -> Result<everything::Shape, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// `swap: func(pair: tuple<string, u32>) -> tuple<u32, string>`
    fn swap(&self, _pair: (&str, u32)) -> Result<(u32, String), Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// From the end.
    fn turn(&self, _row: [f32; 4]) -> Result<[f32; 4], Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// Whether the number is even; an odd one is an error.
    fn check(&self, _value: u32) -> Result<Result<(), ()>, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// Keeps `int` if `class` is there.
    fn end(&self, _int: i32, _class: Option<Option<u8>>) -> Result<(), Error> {
        Ok(()) // to be written
    }

    /// What `end` has kept.
    fn kept(&self) -> Result<i32, Error> {
        Ok(polyplug_guest::types::least()) // to be written
    }

    /// Fails.
    fn new(&self) -> Result<(), Error> {
        Ok(()) // to be written
    }
}

fn start(bundle: &mut Bundle) -> Result<(), Error> {
    everything::functions(bundle, Everything).provide()
}

polyplug_guest::plugin!(start);
