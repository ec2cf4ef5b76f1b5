//! Work on many things at once, on a few threads that end with it.

use std::num::NonZero;
use std::panic;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// More would wait for the same disk and memory.
const MOST_THREADS: usize = 4;

/// So much work for each thread is worth its start, which takes as long as reading some five files.
const EACH: usize = 16;

/// What `work` makes of each item, in order.
///
/// # Errors
/// The first one in the order of the items, and which it is about; what comes after it may be left out.
pub(crate) fn map<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, (usize, E)> {
    let threads = (items.len() / EACH).min(cores());
    if threads < 2 {
        let done = items.iter().enumerate().map(|(at, item)| work(item).map_err(|why| (at, why)));
        return done.collect();
    }
    let (next, end) = (AtomicUsize::new(0), AtomicUsize::new(items.len()));
    let worker = || {
        let mut done = Vec::new();
        loop {
            // In order: all before the first failure have been taken, and are finished by who took them.
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= end.load(Ordering::Relaxed) {
                return done;
            }
            let result = work(&items[at]);
            if result.is_err() {
                end.fetch_min(at, Ordering::Relaxed);
            }
            done.push((at, result));
        }
    };
    let mut done = thread::scope(|scope| {
        // A system that gives no more threads is none that nothing can be read on.
        let start = |_| thread::Builder::new().spawn_scoped(scope, worker).ok();
        let helpers: Vec<_> = (1..threads).filter_map(start).collect();
        let mut done = worker();
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(at, result)| result.map_err(|why| (at, why))).collect()
}

/// Asked for once: the system reads files to answer.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS))
}

#[cfg(test)]
mod tests {
    use super::{EACH, map};

    #[test]
    fn everything_is_done_and_in_order() {
        for count in [0, 1, 2 * EACH - 1, 2 * EACH, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let done = map(&items, |item| Ok::<_, ()>(item * 2)).unwrap();
            assert_eq!(done, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_failure_is_told() {
        let items: Vec<usize> = (0..1000).collect();
        for _ in 0..50 {
            let work = |item: &usize| if item % 100 == 70 { Err(*item) } else { Ok(*item) };
            assert_eq!(map(&items, work), Err((70, 70)));
        }
    }
}
