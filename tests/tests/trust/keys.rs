//! Whose signatures count.

use crate::signed::{Signed, refusal};
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::{Ed25519PublicKey, SignaturePolicy, TrustStore};
use polyplug_tests::author::Author;
use polyplug_tests::host::Host;
use polyplug_tests::language::Scripted;

#[test]
fn a_key_that_the_host_does_not_know_does_not_count() {
    let signed = Signed::new(&Scripted);
    let stranger = Author::new();
    stranger.sign(signed.folder());

    let reason = refusal(&signed.load().unwrap_err());

    let id = stranger.id().to_string();
    assert!(reason.contains(&id) && reason.contains("does not trust"), "{reason}");
}

#[test]
fn a_revoked_key_does_not_count_though_it_is_trusted() {
    let (author, other) = (Author::new(), Author::new());
    let builder = || author.required(RuntimeBuilder::new()).trusted_keys([other.key()]);
    let host = Host::with(|_| builder().revoked_keys([author.id()]));
    let bundle = host.folder.bundle("one", "contract test.a@1.0\nfn version 1");
    author.sign(&bundle);

    let reason = refusal(&host.runtime.load_bundle(&bundle).unwrap_err());

    assert!(reason.contains(&author.id().to_string()) && reason.contains("revoked"), "{reason}");
    other.sign(&bundle);
    host.runtime.load_bundle(&bundle).unwrap();
}

#[test]
fn the_operators_store_trusts_and_revokes() {
    let (author, folder) = (Author::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("trust");
    let mut store = TrustStore::read(&path).unwrap();
    store.add(author.key().try_into().unwrap(), "the author").unwrap();
    store.write().unwrap();
    let required = || RuntimeBuilder::new().signature_policy(SignaturePolicy::Required);
    let trusting = Host::with(|_| required().trust_store(&path));
    let bundle = trusting.folder.bundle("one", "contract test.a@1.0\nfn version 1");
    author.sign(&bundle);
    trusting.runtime.load_bundle(&bundle).unwrap();

    store.revoke(author.id(), "lost").unwrap();
    store.write().unwrap();
    let revoking = Host::with(|_| author.required(required().trust_store(&path)));

    let reason = refusal(&revoking.runtime.load_bundle(&bundle).unwrap_err());
    assert!(reason.contains("revoked"), "{reason}");
}

#[test]
fn a_key_that_anybody_can_sign_for_is_refused_when_the_runtime_is_built() {
    let nothing = Ed25519PublicKey { bytes: [0; 32] };

    let built = RuntimeBuilder::new().trusted_keys([nothing]).build();

    let error = built.err().unwrap().to_string();
    assert!(error.contains("trusted_keys"), "{error}");
}

#[test]
fn a_store_that_is_not_there_is_refused_when_the_runtime_is_built() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("turst");

    for policy in [SignaturePolicy::Required, SignaturePolicy::Off] {
        let builder = RuntimeBuilder::new().signature_policy(policy).trust_store(&path);
        let error = builder.build().err().unwrap().to_string();
        assert!(error.contains("trust_store") && error.contains("turst"), "{error}");
        assert!(error.contains("create it with `polyplug trust add`"), "{error}");
    }
}

#[test]
fn a_store_that_does_not_read_is_refused_when_the_runtime_is_built() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trust");
    std::fs::write(&path, "trust nobody\n").unwrap();
    let builder = || RuntimeBuilder::new().trust_store(&path);

    // Also where signatures do not decide: discovery and the host's callback go by it.
    for policy in [SignaturePolicy::Required, SignaturePolicy::Off] {
        let error = builder().signature_policy(policy).build().err().unwrap().to_string();
        assert!(error.contains("trust_store"), "{error}");
    }
}
