//! A few notes, a place in one and a new name for what stands there: the edits fit, and every link that led somewhere
//! leads to the same afterwards.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| studymark_fuzz::targets::rename::check(data));
