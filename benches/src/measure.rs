//! Medians of batches.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Batches per measurement; odd, so that the median is one of them.
const BATCHES: usize = 101;

/// How long one batch should take: long enough to make the clock's own cost vanish, and far shorter
/// than the time after which a busy system runs somebody else.
const BATCH: Duration = Duration::from_micros(300);

/// The median time of one call of `operation`, in nanoseconds.
pub fn nanoseconds(mut operation: impl FnMut()) -> f64 {
    let calls = calls_per_batch(&mut operation);
    let mut batches: Vec<f64> = (0..BATCHES).map(|_| batch(&mut operation, calls)).collect();
    median(&mut batches)
}

/// The medians of a floor and of ours, batch by batch in turn.
pub fn pair(mut floor: impl FnMut(), mut ours: impl FnMut()) -> (f64, f64) {
    let (floor_calls, our_calls) = (calls_per_batch(&mut floor), calls_per_batch(&mut ours));
    let (mut floors, mut ourses) = (Vec::new(), Vec::new());
    for _ in 0..BATCHES {
        floors.push(batch(&mut floor, floor_calls));
        ourses.push(batch(&mut ours, our_calls));
    }
    (median(&mut floors), median(&mut ourses))
}

/// The median of the samples that `sample` gives, in nanoseconds, and their 99th percentile.
pub fn samples(count: usize, mut sample: impl FnMut() -> Duration) -> (f64, f64) {
    let mut all: Vec<f64> = (0..count).map(|_| sample().as_nanos() as f64).collect();
    let middle = median(&mut all);
    (middle, all[(all.len() * 99 / 100).min(all.len() - 1)])
}

/// Sorts the values and gives the middle one.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// How many calls `threads` threads make together in one second, each calling its own `operation`.
pub fn calls_per_second<F: FnMut()>(threads: usize, make: impl Fn() -> F + Sync) -> f64 {
    let time = Duration::from_millis(300);
    let mut rounds: Vec<f64> = (0..7)
        .map(|_| {
            let start = std::sync::Barrier::new(threads);
            let counts: Vec<u64> = std::thread::scope(|scope| {
                let spawned: Vec<_> =
                    (0..threads).map(|_| scope.spawn(|| count_for(time, &start, make()))).collect();
                spawned.into_iter().map(|thread| thread.join().unwrap_or(0)).collect()
            });
            counts.iter().sum::<u64>() as f64 / time.as_secs_f64()
        })
        .collect();
    median(&mut rounds)
}

fn count_for(time: Duration, start: &std::sync::Barrier, mut operation: impl FnMut()) -> u64 {
    start.wait();
    let until = Instant::now() + time;
    let mut count = 0;
    while Instant::now() < until {
        for _ in 0..1000 {
            operation();
        }
        count += 1000;
    }
    count
}

fn calls_per_batch(operation: &mut impl FnMut()) -> u64 {
    let mut calls = 1;
    loop {
        let took = time(operation, calls);
        if took >= BATCH {
            return calls;
        }
        calls *= 2;
    }
}

fn batch(operation: &mut impl FnMut(), calls: u64) -> f64 {
    time(operation, calls).as_nanos() as f64 / calls as f64
}

fn time(operation: &mut impl FnMut(), calls: u64) -> Duration {
    let start = Instant::now();
    for _ in 0..black_box(calls) {
        operation();
    }
    start.elapsed()
}
