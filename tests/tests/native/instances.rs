//! Instances over a reload: adopted in place, or the reload is refused.

use polyplug::error::RuntimeError;
use polyplug::events::{Event, StateOutcome};
use polyplug_abi::LogLevel;
use polyplug_tests::call;
use polyplug_tests::native_bundle::NativeHost;

const COUNTER: &str = "counter/c/main.c";

#[test]
fn instances_are_adopted_where_they_are() {
    let native = NativeHost::new();
    native.load("one", COUNTER, &[]).unwrap();
    let counter = native.host.contract("test.counter@1");
    let instances: Vec<_> = (0..3).map(|_| call::create(&counter).unwrap()).collect();
    for instance in &instances {
        call::on(&counter, *instance, 1).unwrap();
    }

    native.reload("one", COUNTER, &["-DVERSION=2"]).unwrap();

    for instance in &instances {
        assert_eq!(call::on(&counter, *instance, 0).unwrap(), 2);
        assert_eq!(call::on(&counter, *instance, 1).unwrap(), 2);
    }
    let kept = native.host.events.wait_for("the reload is told", |event| match event {
        Event::Reloaded { state, .. } => Some(*state),
        _ => None,
    });
    assert_eq!(kept, StateOutcome::Kept { objects: 3, reset: 0 });
    assert_eq!(native.mapped().len(), 1, "the old code is gone");
    for instance in instances {
        call::destroy(&counter, instance).unwrap();
    }
    assert_eq!(native.host.runtime.bundles()[0].instances, 0);
}

#[test]
fn a_refused_adoption_keeps_the_old_version_and_its_words_arrive() {
    let native = NativeHost::new();
    native.load("one", COUNTER, &[]).unwrap();
    let counter = native.host.contract("test.counter@1");
    let instance = call::create(&counter).unwrap();
    call::on(&counter, instance, 1).unwrap();

    let error = native.reload("one", COUNTER, &["-DVERSION=2", "-DREFUSES"]).unwrap_err();

    assert!(matches!(error, RuntimeError::HandOverFailed { .. }), "{error:?}");
    assert!(error.to_string().contains("the layout is strange to me"), "{error}");
    assert_eq!(call::on(&counter, instance, 0).unwrap(), 1);
    assert_eq!(call::on(&counter, instance, 1).unwrap(), 2);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
}

#[test]
fn without_the_hooks_living_instances_refuse_the_reload() {
    const ODD: &str = "odd/c/main.c";
    let native = NativeHost::new();
    native.load("one", ODD, &[]).unwrap();
    let odd = native.host.contract("test.odd@1");
    let instance = call::create(&odd).unwrap();

    let error = native.reload("one", ODD, &["-DVERSION=2"]).unwrap_err();

    assert!(matches!(error, RuntimeError::InstancesAlive { count: 1, .. }), "{error:?}");
    assert_eq!(call::on(&odd, instance, 0).unwrap(), 1);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
    call::destroy(&odd, instance).unwrap();
    native.reload("one", ODD, &["-DVERSION=2"]).unwrap();
    assert_eq!(call::number(&odd, 0).unwrap(), 2);
}

#[test]
fn hooks_that_are_not_all_there_are_a_warning_and_adopt_nothing() {
    const ODD: &str = "odd/c/main.c";
    let native = NativeHost::new();
    native.load("one", ODD, &["-DADOPTS_ONLY"]).unwrap();
    let odd = native.host.contract("test.odd@1");
    let instance = call::create(&odd).unwrap();

    let error = native.reload("one", ODD, &["-DADOPTS_ONLY", "-DVERSION=2"]).unwrap_err();

    assert!(matches!(error, RuntimeError::InstancesAlive { count: 1, .. }), "{error:?}");
    let lacks = "lacks `polyplug_state_version` and `polyplug_adopt_check`";
    assert_eq!(native.host.log.count(LogLevel::Warn, lacks), 2, "once for each start");
    call::destroy(&odd, instance).unwrap();
}
