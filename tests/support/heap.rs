//! The allocator of the program, for benchmarks that are to measure what it does.

#[cfg(all(feature = "jemalloc", any(target_os = "linux", target_os = "macos")))]
pub use tikv_jemallocator::Jemalloc as Heap;

#[cfg(not(all(feature = "jemalloc", any(target_os = "linux", target_os = "macos"))))]
pub use std::alloc::System as Heap;
