//! Listings, the order of providers, and folders of bundles.

use polyplug::error::RuntimeError;
use polyplug::runtime::RuntimeBuilder;
use polyplug_abi::{BundleId, DispatchType, GuestContractId, Version};
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;

#[test]
fn a_listing_shows_what_runs_now() {
    let host = Host::new();
    let more = "version = \"1.2.3\"";
    host.load_with("base", more, "contract test.base@1.5\nfn version 1\nfn version 1").unwrap();
    let needs = "[[dependency]]\ncontract = \"test.base@1\"\nmin_version = \"1.1\"\n";
    host.load_with("user", needs, "contract test.user@2.0\nfn count").unwrap();
    call::create(&host.contract("test.user@2")).unwrap();
    host.folder.manifest("base", "version = \"2.0.0\"");
    host.reload("base", "contract test.base@1.6\nfn version 2\nfn version 2\nfn version 2")
        .unwrap();

    let [base, user] = host.runtime.bundles().try_into().unwrap();

    assert_eq!((base.name.as_str(), base.id, base.generation), ("base", BundleId::of("base"), 2));
    assert_eq!((base.version, base.loader.as_str()), (Version::new(2, 0, 0), "scripted"));
    assert_eq!(base.path, host.folder.of("base"));
    assert_eq!(base.contracts.len(), 1);
    assert_eq!(base.contracts[0].name, "test.base@1");
    assert_eq!(base.contracts[0].version, Version::new(1, 6, 0));
    assert_eq!(base.contracts[0].functions, Some(3));
    assert_eq!(base.contracts[0].id, GuestContractId::of("test.base", 1));
    assert_eq!(base.contracts[0].plugin, "base");
    assert_eq!(base.contracts[0].dispatch_type, DispatchType::VirtualMachine);
    assert!(base.dependencies.is_empty());
    assert_eq!(user.dependencies, ["contract `test.base@1`"]);
    assert_eq!((user.instances, user.last_error), (1, None));
    host.unload("user").unwrap();
    host.unload("base").unwrap();
    assert!(host.runtime.bundles().is_empty());
}

#[test]
fn a_bundle_that_failed_is_listed_as_failed_until_it_loads() {
    let host = Host::new();
    let folder = host.folder.bundle("folder", "contract test.a@1.0\nfn version 1");
    std::fs::write(folder.join("manifest.toml"), "not = [toml").unwrap();
    host.runtime.load_bundle(&folder).unwrap_err();

    let failed = host.runtime.bundles();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].state, polyplug::runtime::BundleState::Failed);
    assert_eq!(failed[0].name, "folder");
    assert!(failed[0].last_error.as_ref().unwrap().contains("manifest.toml"));

    host.folder.manifest("folder", "name = \"its_name\"");
    host.runtime.load_bundle(&folder).unwrap();

    let names: Vec<_> = host.runtime.bundles().into_iter().map(|bundle| bundle.name).collect();
    assert_eq!(names, ["its_name"], "the failure is over, under whatever name it was kept");
}

#[test]
fn providers_are_ordered_by_priority_and_then_by_name() {
    let host = Host::new();
    let answers = |host: &Host| {
        let id = call::contract_id("test.a@1");
        let all = host.runtime.registry().find_all(id, 0);
        let raw = |handle| host.runtime.registry().resolve_guest_contract(handle).unwrap();
        all.into_iter().map(|handle| call::Raw(raw(handle)).number(0).unwrap()).collect::<Vec<_>>()
    };
    for (name, priority, version) in [("c", 0, 3), ("b", 5, 2), ("d", -1, 4), ("a", 0, 1)] {
        let script = format!("contract test.a@1.0\nfn version {version}");
        host.load_with(name, &format!("priority = {priority}"), &script).unwrap();
    }

    assert_eq!(answers(&host), [2, 1, 3, 4]);
    assert_eq!(host.call("test.a@1").unwrap(), 2);
    host.folder.manifest("d", "priority = 9");
    host.runtime.reload_bundle(host.folder.of("d")).unwrap();
    assert_eq!(answers(&host), [4, 2, 1, 3]);
    host.unload("d").unwrap();
    host.unload("b").unwrap();
    assert_eq!(answers(&host), [1, 3]);
    let of_c = host.runtime.find_guest_contract_by_bundle(
        BundleId::of("c").as_u64(),
        call::contract_id("test.a@1").as_u64(),
        0,
    );
    let raw = host.runtime.registry().resolve_guest_contract(of_c.unwrap()).unwrap();
    assert_eq!(call::Raw(raw).number(0), Ok(3));
}

#[test]
fn a_folder_is_scanned_in_order_and_one_broken_bundle_does_not_stop_the_others() {
    let folder = Folder::new();
    for name in ["c", "a", "e", "b"] {
        folder.bundle(name, &format!("contract test.{name}@1.0\nfn version 1"));
    }
    folder.bundle("d", "contract test.d@1.0\ninit fail 300 no fuel");
    folder.bundle_with("off", "enabled = false", "contract test.off@1.0\nfn version 1");
    std::fs::create_dir(folder.of("no_bundle")).unwrap();
    std::fs::create_dir(folder.of(".hidden")).unwrap();
    let twin = folder.bundle_with("z_twin", "name = \"a\"", "contract test.twin@1.0\nfn version 1");
    let host = Host::new();

    let report = host.runtime.load_folder(folder.path()).unwrap();

    assert_eq!(report.loaded, ["a", "b", "c", "e"]);
    assert_eq!(report.disabled, ["off"]);
    let failed: Vec<_> = report.failed.iter().map(|one| (one.bundle.as_str(), &one.path)).collect();
    assert_eq!(failed, [("d", &folder.of("d")), ("a", &twin)]);
    assert!(matches!(report.failed[1].error, RuntimeError::DuplicateBundle { .. }));
    assert_eq!(host.loaded(), ["a", "b", "c", "e"]);
    assert_eq!(host.call("test.a@1").unwrap(), 1);
}

