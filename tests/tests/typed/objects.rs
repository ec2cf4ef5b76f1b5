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
