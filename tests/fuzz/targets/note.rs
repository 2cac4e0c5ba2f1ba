//! One note and everything that is asked of it by its text, beside a note that links to it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| studymark_fuzz::targets::note::check(data));
