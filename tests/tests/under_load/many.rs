//! Many bundles and contracts.

use super::ALONE;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;

fn contracts(bundle: usize, count: usize) -> String {
    (0..count)
        .map(|number| format!("contract many.b{bundle}.c{number}@1.0\nfn version {bundle}\n"))
        .collect()
}

#[test]
fn a_thousand_bundles_with_ten_thousand_contracts_are_listed_and_found() {
    let _alone = ALONE.lock();
    let folder = Folder::new();
    for bundle in 0..1000 {
        folder.bundle(&format!("b{bundle:04}"), &contracts(bundle, 10));
    }

    let host = Host::over(folder, |folder| {
        polyplug::runtime::RuntimeBuilder::new().plugin_dir(folder.path()).hot_reload(true)
    });

    let bundles = host.runtime.bundles();
    assert_eq!(bundles.len(), 1000);
    for (number, bundle) in bundles.iter().enumerate() {
        assert_eq!(bundle.name, format!("b{number:04}"));
        assert_eq!(bundle.contracts.len(), 10);
        assert_eq!(bundle.contracts[9].name, format!("many.b{number}.c9@1"));
    }
    for bundle in (0..1000).step_by(37) {
        let contract = host.contract(&format!("many.b{bundle}.c7@1"));
        assert_eq!(call::number(&contract, 0).unwrap(), bundle as u32);
        assert_eq!(contract.bundle(), format!("b{bundle:04}"));
    }
}

#[test]
fn one_bundle_with_ten_thousand_contracts_is_loaded_reloaded_and_unloaded() {
    let _alone = ALONE.lock();
    let host = Host::new();
    host.load("wide", &contracts(1, 10_000)).unwrap();
    let contract = host.contract("many.b1.c9999@1");
    assert_eq!(host.runtime.bundles()[0].contracts.len(), 10_000);

    host.reload("wide", &contracts(1, 10_000).replace("version 1", "version 2")).unwrap();

    assert_eq!(call::number(&contract, 0).unwrap(), 2);
    host.unload("wide").unwrap();
    assert!(host.runtime.contract("many.b1.c0@1").is_err());
}
