//! The orders of a note's headings after an edit, most of which say what they did.
//!
//! Invariant: they are those that would be made anew. The anchor of a heading rests on its own text and on the anchors before it
//! that have the same root ([`root`]), so only families in which a heading came or went are given theirs again.

use std::borrow::Cow;
use std::sync::Arc;

use crate::note::lineage::{MOST_REPLACED, Replaced};
use crate::note::lookup::{Order, Orders, bare_slug, mkdocs_key, title_key};
use crate::note::slug::{Slugger, Slugs, root, slug};
use crate::note::{Heading, Note};
use crate::text::narrow;

impl Orders {
    /// What is known of the headings of `new`, when this is known of those of `old` and these were replaced.
    pub(super) fn of_headings_after(&self, old: &Note, new: &Note, replaced: &Replaced) -> Self {
        if replaced.is_empty() {
            return Self {
                anchors_of_headings: self.anchors_of_headings.clone(),
                slugs: self.slugs.clone(),
                titles: self.titles.clone(),
                mkdocs_slugs: self.mkdocs_slugs.clone(),
                ..Self::default()
            };
        }
        if replaced.len() > MOST_REPLACED {
            // All is made anew when it is asked for.
            return Self::default();
        }
        let came: Vec<usize> = replaced.come().collect();
        let mut after = Self {
            titles: order_after(&self.titles, replaced, &came, |index| title_key(new, index)),
            mkdocs_slugs: order_after(&self.mkdocs_slugs, replaced, &came, |index| mkdocs_key(new, index)),
            ..Self::default()
        };
        if let (Some(known), Some(order)) = (self.anchors_of_headings.get(), self.slugs.get()) {
            let others = other_anchors((known, order), old, new, replaced);
            let slugs = Arc::new(known.with(replaced, &others));
            let others: Vec<usize> = others.into_iter().map(|(index, _)| index).collect();
            after.slugs = order_after(&self.slugs, replaced, &others, |index| bare_slug(slugs.get(index)));
            after.anchors_of_headings = slugs.into();
        }
        after
    }
}

/// The anchors of headings that came, and those of others that are not what they were; by index after, in order.
fn other_anchors(
    (known, order): (&Slugs, &[u32]),
    old: &Note,
    new: &Note,
    replaced: &Replaced,
) -> Vec<(usize, String)> {
    let headings = |of: &'_ Note, which| -> Vec<String> {
        let headings: &[Heading] = of.headings.get(which).unwrap_or_default();
        headings.iter().map(|heading| root(&bare_slug(&slug(heading.text()))).to_owned()).collect()
    };
    let mut roots = headings(old, replaced.gone());
    roots.extend(headings(new, replaced.come()));
    roots.sort_unstable();
    roots.dedup();
    let mut members: Vec<(usize, Option<usize>)> = replaced.come().map(|index| (index, None)).collect();
    for root in &roots {
        let family = family(order, |index| bare_slug(known.get(index as usize)), root);
        members.extend(family.filter_map(|index| Some((replaced.moved(index)?, Some(index)))));
    }
    members.sort_unstable();
    let mut slugger = Slugger::default();
    let mut others = Vec::new();
    for (index, before) in members {
        let Some(heading) = new.headings.get(index) else { continue };
        let anchor = slugger.next(heading.text());
        if before.is_none_or(|before| known.get(before) != anchor) {
            others.push((index, anchor.to_owned()));
        }
    }
    others
}

/// The indices in an order of anchors of those with this root.
fn family<'a>(
    order: &'a [u32],
    key: impl Fn(u32) -> Cow<'a, str> + Copy + 'a,
    wanted: &'a str,
) -> impl Iterator<Item = usize> + 'a {
    let from = move |bound: &str| order.partition_point(|&index| *key(index) < *bound);
    let called = order.iter().skip(from(wanted)).take_while(move |index| *key(**index) == *wanted);
    // Behind the last digit comes a colon.
    let (first, last) = (from(&format!("{wanted}-0")), from(&format!("{wanted}-:")));
    let numbered = order.get(first..last).unwrap_or_default().iter();
    let repeats = numbered.filter(move |index| root(&key(**index)) == wanted);
    called.chain(repeats).map(|index| *index as usize)
}

/// An order after headings were replaced; `others` are the indices after of those that came and of those with another key, in
/// order.
fn order_after<K: Ord>(
    known: &Order,
    replaced: &Replaced,
    others: &[usize],
    key: impl Fn(usize) -> K,
) -> Order {
    let Some(known) = known.get() else { return Order::new() };
    let moved = known.iter().filter_map(|index| replaced.moved(*index as usize));
    let kept: Vec<usize> = moved.filter(|index| others.binary_search(index).is_err()).collect();
    let mut others = others.to_vec();
    others.sort_by_cached_key(|index| key(*index));
    let mut order = Vec::with_capacity(kept.len() + others.len());
    let mut rest = &kept[..];
    for other in others {
        let wanted = (key(other), other);
        let (before, behind) = rest.split_at(rest.partition_point(|&index| (key(index), index) < wanted));
        order.extend(before.iter().copied().map(narrow));
        order.push(narrow(other));
        rest = behind;
    }
    order.extend(rest.iter().copied().map(narrow));
    let order: Arc<[u32]> = order.into();
    order.into()
}
