//! Headings, definitions, footnotes and anchors of one note by their names.
//!
//! Invariant: an order of the note's items by name is made when it is first asked for and holds for as long as the note,
//! which never changes. So a note with many links and many names costs no more than sorting its names once. Orders are
//! no part of what a note says: notes are equal whether they were asked or not, and whichever reading they came of.

mod again;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, OnceLock};

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::fold::has_unusual;
use crate::note::read::again::Stretch;
use crate::note::slug::{Slugs, mkdocs_slug, root};
use crate::note::terms::{Definition, definitions};
use crate::note::{Anchor, AnchorKind, Heading, Note, numbering};

/// What was asked for of one note. Of most notes that is nothing.
#[derive(Default)]
pub struct Lookup {
    orders: OnceLock<Box<Orders>>,
    terms: OnceLock<Box<[Definition]>>,
}

/// The orders of one note's items, as far as they were asked for.
#[derive(Default)]
struct Orders {
    anchors_of_headings: OnceLock<Arc<Slugs>>,
    slugs: Order,
    titles: Order,
    mkdocs_slugs: Order,
    anchors: Order,
    definitions: Order,
    footnotes: Order,
    unusual: OnceLock<bool>,
}

/// Indices in the order of their names; of equal names the first in the note comes first.
type Order = OnceLock<Arc<[u32]>>;

impl Lookup {
    /// Takes over what is known of `old`, which became `new`, of which only a stretch was read again: orders of names that
    /// stayed the same are those they were.
    pub fn take_over(old: &Note, new: &Note, stretch: &Stretch) {
        let Some(known) = old.lookup.orders.get() else { return };
        let headings = new.headings_since(old, Some(stretch));
        let anchors = new.anchors_since(old, Some(stretch));
        let orders = Orders {
            anchors: if anchors.is_empty() { known.anchors.clone() } else { Order::new() },
            // Where definitions came or went the whole note was read.
            definitions: known.definitions.clone(),
            footnotes: known.footnotes.clone(),
            ..known.of_headings_after(old, new, &headings)
        };
        new.lookup.orders.get_or_init(|| Box::new(orders));
    }
}

impl Lookup {
    /// With what the note defines, if that is known.
    pub(super) fn with_terms(terms: Option<Box<[Definition]>>) -> Self {
        Self { terms: terms.map(OnceLock::from).unwrap_or_default(), ..Self::default() }
    }

    /// What the note defines, if somebody asked for it.
    pub(super) fn known_terms(&self) -> Option<&[Definition]> {
        self.terms.get().map(|terms| &**terms)
    }

    fn orders(&self) -> &Orders {
        self.orders.get_or_init(Box::default)
    }
}

impl PartialEq for Lookup {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Lookup {}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

impl Note {
    /// Whether letters or digits are written in an unusual way somewhere; see [`has_unusual`].
    pub fn has_unusual_letters(&self) -> bool {
        *self.lookup.orders().unusual.get_or_init(|| has_unusual(self.text.as_str()))
    }

    /// What the note defines, by place; found when first asked for.
    pub fn terms(&self) -> &[Definition] {
        self.lookup.terms.get_or_init(|| definitions(self).into())
    }

    /// The anchor that GitHub makes of a heading, given by its index, with its `-1` when repeated: `一闭包`.
    pub fn slug(&self, heading: usize) -> &str {
        let anchors = &self.lookup.orders().anchors_of_headings;
        anchors.get_or_init(|| Slugs::of(self.headings.iter().map(Heading::text)).into()).get(heading)
    }

    /// The index of the heading with this anchor. Letters' case and U+FE0F (which says "as emoji", and which people
    /// leave out) make no difference.
    pub fn heading_by_slug(&self, slug: &str) -> Option<usize> {
        let key = |index: usize| bare_slug(self.slug(index));
        first(&self.lookup.orders().slugs, self.headings.len(), key, &bare_slug(slug))
    }

