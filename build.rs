//! Tells the program for which kind of machine it is built.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=STUDYMARK_TARGET={}", std::env::var("TARGET").unwrap_or_default());
}
