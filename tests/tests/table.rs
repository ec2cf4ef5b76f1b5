//! The host table through its C pointer: every field is live, nulls included.

use polyplug_abi::{
    AbiErrorCode, BundleId, GuestContractHandle, GuestContractInstance, HostApi, StringView,
};
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::table::{self, Table};
use std::sync::Arc;

const NULL: u32 = AbiErrorCode::InvalidPointer as u32;
const INVALID: u32 = AbiErrorCode::InvalidArgument as u32;
const SCRIPT: &str = "contract test.a@1.2\nfn version 1\nfn count\nfn fail 300 no fuel";

fn host() -> (Host, Table) {
    let host = Host::new();
    host.load("one", SCRIPT).unwrap();
    let table = Table::of(&host.runtime);
    (host, table)
}

#[test]
fn no_field_of_the_table_is_null() {
    let (_host, table) = host();

    for (at, word) in table::words(table.api()).into_iter().enumerate() {
        assert_ne!(word, 0, "the field at {}", at * 8);
    }
    let words = table::words(table.extensions());
    assert_eq!(words[0] as u32 as usize, size_of_val(table.extensions()));
    assert!(words[1..].iter().all(|word| *word != 0));
}

#[test]
fn contracts_are_found_listed_and_resolved_through_the_table() {
    let (host, table) = host();
    host.load("two", "contract test.a@1.0\nfn version 2").unwrap();

    assert_eq!(table.find("test.a@1", 0).unwrap().number(0), Ok(1));
    assert_eq!(table.find("test.a@1", 1 << 16 | 2).unwrap().number(0), Ok(1));
    assert!(table.find("test.a@1", 1 << 16 | 3).is_none());
    assert!(!table.last_error().is_empty(), "a null handle has a reason");
    assert!(table.find("test.nobody@1", 0).is_none());
    let id = call::contract_id("test.a@1").as_u64();
    assert_eq!(table::find_all(&table, id), 2);
    assert_eq!(table::find_all(&table, 7), 0);
    assert!(table::resolve(&table, GuestContractHandle::null()).is_none());
    assert!(table::resolve(&table, GuestContractHandle { index: 4000, generation: 0 }).is_none());
}

#[test]
fn bundles_are_loaded_reloaded_listed_and_unloaded_through_the_table() {
    let (host, table) = host();
    let two = host.folder.bundle("two", "contract test.b@1.0\nfn version 2");

    table.load(&two).unwrap();
    assert_eq!(table::bundles(&table), [BundleId::of("one"), BundleId::of("two")]);
    assert_eq!(table::bundle_name(&table, "two"), "two");
    let before = table::revision(&table);
    host.folder.rewrite("two", "contract test.b@1.0\nfn version 3");
    table.reload(&two).unwrap();
    assert_eq!(host.call("test.b@1").unwrap(), 3);
    assert_eq!(table::revision(&table), (before.0 + 1, before.1 + 1), "counter and value");
    table.unload("two").unwrap();
    assert_eq!(table::bundles(&table), [BundleId::of("one")]);
    table.unload_cascade("one").unwrap();
    assert!(table::bundles(&table).is_empty());

    assert_eq!(table.unload("one").unwrap_err().0, AbiErrorCode::BundleNotLoaded as u32);
    assert_eq!(
        table.load(&two.with_file_name("no")).unwrap_err().0,
        AbiErrorCode::ManifestInvalid as u32
    );
    assert_eq!(table.poll(0), Ok(0));
    assert_eq!(table.request_reload("one").unwrap_err().0, AbiErrorCode::BundleNotLoaded as u32);
}

#[test]
fn calls_and_instances_go_through_the_table() {
    let (host, table) = host();
    let raw = table.find("test.a@1", 0).unwrap();

    assert_eq!(table.call(raw, 0), Ok(1));
    assert_eq!(table.call(raw, 2), Err((300, "no fuel".to_owned())));
    let instance = table.create(raw).unwrap();
    assert_eq!(raw.on(instance, 1), Ok(1));
    table.destroy(raw, instance).unwrap();
    let gone = table.destroy(raw, instance).unwrap_err();
    assert_eq!(gone.0, AbiErrorCode::StaleHandle as u32);
    table.destroy(raw, GuestContractInstance::null()).unwrap();
    let old = table::create_the_old_way(&table, raw);
    assert_eq!(raw.on(old, 1), Ok(1));
    table::destroy_the_old_way(&table, raw, old);
    assert_eq!(host.runtime.bundles()[0].instances, 0);
    host.unload("one").unwrap();
    let failed = table::create_the_old_way(&table, raw);
    assert!(failed.data.is_null());
    assert!(table.take_last_error().contains("`one`"));
}

