//! A component that is replaced again and again while two threads call it.

use polyplug_abi::GuestContractInstance;
use polyplug_tests::call;
use polyplug_tests::language::{Behaviour, Wasm, World};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

const RELOADS: u32 = 150;

#[test]
fn nothing_that_was_counted_is_lost_in_a_reload() {
    let world = World::new(&Wasm);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    let instance = call::create(&counter).unwrap();
    // The number is what counts; a pointer may not go to another thread.
    let (data, contract_id) = (instance.data.addr(), instance.contract_id);
    let (done, counted) = (AtomicBool::new(false), AtomicU32::new(0));

    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let data = std::ptr::without_provenance_mut(data);
                call::on(&counter, GuestContractInstance { data, contract_id }, 1).unwrap();
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        scope.spawn(|| {
            let mut last = 1;
            while !done.load(Ordering::Relaxed) {
                let version = call::number(&counter, 0).unwrap();
                assert!(version >= last, "{version} after {last}");
                last = version;
            }
        });
        for version in 2..RELOADS {
            world.reload("one", Behaviour::Counter, version).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });

    let counted = counted.into_inner();
    assert_eq!(call::on(&counter, instance, 1).unwrap(), counted + 1);
    assert!(counted > RELOADS, "{counted} calls in {RELOADS} reloads");
}
