//! The number in front of a heading: which style it has and what it counts.

use crate::text::TextRange;

/// The number in front of a heading's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Number {
    /// Where it stands in the note, closing mark and white space included: `一、` or `1.2 `.
    pub range: TextRange,
    /// What it says, one part a level: `1.2` is `[1, 2]`, `第三章` is `[3]`.
    pub parts: Box<[u32]>,
    /// How it is written.
    pub style: NumberStyle,
}

/// How a [`Number`] is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberStyle {
    /// `一、`, `(一)`, `十二 `
    Chinese,
    /// `1.`, `1、`, `1)`, `1 `, `1.2`
    Arabic,
    /// `第一章`, `第 3 节`
    Chapter,
    /// `Q1`, `Q1.`, `问题1`
    Question,
    /// `1️⃣`, `①`
    Symbol,
    /// `I.`, `IV.`
    Roman,
    /// `A.`, `b)`
    Letter,
}