    /// The indices of the headings whose text or title is `name`, whatever the case of its letters: those with the text
    /// first, each in document order.
    pub fn headings_called(&self, name: &str) -> Vec<usize> {
        let wanted = fold(name);
        let key = |index: usize| title_key(self, index);
        let order = order(&self.lookup.orders().titles, self.headings.len(), key);
        let mut found = equal(order, key, &wanted).to_vec();
        // A text with a number is found by its title, which has none.
        if let Some(title) = numbering::prefix(name).and_then(|prefix| name.get(prefix.len..)) {
            let with_number = |index: &&u32| fold(self.headings[**index as usize].text()) == wanted;
            found.extend(equal(order, key, &fold(title)).iter().filter(with_number));
        }
        let by_title = |index: &u32| fold(self.headings[*index as usize].text()) != wanted;
        found.sort_unstable_by_key(|index| (by_title(index), *index));
        found.dedup();
        found.into_iter().map(|index| index as usize).collect()
    }

    /// The index of the heading with this anchor as mkdocs makes them.
    pub fn heading_by_mkdocs_slug(&self, slug: &str) -> Option<usize> {
        let key = |index: usize| mkdocs_key(self, index);
        first(&self.lookup.orders().mkdocs_slugs, self.headings.len(), key, &slug.to_lowercase())
    }

    /// The index of the anchor of this name: an HTML id or name, or an attribute, as it is written; for `^x` a block's
    /// id, whatever the case of its letters.
    pub fn anchor(&self, name: &str) -> Option<usize> {
        let key = |index: usize| self.anchor_key(&self.anchors[index]);
        let wanted = match name.strip_prefix('^') {
            Some(block) => (true, Cow::Owned(block.to_ascii_lowercase())),
            None => (false, Cow::Borrowed(name)),
        };
        first(&self.lookup.orders().anchors, self.anchors.len(), key, &wanted)
    }

    /// The index of the definition that `label` names (CommonMark 0.31.2, "matches"): of several the first.
    pub fn definition(&self, label: &str) -> Option<usize> {
        let key = |index: usize| fold_label(self.text.slice(self.definitions[index].label));
        first(&self.lookup.orders().definitions, self.definitions.len(), key, &fold_label(label))
    }

    /// The index of the footnote definition of this name: of several the first.
    pub fn footnote(&self, name: &str) -> Option<usize> {
        let key = |index: usize| fold_label(self.text.slice(self.footnotes[index].name));
        first(&self.lookup.orders().footnotes, self.footnotes.len(), key, &fold_label(name))
    }

    fn anchor_key(&self, anchor: &Anchor) -> (bool, Cow<'_, str>) {
        let name = self.text.slice(anchor.name);
        match anchor.kind {
            AnchorKind::Block => (true, Cow::Owned(name.to_ascii_lowercase())),
            AnchorKind::Html | AnchorKind::Attribute => (false, Cow::Borrowed(name)),
        }
    }
}

/// `name` as names are compared: without white space around it, in lower case, composed (file systems and keyboards
/// differ in how they write `é`).
pub fn fold(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    if is_plain(name.as_bytes()) {
        let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
        return if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) };
    }
    let lower = name.to_lowercase();
    Cow::Owned(if is_nfc(&lower) { lower } else { lower.nfc().collect() })
}

/// A number for a name: the same for all that [`fold`] makes equal, and as good as never for others.
pub fn name_hash(name: &str) -> u64 {
    // Odd numbers with as many ones as noughts. Eight bytes at a time, each product folded into one half.
    const FIRST: u64 = 0xa076_1d64_78bd_642f;
    const SECOND: u64 = 0xe703_7ed1_a0b4_28db;
    let mix = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        product as u64 ^ (product >> 64) as u64
    };
    let trimmed = name.trim();
    let folded = if is_plain(trimmed.as_bytes()) { Cow::Borrowed(trimmed) } else { fold(trimmed) };
    let (eights, rest) = folded.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    // What is folded is in lower case already.
    let eights = eights.iter().chain(std::iter::once(&last)).map(|eight| lower(u64::from_le_bytes(*eight)));
    let all = eights.fold(FIRST, |all, eight| mix(all ^ eight, SECOND));
    mix(all ^ folded.len() as u64, FIRST)
}