#[test]
fn the_interfaces_own_constructor_and_destructor_work() {
    let (host, table) = host();
    let raw = table.find("test.a@1", 0).unwrap();

    let instance = table::construct(&table, raw);

    assert_eq!(raw.on(instance, 1), Ok(1));
    assert_eq!(host.runtime.bundles()[0].instances, 1);
    table::destruct(&table, raw, instance);
    assert_eq!(host.runtime.bundles()[0].instances, 0);
}

#[test]
fn nulls_and_strangers_are_errors_and_never_crash() {
    let (_host, table) = host();
    let raw = table.find("test.a@1", 0).unwrap();
    let none = call::Raw(std::ptr::null());

    for (code, text) in table::with_null_host(&table) {
        assert_eq!(code, NULL, "{text}");
    }
    assert_eq!(table.call(none, 0).unwrap_err().0, NULL);
    assert_eq!(table.create(none).unwrap_err().0, NULL);
    let foreign = table::foreign_interface(raw);
    assert_eq!(table.call(call::Raw(&raw const *foreign), 0).unwrap_err().0, INVALID);
    assert_eq!(table::load_null(&table).0, INVALID);
    assert_eq!(table::register_null(&table).0, INVALID, "no bundle is starting here");
    assert_eq!(table::register_loader(&table, 0).0, INVALID);
    assert_eq!(table::register_loader(&table, 0x1000).0, INVALID);
    assert!(table::query_is_null(&table, StringView::from_static("future")));
    assert!(table::query_is_null(&table, StringView::null()));
}

#[test]
fn memory_and_the_last_error_cross_the_table() {
    let (_host, table) = host();

    for (size, align) in [(0, 1), (1, 1), (100, 8), (4096, 4096)] {
        assert!(table::round_trip(&table, size, align), "{size} at {align}");
    }
    assert!(!table::round_trip(&table, 8, 3), "3 is no alignment");
    assert!(!table::round_trip(&table, usize::MAX, 8));
    table.unload("nobody").unwrap_err();
    let text = table.last_error();
    assert!(text.contains("loaded"), "{text}");
    assert_eq!(table.take_last_error(), text);
    assert_eq!(table.take_last_error(), "", "it was taken");
    table.set_last_error(300, StringView::from_static("the plugin's reason"));
    assert_eq!(table.last_error(), "the plugin's reason");
    table.set_last_error(300, StringView::null());
    assert_eq!(table.last_error(), "(no message, or not UTF-8)");
}

#[test]
fn a_log_record_keeps_its_level_scope_and_message() {
    use polyplug_abi::LogLevel;
    let (host, table) = host();
    let text = StringView::from_static;

    table::log(&table, 3, text("scope"), text("hello"));
    table::log(&table, 77, text("scope"), text("unknown level"));
    table::log(&table, 1, StringView::null(), StringView::null());

    assert_eq!(host.log.count(LogLevel::Info, "hello"), 1);
    assert_eq!(host.log.count(LogLevel::Error, "unknown level"), 1);
    assert_eq!(host.log.records().len(), 3);
}

#[test]
fn a_bundle_that_starts_is_told_its_dependencies() {
    let (host, _) = host();
    let told = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let noted = Arc::clone(&told);
    host.loader.hook("look", move |api: *const HostApi| {
        noted.lock().extend(table::dependencies(&Table(api)));
        Ok(0)
    });
    let needs = "bundle_dependencies = [\"one\"]\n[[dependency]]\ncontract = \"test.a@1\"\n\
                 min_version = \"1.1\"\nbundle = \"one\"";

    host.load_with("two", needs, "contract test.b@1.0\nfn version 1\ninit hook look").unwrap();

    let one = BundleId::of("one").as_u64();
    let a = call::contract_id("test.a@1").as_u64();
    assert_eq!(*told.lock(), [(a, 1 << 16 | 1, one), (0, 0, one)]);
    assert!(table::dependencies(&Table::of(&host.runtime)).is_empty());
}

#[test]
fn every_bundle_has_a_table_of_its_own() {
    let (host, table) = host();
    let tables = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let noted = Arc::clone(&tables);
    host.loader.hook("who", move |api: *const HostApi| {
        noted.lock().push(api.addr());
        Ok(0)
    });

    for name in ["two", "three"] {
        host.load(name, &format!("contract test.{name}@1.0\ninit hook who")).unwrap();
    }
    host.runtime.reload_bundle(host.folder.of("two")).unwrap();

    let tables = tables.lock();
    assert_ne!(tables[0], tables[1]);
    assert_eq!(tables[0], tables[2], "the same for every generation");
    assert!(!tables.contains(&table.0.addr()));
}
