//! For the loom tests: runs a model and tells how many executions it had.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p polyplug --release --lib loom -- --nocapture --test-threads 1`

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Runs `body` in every order that takes the core away from a thread at most `preemptions` times
/// where it would go on (`LOOM_MAX_PREEMPTIONS` overrides it).
///
/// loom takes a sequentially consistent fence for a synchronization with every such fence before it.
/// That is more than the language promises, so it proves the store-load order that `barrier` is for;
/// that contents are published is proved by reaching them through loom's cells, whose accesses are
/// checked against the acquire/release pairs as well.
pub(crate) fn explore(name: &str, preemptions: usize, body: impl Fn() + Send + Sync + 'static) {
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&executions);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.max_branches = 10_000;
    let started = Instant::now();
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        body();
    });
    let count = executions.load(Ordering::Relaxed);
    println!("{name}: {count} executions in {:.1?}", started.elapsed());
}
