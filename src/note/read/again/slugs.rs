//! The anchors of a note's headings after an edit: repeated ones are numbered through the whole note.
//!
//! Invariant: anchors with one root (`a`, `a-1` and `a-1-2` have the root `a`) are numbered apart from all others, so that
//! an edit of one heading concerns those alone whose anchors have the root of its old or its new one.

use std::collections::HashSet;

use crate::note::heading_text::{NewText, Writer};
use crate::note::read::again::splice::Replaced;
use crate::note::slug::{Slugger, slug};
use crate::note::{Heading, Note};

/// Numbers the anchors again. Those of headings outside of what was replaced are as they were before, those inside are
/// numbered as if nothing stood before them.
pub fn number_again(old: &Note, headings: &mut [Heading], replaced: Replaced) {
    let Replaced { first, last, count } = replaced;
    let before = old.headings.get(first..last).unwrap_or_default();
    let after = headings.get_mut(first..first + count).unwrap_or_default();
    let mut renamed = Vec::new();
    let mut words = Writer::default();
    if before.len() == after.len()
        && before.iter().zip(&*after).all(|(before, after)| before.text() == after.text())
    {
        for (at, (before, after)) in (first..).zip(before.iter().zip(&mut *after)) {
            let as_before = NewText { slug: before.slug(), ..after.said.parts() };
            if as_before == before.said.parts() {
                after.said = before.said.clone();
            } else if after.slug() != before.slug() {
                words.push(&as_before);
                renamed.push(at);
            }
        }
    } else {
        let touched: HashSet<String> = before
            .iter()
            .chain(&*after)
            .map(|heading| slug(heading.text()))
            .map(|anchor| root(&anchor).to_owned())
            .collect();
        let mut slugger = Slugger::default();
        for (at, heading) in headings.iter().enumerate() {
            if touched.contains(root(heading.slug())) {
                let slug = slugger.next(heading.text());
                if heading.slug() != slug {
                    words.push(&NewText { slug, ..heading.said.parts() });
                    renamed.push(at);
                }
            }
        }
    }
    for (at, said) in renamed.into_iter().zip(words.finish()) {
        headings[at].said = said;
    }
}

/// An anchor without the numbers at its end.
fn root(anchor: &str) -> &str {
    let mut root = anchor;
    while let Some((rest, number)) = root.rsplit_once('-') {
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        root = rest;
    }
    root
}
