//! The real binary, as people and tools run it.
