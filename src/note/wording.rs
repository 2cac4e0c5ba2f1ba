//! How a question is worded, and how an answer is put off.
