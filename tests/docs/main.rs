//! Documentation says what the code does.
