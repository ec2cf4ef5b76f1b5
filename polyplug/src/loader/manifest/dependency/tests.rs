use super::*;

fn contract(contract: &str, min_version: &str) -> RawManifestDependency {
    let (contract, min_version) = (contract.to_owned(), min_version.to_owned());
    RawManifestDependency { contract, min_version, ..RawManifestDependency::default() }
}

#[test]
fn the_floor_is_the_higher_of_contract_and_min_version() {
    for (name, min_version, id, floor) in [
        ("a.b@2", "", "a.b@2", "2.0.0"),
        ("a.b@2", "0.0.0", "a.b@2", "2.0.0"),
        ("a.b@2", "2.4", "a.b@2", "2.4.0"),
        ("a.b@2.5", "2.4", "a.b@2", "2.5.0"),
        ("a.b@2.5.1", "2.5.2", "a.b@2", "2.5.2"),
        ("a.b", "", "a.b@1", "1.0.0"),
        ("a.b", "3.1", "a.b@3", "3.1.0"),
        ("a.b", "0.3", "a.b@0", "0.3.0"),
        ("a.b@0", "0.3", "a.b@0", "0.3.0"),
    ] {
        let parsed = contract(name, min_version).parse().unwrap();
        assert_eq!(parsed.to_string(), format!("contract `{id}`"), "{name} {min_version}");
        assert_eq!(parsed.min_version.to_string(), floor, "{name} {min_version}");
    }
}

#[test]
fn a_contract_or_version_that_is_none_is_refused() {
    for (name, min_version, key) in [
        ("", "", "contract"),
        ("a b", "", "contract"),
        ("a@", "", "contract"),
        ("a@x", "", "contract"),
        ("a@1", "1.x", "min_version"),
        ("a@1", "1.2.3-rc", "min_version"),
        ("a@1", "2", "min_version"),
        ("a", "4294967296", "min_version"),
    ] {
        assert_eq!(
            contract(name, min_version).parse().unwrap_err().key,
            key,
            "{name} {min_version}"
        );
    }
}

#[test]
fn an_id_stands_for_a_name_that_is_not_given() {
    let raw =
        RawManifestDependency { contract_id: Some(7), bundle_id: Some(8), ..contract("", "1.2") };
    let parsed = raw.parse().unwrap();
    assert_eq!(parsed.to_string(), "contract 0x0000000000000007 of bundle 0x0000000000000008");
    assert_eq!(parsed.min_version, Version::new(1, 2, 0));
}

#[test]
fn an_id_that_is_not_the_names_is_refused() {
    let raw = RawManifestDependency { contract_id: Some(7), ..contract("a@1", "") };
    assert_eq!(raw.parse().unwrap_err().key, "contract_id");
    let bundle = Some("b".to_owned());
    let raw = RawManifestDependency { bundle, bundle_id: Some(7), ..contract("a@1", "") };
    assert_eq!(raw.parse().unwrap_err().key, "bundle_id");
}

#[test]
fn a_bundle_has_a_floor_of_its_own() {
    let raw = RawManifestDependency {
        kind: DependencyKind::Bundle,
        bundle: Some("physics".to_owned()),
        ..contract("", "1.2-rc.1")
    };
    let parsed = raw.parse().unwrap();
    assert_eq!(parsed.to_string(), "bundle `physics`");
    assert_eq!(parsed.min_version.to_string(), "1.2.0-rc.1");

    let with_contract = RawManifestDependency { contract: "a@1".to_owned(), ..raw.clone() };
    assert_eq!(with_contract.parse().unwrap_err().key, "contract");
    let nameless = RawManifestDependency { bundle: Some(" ".to_owned()), ..raw };
    assert_eq!(nameless.parse().unwrap_err().key, "bundle");
}

#[test]
fn a_bundle_dependency_is_a_name_and_maybe_a_version() {
    for (text, name, floor) in [
        ("physics", "physics", "0.0.0"),
        ("physics@1.2", "physics", "1.2.0"),
        ("my bundle@1.2.3-rc", "my bundle", "1.2.3-rc"),
        ("a@b@2", "a@b", "2.0.0"),
    ] {
        let parsed = parse_bundle_dependency(text).unwrap();
        assert_eq!(parsed.to_string(), format!("bundle `{name}`"), "{text}");
        assert_eq!(parsed.min_version.to_string(), floor, "{text}");
    }
    for text in ["", "@", "@1", "a@", "a@b", "a\n@1"] {
        assert!(parse_bundle_dependency(text).is_err(), "{text:?}");
    }
}