/// Eight bytes of UTF-8 with the capital letters of ASCII among them as small ones.
fn lower(eight: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low = eight & (EACH * 0x7f);
    // The high bit of each byte tells: from A on; behind Z; no part of a longer character.
    let from_a = low + EACH * (0x80 - b'A' as u64);
    let behind_z = low + EACH * (0x7f - b'Z' as u64);
    let capitals = from_a & !behind_z & !eight & (EACH * 0x80);
    eight | capitals >> 2
}

/// Whether all characters of a text have one case (but for ASCII) and one form, as nearly all in names have. Told by their bytes
/// in UTF-8: names are hashed by the hundred thousand.
fn is_plain(mut text: &[u8]) -> bool {
    loop {
        text = match text {
            [] => return true,
            [0..0x80, rest @ ..] => rest,
            // U+4000 to U+9FFF.
            [0xe4..=0xe9, _, _, rest @ ..] => rest,
            // U+2010 to U+2027.
            [0xe2, 0x80, 0x90..=0xa7, rest @ ..] => rest,
            // U+3000 to U+303F, and U+3400 to U+3FFF.
            [0xe3, 0x80 | 0x90..=0xbf, _, rest @ ..] => rest,
            // U+FF01 to U+FF20.
            [0xef, 0xbc, 0x81..=0xa0, rest @ ..] => rest,
            _ => return false,
        };
    }
}

/// A label as CommonMark compares them: case folded, white space folded (0.31.2, "matches").
pub fn fold_label(label: &str) -> Cow<'_, str> {
    let plain = |c: char| !c.is_uppercase() && (!c.is_whitespace() || c == ' ');
    let trimmed = label.trim();
    if trimmed.chars().all(plain) && !trimmed.contains("  ") {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
}

/// What the order of titles goes by.
fn title_key(note: &Note, heading: usize) -> Cow<'_, str> {
    fold(note.headings[heading].title())
}

/// What the order of mkdocs' anchors goes by.
fn mkdocs_key(note: &Note, heading: usize) -> String {
    mkdocs_slug(note.headings[heading].text())
}

fn order<K: Ord>(order: &Order, count: usize, key: impl Fn(usize) -> K) -> &[u32] {
    order.get_or_init(|| {
        let mut indices: Vec<u32> = (0..count).filter_map(|index| u32::try_from(index).ok()).collect();
        indices.sort_by_cached_key(|&index| key(index as usize));
        indices.into()
    })
}

/// The indices in `order` of the items with this key.
fn equal<'a, K: Ord>(order: &'a [u32], key: impl Fn(usize) -> K, wanted: &K) -> &'a [u32] {
    let start = order.partition_point(|&index| key(index as usize).cmp(wanted) == Ordering::Less);
    let rest = order.get(start..).unwrap_or_default();
    let count = rest.iter().take_while(|&&index| key(index as usize) == *wanted).count();
    &rest[..count]
}

fn first<K: Ord>(known: &Order, count: usize, key: impl Fn(usize) -> K, wanted: &K) -> Option<usize> {
    let order = order(known, count, &key);
    let at = order.partition_point(|&index| key(index as usize).cmp(wanted) == Ordering::Less);
    let index = *order.get(at)? as usize;
    (key(index) == *wanted).then_some(index)
}

/// A number for an anchor of a heading: the same for all that are compared as equal, and for those of all headings that may
/// change each other's anchors, as the second `闭包` changes what the third one gets.
pub fn anchor_family(slug: &str) -> u64 {
    name_hash(root(&fold(&bare_slug(slug))))
}

