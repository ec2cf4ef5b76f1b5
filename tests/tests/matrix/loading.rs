//! Loading: what is there afterwards, and what is not.

use polyplug::error::{LoaderError, RuntimeError};
use polyplug::loader::BundleSource;
use polyplug_tests::call;
use polyplug_tests::language::{Behaviour, Language, World, manifest, sources};

for_each_language!(
    a_bundle_is_loaded_found_and_called,
    a_bundle_that_is_loaded_twice_stays_as_it_is,
    a_start_that_fails_is_an_error_that_says_why_and_leaves_nothing,
    code_that_cannot_be_read_is_an_error_with_file_line_and_text,
    a_file_that_is_not_there_is_an_error,
    source_in_memory_is_loaded_like_a_folder,
    bytes_that_are_no_code_are_an_error_of_their_own,
    a_loader_that_the_runtime_does_not_know_loads_into_it,
    two_runtimes_share_nothing,
);

fn a_bundle_is_loaded_found_and_called(language: &dyn Language) {
    let world = World::new(language);

    world.load("one", Behaviour::Counter, 7).unwrap();

    let counter = world.host.contract("test.counter@1");
    assert_eq!(call::number(&counter, 0).unwrap(), 7);
    assert_eq!(call::add(&counter, 2, 40, 2).unwrap(), 42);
    assert_eq!(counter.bundle(), "one");
    assert_eq!(world.host.events.story("one"), ["loaded"]);
}

fn a_bundle_that_is_loaded_twice_stays_as_it_is(language: &dyn Language) {
    let world = World::new(language);
    world.load("one", Behaviour::Counter, 1).unwrap();
    let counter = world.host.contract("test.counter@1");
    call::number(&counter, 1).unwrap();
    let revision = world.host.runtime.registry().revision();

    let error = world.load("one", Behaviour::Counter, 2).unwrap_err();

    assert!(matches!(error, RuntimeError::DuplicateBundle { .. }), "{error:?}");
    assert_eq!(call::number(&counter, 0).unwrap(), 1);
    assert_eq!(call::number(&counter, 1).unwrap(), 2);
    assert_eq!(world.host.runtime.registry().revision(), revision);
}

fn a_start_that_fails_is_an_error_that_says_why_and_leaves_nothing(language: &dyn Language) {
    let world = World::new(language);
    let revision = world.host.runtime.registry().revision();

    let error = world.load("one", Behaviour::BrokenStart, 1).unwrap_err();

    let RuntimeError::Loader(LoaderError::InitFailed { bundle, error: reason, .. }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(bundle, "one");
    assert!(reason.contains("the tank is empty"), "{reason}");
    assert!(world.host.runtime.contract("test.counter@1").is_err());
    assert!(world.host.loaded().is_empty());
    assert_eq!(world.host.runtime.registry().revision(), revision);
    assert_eq!(world.host.events.story("one"), ["failed"]);
    world.load("one", Behaviour::Counter, 2).unwrap();
    assert_eq!(world.host.call("test.counter@1").unwrap(), 2);
}

fn code_that_cannot_be_read_is_an_error_with_file_line_and_text(language: &dyn Language) {
    let world = World::new(language);

    let error = world.load("one", Behaviour::BrokenText, 1).unwrap_err();

    let RuntimeError::Loader(error) = &error else { panic!("{error:?}") };
    match error {
        LoaderError::InitFailed { place: Some(place), .. } if language.is_text() => {
            let text = String::from_utf8(language.code(Behaviour::BrokenText, 1)).unwrap();
            assert_eq!((place.file.as_str(), place.line), (language.file(), 3));
            assert_eq!(place.text.as_deref(), text.lines().nth(2));
        }
        LoaderError::CodeUnusable { bundle, file, .. } if !language.is_text() => {
            assert_eq!((bundle.as_str(), file.as_str()), ("one", language.file()));
        }
        error => panic!("{error:?}"),
    }
    assert!(world.host.loaded().is_empty());
}

fn a_file_that_is_not_there_is_an_error(language: &dyn Language) {
    let world = World::new(language);
    let folder = world.write("one", Behaviour::Counter, 1);
    std::fs::remove_file(folder.join(language.file())).unwrap();

    let error = world.host.runtime.load_bundle(&folder).unwrap_err();

    let text = error.to_string();
    assert!(text.contains("one") && text.contains(language.file()), "{text}");
    assert!(world.host.loaded().is_empty());
}

fn source_in_memory_is_loaded_like_a_folder(language: &dyn Language) {
    for source in sources(language, Behaviour::Counter, 3) {
        let world = World::new(language);

        world.load_from_memory("one", source).unwrap();

        let counter = world.host.contract("test.counter@1");
        assert_eq!(call::number(&counter, 0).unwrap(), 3);
        world.host.runtime.reload_bundle_by_id(polyplug_abi::BundleId::of("one")).unwrap();
        assert_eq!(call::number(&counter, 0).unwrap(), 3);
        world.host.unload("one").unwrap();
        assert!(call::number(&counter, 0).is_err());
    }
}

fn bytes_that_are_no_code_are_an_error_of_their_own(language: &dyn Language) {
    let world = World::new(language);

    let error = world.load_from_memory("one", BundleSource::Bytes(vec![b'-', 0xFF])).unwrap_err();

    let RuntimeError::Loader(error) = &error else { panic!("{error:?}") };
    match error {
        LoaderError::InvalidSourceEncoding { loader, source_kind, bundle }
            if language.bytes_are_text() =>
        {
            assert_eq!((*loader, *source_kind, bundle.as_str()), (language.name(), "bytes", "one"));
        }
        LoaderError::CodeUnusable { bundle, file, .. } if !language.bytes_are_text() => {
            assert_eq!((bundle.as_str(), file.as_str()), ("one", language.file()));
        }
        error => panic!("{error:?}"),
    }
    assert!(world.host.loaded().is_empty());
}

fn a_loader_that_the_runtime_does_not_know_loads_into_it(language: &dyn Language) {
    let host = polyplug_tests::host::Host::new();
    let source = sources(language, Behaviour::Counter, 4).remove(0);

    language.loader().load(&manifest("one", language), &source, &host.runtime).unwrap();

    assert_eq!(host.call("test.counter@1").unwrap(), 4);
}

fn two_runtimes_share_nothing(language: &dyn Language) {
    let (first, second) = (World::new(language), World::new(language));
    first.load("one", Behaviour::Counter, 1).unwrap();
    second.load("one", Behaviour::Counter, 2).unwrap();
    let (here, there) =
        (first.host.contract("test.counter@1"), second.host.contract("test.counter@1"));
    call::number(&here, 1).unwrap();

    first.host.unload("one").unwrap();

    assert!(call::number(&here, 0).is_err());
    assert_eq!(call::number(&there, 0).unwrap(), 2);
    assert_eq!(call::number(&there, 1).unwrap(), 1);
}
