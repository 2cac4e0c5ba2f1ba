//! A text and what an editor does to it: the rope, the lines and the syntax tree are as those of the text that the
//! plainest reading of the edits gives, and the vault is as one that is read anew.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| studymark_fuzz::targets::edits::check(data));
