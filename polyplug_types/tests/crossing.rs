//! What crosses and comes back, and what is refused.

#![expect(unsafe_code, reason = "reads what it wrote")]
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use polyplug_abi::StringView;
use polyplug_types::{Lift, Lifting, Lower, NoMemory, Place, Problem, RawList, Scratch, Typed};
use std::alloc::Layout;
use std::fmt::Debug;

polyplug_types::record! {
    /// All kinds of fields.
    pub struct Item {
        /// A name.
        pub name: String,
        /// Some numbers.
        pub sizes: Vec<u16>,
        /// A keyword.
        pub r#type: Option<Kind>,
    }
}

polyplug_types::record! {
    /// Laid out as it is in C.
    pub struct Point {
        /// Small.
        pub x: u8,
        /// Large.
        pub y: f64,
    }
}

polyplug_types::variant! {
    /// Cases of all kinds.
    pub enum Kind: u8 {
        /// Without a value.
        Dot,
        /// With a list.
        Path(Vec<Point>),
        /// With text.
        Text(String),
    }
}

polyplug_types::enumeration! {
    /// Two cases.
    pub enum Light: u8 {
        /// The first.
        Red,
        /// The second.
        Green,
    }
}

polyplug_types::flags! {
    /// Two flags.
    pub struct Access: u8 {
        /// The first.
        READ = 0,
        /// The second.
        WRITE = 1,
    }
}

/// Copies everything, as a result does.
#[derive(Default)]
struct Copies(Scratch);

impl Place for Copies {
    const BORROWS: bool = false;

    fn allocate(&mut self, layout: Layout) -> Result<*mut u8, NoMemory> {
        self.0.allocate(layout)
    }
}

fn crosses<T: Lower + for<'a> Lift<'a> + PartialEq + Debug>(value: &T) {
    fn way<T: Lower + for<'a> Lift<'a> + PartialEq + Debug, P: Place + Default>(value: &T) {
        let mut place = P::default();
        let raw = value.lower(&mut place).unwrap();
        // SAFETY: both the value and the place live on.
        assert_eq!(&unsafe { T::lift(&raw, &mut Lifting::default()) }.unwrap(), value);
    }
    way::<T, Scratch>(value);
    way::<T, Copies>(value);
}

fn refused<'a, T: Lift<'a> + Debug>(raw: &T::Raw) -> Problem {
    // SAFETY: what is tried points nowhere, or at constants.
    unsafe { T::lift(raw, &mut Lifting::default()) }.unwrap_err()
}

fn point(x: u8) -> Point {
    Point { x, y: f64::from(x) / 2.0 }
}

#[test]
fn values_cross_and_come_back() {
    crosses(&());
    crosses(&(true, 'ß', -5_i8, u64::MAX));
    crosses(&(String::from("Ada"), String::new()));
    crosses(&vec![String::from("a"), String::new(), String::from("ß")]);
    crosses(&vec![vec![1_u32, 2], vec![], vec![3]]);
    crosses(&[[1_u16, 2], [3, 4]]);
    crosses(&[String::from("a"), String::from("b")]);
    crosses(&vec![point(1), point(2)]);
    crosses(&vec![Light::Green, Light::Red]);
    crosses(&vec![true, false]);
    crosses(&vec!['a', 'ß']);
    crosses(&Some(Access::READ | Access::WRITE));
    crosses(&Some(None::<String>));
    crosses(&Ok::<u64, String>(7));
    crosses(&Err::<(), String>("no".into()));
    crosses(&Err::<Vec<u8>, ()>(()));
    for kind in [Kind::Dot, Kind::Path(vec![point(3)]), Kind::Text("t".into())] {
        crosses(&Item { name: "n".into(), sizes: vec![1, 2, 3], r#type: Some(kind) });
    }
}

#[test]
fn layouts_are_those_of_c() {
    fn layout<T: Typed>() -> (usize, usize) {
        (size_of::<T::Raw>(), align_of::<T::Raw>())
    }
    assert_eq!(layout::<Point>(), (16, 8));
    assert_eq!(layout::<Item>(), (16 + 16 + 32, 8));
    assert_eq!(layout::<Kind>(), (24, 8));
    assert_eq!(layout::<Option<u16>>(), (4, 2));
    assert_eq!(layout::<Option<bool>>(), (2, 1));
    assert_eq!(layout::<Result<(), ()>>(), (1, 1));
    assert_eq!(layout::<Result<u64, String>>(), (24, 8));
    assert_eq!(layout::<(u8, u32, u16)>(), (12, 4));
    assert_eq!(layout::<[(u8, u16); 3]>(), (12, 2));
    const { assert!(Point::SAME && !Item::SAME && Item::POINTS && !Point::POINTS) };
}

#[test]
fn arguments_are_borrowed() {
    let (text, numbers, points) = ("text", [1_u32, 2], [point(1)]);
    let mut scratch = Scratch::default();
    assert_eq!(text.lower(&mut scratch).unwrap().ptr, text.as_ptr());
    assert_eq!(numbers[..].lower(&mut scratch).unwrap().items, numbers.as_ptr());
    assert_eq!(points[..].lower(&mut scratch).unwrap().items.cast(), points.as_ptr());
    let raw = text.lower(&mut scratch).unwrap();
    // SAFETY: the text is a constant.
    let lifted = unsafe { <&str>::lift(&raw, &mut Lifting::default()) }.unwrap();
    assert_eq!(lifted.as_ptr(), text.as_ptr());
}

#[test]
fn what_is_no_value_is_refused() {
    assert_eq!(refused::<bool>(&2), Problem::NotBool(2));
    assert_eq!(refused::<char>(&0xd800), Problem::NotChar(0xd800));
    assert_eq!(refused::<Light>(&2), Problem::NoCase { of: "Light", case: 2 });
    assert_eq!(refused::<Access>(&5), Problem::NoFlag { of: "Access", bits: 5 });
    let bytes = [b'a', 0xff];
    let text = StringView { ptr: bytes.as_ptr(), len: 2 };
    assert_eq!(refused::<&str>(&text), Problem::NotUtf8(1));
    let text = StringView { ptr: std::ptr::null(), len: 2 };
    assert_eq!(refused::<String>(&text), Problem::Null(2));
    let list = |address: usize, len| RawList { items: std::ptr::without_provenance(address), len };
    assert_eq!(refused::<&[u32]>(&list(6, 1)), Problem::NotAligned { address: 6, align: 4 });
    assert_eq!(refused::<Vec<u32>>(&list(8, 1 << 62)), Problem::NoSuchLength(1 << 62));
}

#[test]
fn a_value_takes_no_more_than_it_may() {
    let mut lifting = Lifting::default();
    assert_eq!(lifting.spend(256 << 20, 1), Ok(()));
    assert_eq!(lifting.spend(1, 1), Err(Problem::TooLarge));
    assert_eq!(Lifting::default().spend(usize::MAX, 2), Err(Problem::TooLarge));
}
