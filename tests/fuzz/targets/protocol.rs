//! Anything that comes from a client, whole messages and broken ones: nothing panics, every request has one answer,
//! and the server ends when its input does.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: studymark_fuzz::targets::protocol::prepare(), |data: &[u8]| studymark_fuzz::targets::protocol::check(data));
