//! The program: hands its arguments to the command line.

/// Gives the memory of notes that went to rest back to the system, which the allocators of glibc and macOS do not. Its pages are
/// as large as where it was built, so a program for machines with larger ones is built with `JEMALLOC_SYS_WITH_LG_PAGE`.
#[cfg(all(feature = "jemalloc", any(target_os = "linux", target_os = "macos")))]
#[global_allocator]
static HEAP: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    studymark::cli::run()
}
