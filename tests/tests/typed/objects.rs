//! Objects of a typed caller.

use crate::counter::Counter;
use crate::world::{Language, World};

#[test]
fn each_object_has_its_own_state() {
    let world = World::new(Language::Rust);
    let counters = Counter::bind(&world.runtime).unwrap();
    let (one, other) = (counters.create().unwrap(), counters.create().unwrap());
    assert_eq!((one.add(2), one.add(3), other.add(7)), (Ok(2), Ok(5), Ok(7)));
    assert_eq!(one.clone().add(1), Ok(6));
    let error = counters.add(1).unwrap_err();
    assert!(error.message.ends_with("create an instance first"), "{error}");
}

/// The counter hands nothing over, so its bundle is replaced only when its objects are gone.
#[test]
fn an_object_is_destroyed_with_its_last_caller() {
    let world = World::new(Language::Rust);
    let object = Counter::bind(&world.runtime).unwrap().create().unwrap();
    let error = world.replace("second").unwrap_err();
    assert!(error.to_string().contains("takes over no objects"), "{error}");
    drop(object);
    world.replace("second").unwrap();
    assert_eq!(world.caller().version(), Ok(2));
}

#[test]
fn objects_with_state_come_from_version_to_version() {
    let world = World::of(Language::Rust, "keeps");
    let counters = Counter::bind(&world.runtime).unwrap();
    let (one, other) = (counters.create().unwrap(), counters.create().unwrap());
    assert_eq!((one.add(2), one.add(3), other.add(7)), (Ok(2), Ok(5), Ok(7)));

    world.replace("grown").unwrap();

    assert_eq!((one.add(1), one.add(1)), (Ok(101_000_006), Ok(102_000_007)));
    assert_eq!(other.add(1), Ok(101_000_008));
    assert_eq!(counters.create().unwrap().add(4), Ok(1_000_004));
    // An older version does not know what a newer one made.
    let error = world.replace("keeps").unwrap_err();
    assert!(error.to_string().contains("the new version takes over 1 to 1"), "{error}");
    assert_eq!(one.add(0), Ok(103_000_007));
}
