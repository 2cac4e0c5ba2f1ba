//! The targets of the fuzzer on a few inputs, so that they go on building and holding.
//!
//! Invariant: the inputs are those of `tests/fuzz/first-inputs` in shape, cut from the fixtures and joined by seed.

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use crate::fixtures;
use crate::generate::Random;
use fuzz::{boundary, targets};

/// About how long a piece of a fixture is, in bytes.
const PIECE: usize = 400;

/// Pieces of fixtures, of which one goes into another at a place between characters.
fn pieces(seed: u64, count: usize) -> impl Iterator<Item = Vec<u8>> {
    let all: Vec<String> =
        fixtures().into_iter().map(|(_, text)| text).filter(|text| text.len() > 8).collect();
    let mut random = Random::new(seed);
    (0..count).map(move |_| {
        let mut piece = |longest: usize| {
            let text = &all[random.below(all.len())];
            let start = boundary(text, random.below(text.len()));
            let end = boundary(text, (start + longest).min(text.len()));
            text[start..end].to_owned()
        };
        let (mut outer, inner) = (piece(PIECE), piece(PIECE / 8));
        let at = boundary(&outer, random.below(outer.len() + 1));
        outer.insert_str(at, &inner);
        outer.into_bytes()
    })
}

#[test]
fn notes() {
    pieces(1, 40).for_each(|piece| targets::note::check(&piece));
}

#[test]
fn edits() {
    for piece in pieces(2, 40) {
        let edits = "\u{2}\u{1}\u{2}\u{3}\u{1}闭包".as_bytes();
        let heading = b"\x05\0\x07\x04\x03## ?\r\n";
        let far = b"\x01\xfe\x03\0\x01";
        let input = [&b"\x01"[..], &piece].concat();
        targets::edits::check(&[&input[..], edits, heading, far].join(&fuzz::PART));
    }
}

#[test]
fn renames() {
    let links = "\n[[闭包]] [x](sub/闭包.md#闭包) [[#a]]\n".as_bytes();
    let others = "# 闭包\n\n见 [a](../a.md) 和 [[a#1. a]]。\n".as_bytes();
    for (piece, place) in pieces(3, 120).zip(0_u8..) {
        let place = [0, place % 2, place.wrapping_mul(37)];
        let note = [&piece[..], links].concat();
        targets::rename::check(&[&place[..], "新的名字 x".as_bytes(), &note, others].join(&fuzz::PART));
    }
    // A heading that is nothing but a link to itself has no link any more.
    let (at_name, note) = (&b"\0\0\x05"[..], &b"# [[#a]]\n"[..]);
    targets::rename::check(&[at_name, "新的名字 x".as_bytes(), note].join(&fuzz::PART));
}

#[test]
fn messages() {
    targets::protocol::prepare();
    for piece in pieces(4, 12) {
        let opened = [&[0; 8][..], &piece].concat();
        let changed = "\u{1}\0\u{1}\0\u{1}\u{2}\u{1}闭".as_bytes();
        let mut input = [&b"\x0b"[..], &opened, changed].join(&fuzz::PART);
        for method in (4..=32).chain([33, 35, 36, 37, 39, 40, 42, 45]) {
            input.extend([fuzz::PART, method]);
            input.extend("\0\u{3}\u{2}\u{3}\u{5}\u{1}新".as_bytes());
        }
        targets::protocol::check(&input);
    }
}
