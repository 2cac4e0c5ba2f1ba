//! Notes at rest: of thousands of notes few are worked on, and the others are kept packed, in about a third of the memory.
//!
//! Invariant: what unpacking gives is what was packed, so a note at rest is the same reading of the same text and says the
//! same; it unpacks itself when someone asks. What was unpacked stays with the value that was asked: a note goes to rest by
//! another value in its place ([`Note::at_rest`]), so that whoever still looks at it keeps it.

use std::sync::{Arc, OnceLock};

use crate::note::heading_text::Words;
use crate::note::{Facts, Note};
use crate::text::{Text, narrow};

/// How a note is kept.
pub(super) enum Form {
    /// As it was read.
    Read(Box<Facts>),
    /// Packed.
    AtRest {
        /// What it says.
        packed: Packed,
        /// The same as soon as someone asked for it.
        facts: OnceLock<Box<Facts>>,
    },
}

impl Form {
    /// What the note says.
    #[inline]
    pub(super) fn facts(&self) -> &Facts {
        match self {
            Self::Read(facts) => facts,
            Self::AtRest { packed, facts } => facts.get_or_init(|| packed.unpack()),
        }
    }
}

/// What a note says in few bytes.
#[derive(Clone)]
pub(super) struct Packed {
    /// The text and after it the facts, in one LZ4 block, so that what headings say is found in the text.
    bytes: Arc<[u8]>,
    /// The length of the text.
    text: u32,
    /// That of both.
    all: u32,
    /// The tags, which are asked for of all notes together; see [`Note::tag_names`].
    tags: Box<[Box<str>]>,
}

impl Packed {
    /// `None` when it cannot be packed, which is for the note to stay as it is.
    fn of(facts: &Facts) -> Option<Self> {
        let mut all = facts.text.as_str().as_bytes().to_vec();
        let text = narrow(all.len());
        let words = Words::of(&facts.headings);
        all = postcard::to_extend(&(facts, &*words), all).ok()?;
        let bytes = lz4_flex::block::compress(&all).into();
        let tags = facts.tags_told().map(Box::from).collect();
        Some(Self { bytes, text, all: u32::try_from(all.len()).ok()?, tags })
    }

    fn unpack(&self) -> Box<Facts> {
        // Nothing but `of` makes such bytes, so that they always can be unpacked.
        self.facts().unwrap_or_default()
    }

    fn facts(&self) -> Option<Box<Facts>> {
        let mut all = lz4_flex::block::decompress(&self.bytes, self.all as usize).ok()?;
        let (facts, words): (Facts, Words) = postcard::from_bytes(all.get(self.text as usize..)?).ok()?;
        all.truncate(self.text as usize);
        let mut facts = Box::new(Facts { text: Text::new(String::from_utf8(all).ok()?), ..facts });
        words.give_to(&mut facts.headings);
        Some(facts)
    }
}

impl Facts {
    /// The tags of the front matter and then those in prose, without `#`.
    fn tags_told(&self) -> impl Iterator<Item = &str> {
        let in_front = self.front_matter.iter().flat_map(|front| front.tags.iter().map(|tag| &**tag));
        let in_prose = self.tags.iter().map(|tag| self.text.slice(*tag).trim_start_matches('#'));
        in_front.chain(in_prose)
    }
}

impl Note {
    /// The tags of the front matter and then those in prose, without `#`. Does not wake a note that rests.
    pub fn tag_names(&self) -> impl Iterator<Item = &str> {
        let (facts, tags) = match &self.form {
            Form::Read(facts) => (Some(&**facts), &[][..]),
            Form::AtRest { packed, .. } => (None, &*packed.tags),
        };
        facts.into_iter().flat_map(Facts::tags_told).chain(tags.iter().map(|tag| &**tag))
    }

    /// The same reading at rest; `None` when it rests. Costs about as much as a third of reading it, and next to nothing when
    /// it was at rest before.
    pub fn at_rest(&self) -> Option<Self> {
        let packed = match &self.form {
            Form::Read(facts) => Packed::of(facts)?,
            Form::AtRest { facts, .. } if facts.get().is_none() => return None,
            Form::AtRest { packed, .. } => packed.clone(),
        };
        let form = Form::AtRest { packed, facts: OnceLock::new() };
        Some(Self { path: self.path.clone(), lineage: self.lineage.alone(), form })
    }

    /// Whether it rests, and nobody asked for anything since.
    pub fn rests(&self) -> bool {
        matches!(&self.form, Form::AtRest { facts, .. } if facts.get().is_none())
    }

    /// The same reading, unpacked by itself if it rests: for who looks at all notes, one after the other, and must not keep
    /// them all unpacked.
    pub fn for_a_moment(self: &Arc<Self>) -> Arc<Self> {
        match &self.form {
            Form::AtRest { packed, facts } if facts.get().is_none() => Arc::new(Self {
                path: self.path.clone(),
                lineage: self.lineage.alone(),
                form: Form::Read(packed.unpack()),
            }),
            _ => Arc::clone(self),
        }
    }
}
