//! What benchmarks measure with.

use std::time::{Duration, Instant};

/// How long `work` takes; what it makes is dropped afterwards.
pub fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let made = work();
    let elapsed = start.elapsed();
    drop(std::hint::black_box(made));
    elapsed
}

/// The middle one.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
