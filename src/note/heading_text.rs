//! What a heading says, wherever it stands; and how that is worded.
//!
//! Invariant: never changes. It is shared by the readings of a note in which a heading stays the same, and with it what was
//! found of its wording, which is looked for when first asked for: most keys are typed elsewhere.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use crate::note::lookup::fold;
use crate::note::{Heading, wording};

/// What a heading says, wherever it stands.
#[derive(Clone, Debug)]
pub struct HeadingText {
    /// The text as shown, without markup: `一、闭包`.
    pub text: Box<str>,
    /// The topic: the text without number, footnote marks and closing white space: `闭包`.
    pub title: Box<str>,
    /// The anchor that GitHub makes, with its `-1` when repeated: `一闭包`.
    pub slug: Box<str>,
    /// An id of its own, from `{#id}` or an HTML attribute.
    pub id: Option<Box<str>>,
    wording: OnceLock<Wording>,
}

/// How a heading is worded, whatever the settings are.
#[derive(Clone, Copy, Debug)]
struct Wording {
    /// The title asks something.
    asks: bool,
    /// The title is one of those that never ask.
    title_reserved: bool,
    /// The text is.
    text_reserved: bool,
    /// The text belongs to a template.
    placeholder: bool,
    /// A number for all titles that are the same as names are compared.
    name: u64,
}

impl PartialEq for HeadingText {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.title, &self.slug, &self.id) == (&other.text, &other.title, &other.slug, &other.id)
    }
}

impl Eq for HeadingText {}

impl HeadingText {
    /// What a heading says.
    pub fn new(text: Box<str>, title: Box<str>, slug: Box<str>, id: Option<Box<str>>) -> Self {
        Self { text, title, slug, id, wording: OnceLock::new() }
    }

    /// The same with another anchor.
    #[must_use]
    pub fn with_slug(&self, slug: Box<str>) -> Self {
        Self { slug, ..self.clone() }
    }

    fn wording(&self) -> Wording {
        *self.wording.get_or_init(|| {
            let title_reserved = wording::is_plainly_reserved(&self.title);
            let same = self.text == self.title;
            let text_reserved = if same { title_reserved } else { wording::is_plainly_reserved(&self.text) };
            let mut hasher = DefaultHasher::new();
            fold(&self.title).hash(&mut hasher);
            Wording {
                asks: wording::is_plain_question(&self.title),
                title_reserved,
                text_reserved,
                placeholder: wording::is_placeholder(&self.text),
                name: hasher.finish(),
            }
        })
    }
}

impl Heading {
    /// A number for all titles that are the same whatever the case of their letters; others have another one.
    pub fn name_key(&self) -> u64 {
        self.said.wording().name
    }

    /// Whether the heading belongs to a template; see [`wording::is_placeholder`].
    pub fn is_placeholder(&self) -> bool {
        self.said.wording().placeholder
    }

    /// Whether the title asks something. `words` are further words from the settings.
    pub fn asks(&self, words: &[String]) -> bool {
        self.said.wording().asks || wording::has_word(&self.title, words)
    }

    /// Whether the heading never asks: sources, contents, a version, a date. `reserved` are further ones from the
    /// settings. A version or a date begins with what looks like a number: then the whole text tells.
    pub fn is_reserved(&self, reserved: &[String]) -> bool {
        let wording = self.said.wording();
        let numbered = self.number.is_some();
        wording.title_reserved
            || (numbered && wording.text_reserved)
            || wording::is_one_of(&self.title, reserved)
            || (numbered && wording::is_one_of(&self.text, reserved))
    }
}
