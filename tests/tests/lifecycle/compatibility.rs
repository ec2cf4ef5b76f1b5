//! Strict, Relaxed, Yolo: what was promised against what is there.

use polyplug::error::{ProvidedError, RuntimeError};
use polyplug_abi::{AbiErrorCode, Compatibility, LogLevel};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::host::Host;

const ALL: [Compatibility; 3] =
    [Compatibility::Strict, Compatibility::Relaxed, Compatibility::Yolo];

fn host(compatibility: Compatibility) -> Host {
    Host::with(|builder| builder.hot_reload(true).compatibility(compatibility))
}

#[test]
fn a_wrong_function_count_is_an_error_a_warning_or_nothing() {
    for compatibility in ALL {
        let host = host(compatibility);
        let more = "[function_count]\n\"test.a@1\" = 3";

        let loaded = host.load_with("one", more, "contract test.a@1.0\nfn version 1");

        let warnings = host.log.count(LogLevel::Warn, "3 functions");
        match compatibility {
            Compatibility::Strict => {
                let error = loaded.unwrap_err();
                assert!(
                    matches!(
                        error,
                        RuntimeError::Provided(ProvidedError::FunctionCountMismatch {
                            stated: 3,
                            registered: 1,
                            ..
                        })
                    ),
                    "{error:?}"
                );
                assert!(host.loaded().is_empty());
            }
            Compatibility::Relaxed => assert_eq!((loaded.is_ok(), warnings), (true, 1)),
            Compatibility::Yolo => assert_eq!((loaded.is_ok(), warnings), (true, 0)),
        }
    }
}

#[test]
fn provides_that_differs_from_the_code_fails_whatever_the_compatibility() {
    for compatibility in ALL {
        let host = host(compatibility);
        let more = "provides = [\"test.a@1\", \"test.b@1\"]";

        let error =
            host.load_with("one", more, "contract test.b@1.0\ncontract test.c@1.0").unwrap_err();

        let RuntimeError::Provided(ProvidedError::ProvidesMismatch { missing, unexpected, .. }) =
            &error
        else {
            panic!("{error:?}")
        };
        assert_eq!(
            (missing.join(" "), unexpected.join(" ")),
            ("test.a@1".into(), "test.c@1".into())
        );
        assert!(host.loaded().is_empty());
    }
}

#[test]
fn a_lost_function_is_an_error_in_strict_and_a_stub_otherwise() {
    for compatibility in ALL {
        let host = host(compatibility);
        host.load("one", "contract test.a@1.0\nfn version 1\nfn version 1").unwrap();
        let contract = host.contract("test.a@1");
        let raw = Raw::of(&contract);

        let reloaded = host.reload("one", "contract test.a@1.0\nfn version 2");

        if compatibility == Compatibility::Strict {
            let error = reloaded.unwrap_err();
            assert!(
                matches!(
                    error,
                    RuntimeError::Provided(ProvidedError::FunctionsLost { had: 2, has: 1, .. })
                ),
                "{error:?}"
            );
            assert_eq!(call::number(&contract, 1).unwrap(), 1);
            continue;
        }
        reloaded.unwrap();
        let missing = AbiErrorCode::FunctionNotAvailable as u32;
        assert_eq!(call::number(&contract, 0).unwrap(), 2);
        assert_eq!(call::number(&contract, 1).unwrap_err().code, missing);
        assert_eq!(raw.number(1).unwrap_err().0, missing);
        let warned = host.log.count(LogLevel::Warn, "had 2 functions");
        assert_eq!(warned, usize::from(compatibility == Compatibility::Relaxed));
    }
}

#[test]
fn a_lost_contract_is_an_error_in_strict_and_stale_otherwise() {
    for compatibility in ALL {
        let host = host(compatibility);
        host.load("one", "contract test.a@1.0\nfn version 1\ncontract test.b@1.0\nfn version 1")
            .unwrap();
        let contract = host.contract("test.a@1");

        let reloaded = host.reload("one", "contract test.b@1.0\nfn version 2");

        if compatibility == Compatibility::Strict {
            let error = reloaded.unwrap_err();
            assert!(
                matches!(error, RuntimeError::Provided(ProvidedError::ContractLost { .. })),
                "{error:?}"
            );
            assert_eq!(call::number(&contract, 0).unwrap(), 1);
            continue;
        }
        reloaded.unwrap();
        let error = call::number(&contract, 0).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::StaleHandle as u32);
        assert!(host.runtime.contract("test.a@1").is_err());
        assert_eq!(host.call("test.b@1").unwrap(), 2);
        host.reload("one", "contract test.a@1.0\nfn version 3\ncontract test.b@1.0\nfn version 3")
            .unwrap();
        assert_eq!(call::number(&contract, 0).unwrap(), 3, "it comes back");
    }
}

#[test]
fn a_contract_whose_major_was_raised_is_named_with_the_new_one() {
    let host = host(Compatibility::Strict);
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();

    let error = host.reload("one", "contract test.a@2.0\nfn version 2").unwrap_err();

    let told = error.to_string();
    assert!(told.contains("no longer provides `test.a@1`, but `test.a@2` instead"), "{told}");
}

#[test]
fn a_new_minor_is_seen_through_the_same_interface() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    let contract = host.contract("test.a@1");

    host.reload("one", "contract test.a@1.4.2\nfn version 1\nfn version 2").unwrap();

    assert_eq!(contract.version(), polyplug_abi::Version::new(1, 4, 2));
    assert_eq!(call::number(&contract, 1).unwrap(), 2);
}

#[test]
fn watching_is_relaxed_unless_the_host_says_otherwise() {
    use polyplug::runtime::RuntimeBuilder;
    let loses = |builder: RuntimeBuilder| {
        let host = Host::with(|_| builder);
        host.load("one", "contract test.a@1.0\nfn version 1\nfn version 1").unwrap();
        host.reload("one", "contract test.a@1.0\nfn version 2").is_ok()
    };

    assert!(loses(RuntimeBuilder::new().watch(true)));
    assert!(!loses(RuntimeBuilder::new().hot_reload(true)));
    assert!(!loses(RuntimeBuilder::new().compatibility(Compatibility::Strict).watch(true)));
    assert!(!loses(RuntimeBuilder::new().watch(true).compatibility(Compatibility::Strict)));
}