/// A slug as slugs are compared.
fn bare_slug(slug: &str) -> Cow<'_, str> {
    if slug.contains('\u{fe0f}') || slug.chars().any(char::is_uppercase) {
        return Cow::Owned(slug.replace('\u{fe0f}', "").to_lowercase());
    }
    Cow::Borrowed(slug)
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_that_are_equal_have_one_number() {
        let number = super::name_hash;
        for byte in 0..=u8::MAX {
            let eight = [byte, b'a', byte, b'Z', byte, 0xff, b'@', b'['];
            let small = u64::from_le_bytes(eight.map(|byte| byte.to_ascii_lowercase()));
            assert_eq!(super::lower(u64::from_le_bytes(eight)), small, "{byte}");
        }
        for (one, other) in [("闭包 A", " 闭包 a "), ("É", "e\u{301}"), ("Straße Ü", "straße ü"), ("", "  ")]
        {
            assert_eq!(number(one), number(other), "{one} {other}");
        }
        let names: Vec<String> = (0..20_000)
            .flat_map(|n| [format!("第 {n} 节"), format!("{n}"), "a".repeat(n % 97) + &"\0".repeat(n / 200)])
            .collect();
        let different: std::collections::HashSet<&str> = names.iter().map(String::as_str).collect();
        let numbers: std::collections::HashSet<u64> = different.iter().map(|name| number(name)).collect();
        assert_eq!(numbers.len(), different.len());
    }

    #[test]
    fn folding_is_lower_case_and_composed_whatever_the_character() {
        for c in ('\0'..=char::MAX).filter(|c| !c.is_whitespace()) {
            let lower: String = c.to_lowercase().collect();
            let composed: String = unicode_normalization::UnicodeNormalization::nfc(&*lower).collect();
            assert_eq!(super::fold(&c.to_string()), composed, "{c:?}");
        }
    }

    use crate::fixture::Fixture;

    #[test]
    fn of_equal_names_the_first_in_the_note_is_meant() {
        let fixture = Fixture::parse(
            "# 一、闭包\n# 闭包\n# B a\n<a id=\"x\"></a> <a id=\"x\"></a> <a id=\"X\"></a> text ^Block\n\n[r  s]: a\n[R S]: b\n\n[^N]: a\n[^n]: b\n",
        );
        let note = fixture.first();
        assert_eq!(note.heading_by_slug("闭包"), Some(1));
        assert_eq!(note.heading_by_slug("B-A"), Some(2));
        assert_eq!(note.headings_called("闭包"), [1, 0], "the one that is called just so comes first");
        assert_eq!(note.headings_called(" 一、闭包"), [0]);
        assert!(note.headings_called("二、闭包").is_empty());
        assert_eq!(note.headings_called("b A"), [2]);
        assert_eq!((note.anchor("x"), note.anchor("X"), note.anchor("^bLOCK")), (Some(0), Some(2), Some(3)));
        assert_eq!((note.anchor("Block"), note.anchor("^x")), (None, None));
        assert_eq!(
            (note.definition("r s"), note.definition("R\ts"), note.definition("rs")),
            (Some(0), Some(0), None)
        );
        assert_eq!((note.footnote("n"), note.footnote("m")), (Some(0), None));
    }

    #[test]
    fn an_emoji_is_found_with_and_without_its_variation_selector() {
        let fixture = Fixture::parse("# ❤️ 心\n# ☎ 电话\n");
        let note = fixture.first();
        assert_eq!((note.heading_by_slug("\u{fe0f}-心"), note.heading_by_slug("-心")), (Some(0), Some(0)));
        assert_eq!(note.heading_by_slug("\u{fe0f}-电话"), Some(1));
    }

    #[test]
    fn anchors_of_mkdocs() {
        let fixture = Fixture::parse("# C++ - 的 & new\n# 甲  乙\n");
        let note = fixture.first();
        assert_eq!(note.heading_by_mkdocs_slug("c-的-new"), Some(0));
        assert_eq!(note.heading_by_mkdocs_slug("甲-乙"), Some(1));
        assert_eq!(note.heading_by_mkdocs_slug("甲--乙"), None);
    }
}