#[test]
fn a_plugin_folder_that_is_not_there_fails_the_build() {
    let gone = Folder::new().of("gone");

    let error = RuntimeBuilder::new().plugin_dir(&gone).build().err().unwrap();
    let watching = RuntimeBuilder::new().plugin_dir(&gone).watch(true).build().err().unwrap();

    assert!(error.to_string().contains("gone"), "{error}");
    assert!(watching.to_string().contains("gone"), "{watching}");
}

#[test]
fn watching_turns_reloading_on_in_any_order_of_builder_calls() {
    let config = polyplug_abi::RuntimeConfig::default;
    let builders = [
        RuntimeBuilder::new().watch(true).config(config()),
        RuntimeBuilder::new().config(config()).watch(true),
        RuntimeBuilder::new().watch(true).hot_reload(false),
    ];

    for builder in builders {
        let host = Host::with(|_| builder);
        host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
        host.reload("one", "contract test.a@1.0\nfn version 2").unwrap();
        assert_eq!(host.call("test.a@1").unwrap(), 2);
    }
}

#[test]
fn a_signature_that_is_required_is_missed_before_the_bundle_starts() {
    let host =
        Host::with(|builder| builder.signature_policy(polyplug_abi::SignaturePolicy::Required));

    let error = host.load("one", "contract test.a@1.0\nfn version 1").unwrap_err();

    assert!(matches!(error, RuntimeError::SignatureRejected { .. }), "{error:?}");
    assert_eq!(host.loader.opened(), 0);
}

#[test]
fn a_name_in_two_folders_is_told_with_both() {
    let (host, second) = (Host::new(), Folder::new());
    let first = host.folder.bundle("one", "contract test.one@1.0\nfn version 1");
    let twin = second.bundle("one", "contract test.one@1.0\nfn version 2");
    host.runtime.load_folder(host.folder.path()).unwrap();

    let report = host.runtime.load_folder(second.path()).unwrap();

    let [failed] = &*report.failed else { panic!("{report:?}") };
    let RuntimeError::DuplicateBundle { loaded_from, path, .. } = &failed.error else {
        panic!("{failed:?}")
    };
    assert_eq!((loaded_from, path, &failed.path), (&first, &twin, &twin));
    assert_eq!(host.events.story("one"), ["loaded", "failed"]);
    assert_eq!(host.call("test.one@1").unwrap(), 1);
}

#[test]
fn what_never_was_there_is_not_listed() {
    for required in [true, false] {
        let host = Host::with(|builder| match required {
            true => Author::new().required(builder),
            false => builder,
        });
        for path in ["ghost", "ghost/manifest.toml", "ghost/main.txt", "ghost/deep/down"] {
            let error = host.runtime.load_bundle(host.folder.of(path)).unwrap_err();
            assert!(matches!(error, RuntimeError::Manifest(_)), "{error:?}");
            assert!(host.runtime.bundles().is_empty(), "{path}");
        }
        // What is there and no bundle is listed.
        std::fs::create_dir(host.folder.of("empty")).unwrap();
        host.runtime.load_bundle(host.folder.of("empty")).unwrap_err();
        assert_eq!(host.runtime.bundles()[0].name, "empty");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_something_and_listed() {
    let host = Host::new();
    std::os::unix::fs::symlink("nowhere", host.folder.of("link")).unwrap();
    host.runtime.load_bundle(host.folder.of("link")).unwrap_err();
    assert_eq!(host.runtime.bundles()[0].name, "link");
}

#[test]
fn what_failed_and_is_gone_is_listed_until_somebody_looks() {
    let looks: [fn(&Host); 2] = [
        |host| _ = host.runtime.load_bundle(host.folder.of("one")).unwrap_err(),
        |host| _ = host.runtime.load_folder(host.folder.path()).unwrap(),
    ];
    for look in looks {
        let host = Host::new();
        host.load("one", "init fail 1 no fuel").unwrap_err();
        assert_eq!(host.runtime.bundles().len(), 1);
        std::fs::remove_dir_all(host.folder.of("one")).unwrap();

        look(&host);

        assert!(host.runtime.bundles().is_empty());
    }
}

#[test]
fn what_comes_later_to_a_watched_folder_is_loaded() {
    let host = Host::watching(Folder::new(), |builder| builder);
    host.runtime.load_bundle(host.folder.of("late")).unwrap_err();
    host.folder.bundle("late", "contract test.late@1.0\nfn version 1");
    wait_until("it is loaded", || {
        host.runtime.poll().unwrap();
        host.loaded() == ["late"]
    });
    assert_eq!(host.runtime.bundles().len(), 1);
}
