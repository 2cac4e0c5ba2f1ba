//! Notes at rest: of thousands of notes few are worked on, and the others are kept packed, in about a third of the memory.
//!
//! Invariant: what unpacking gives is what was packed, so a note at rest is the same reading of the same text and says the
//! same; it unpacks itself when someone asks. What was unpacked stays with the value that was asked: a note goes to rest by
//! another value in its place ([`Note::at_rest`]), so that whoever still looks at it keeps it.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use zstd::bulk::{Compressor, Decompressor};

use crate::note::heading_text::Words;
use crate::note::lookup::Lookup;
use crate::note::{Facts, FrontMatter, Note};
use crate::text::{Text, narrow, packing};

/// How a note is kept.
pub(super) enum Form {
    /// As it was read.
    Read(Box<Facts>),
    /// Packed.
    AtRest {
        /// What it says.
        packed: Arc<Packed>,
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

/// What a note says in few bytes, and beside it what is asked of all notes together: they are not woken for that.
pub(super) struct Packed {
    /// The text and after it the facts, in one frame of zstd, so that what headings say is found in the text.
    bytes: Box<[u8]>,
    /// The length of the text.
    text: u32,
    /// That of both.
    all: u32,
    front_matter: Option<Box<FrontMatter>>,
    /// The tags in prose, without `#`.
    tags: Box<[Box<str>]>,
}

impl Packed {
    /// `None` when it cannot be packed, which is for the note to stay as it is.
    fn of(facts: &Facts) -> Option<Self> {
        let mut all = facts.text.as_str().as_bytes().to_vec();
        let text = narrow(all.len());
        let words = Words::of(&facts.headings);
        all = packing(|| postcard::to_extend(&(facts, &*words, facts.lookup.known_terms()), all)).ok()?;
        Some(Self {
            bytes: compressed(&all)?.into(),
            text,
            all: u32::try_from(all.len()).ok()?,
            front_matter: facts.front_matter.clone(),
            tags: facts.tags_in_prose().map(Box::from).collect(),
        })
    }

    fn unpack(&self) -> Box<Facts> {
        // Nothing but `of` makes such bytes, so that they always can be unpacked.
        self.facts().unwrap_or_default()
    }

    fn facts(&self) -> Option<Box<Facts>> {
        let all = decompressed(&self.bytes, self.all as usize)?;
        let (text, facts) = all.split_at_checked(self.text as usize)?;
        let (facts, words, terms): (Facts, Words, _) = packing(|| postcard::from_bytes(facts)).ok()?;
        let text = Text::new(simdutf8::basic::from_utf8(text).ok()?);
        let lookup = Lookup::with_terms(terms);
        let mut facts = Box::new(Facts { text, lookup, ..facts });
        words.give_to(&mut facts.headings);
        Some(facts)
    }
}

/// The fastest of the usual levels: notes are packed while someone may be at work.
const LEVEL: i32 = 1;

thread_local! {
    // What they work with takes longer to be made than a note to be packed.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|known| {
        if known.is_none() {
            *known = Compressor::new(LEVEL).ok();
        }
        known.as_mut()?.compress(bytes).ok()
    })
}

/// `length` is that of what was compressed.
fn decompressed(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|known| {
        if known.is_none() {
            *known = Decompressor::new().ok();
        }
        known.as_mut()?.decompress(bytes, length).ok()
    })
}

impl Facts {
    /// The tags in prose, without `#`.
    fn tags_in_prose(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(|tag| self.text.slice(*tag).trim_start_matches('#'))
    }
}

impl Note {
    /// The front matter. Does not wake a note that rests.
    pub fn front(&self) -> Option<&FrontMatter> {
        match &self.form {
            Form::Read(facts) => facts.front_matter.as_deref(),
            Form::AtRest { packed, .. } => packed.front_matter.as_deref(),
        }
    }

    /// The tags of the front matter and then those in prose, without `#`. Does not wake a note that rests.
    pub fn tag_names(&self) -> impl Iterator<Item = &str> {
        let (facts, at_rest) = match &self.form {
            Form::Read(facts) => (Some(&**facts), &[][..]),
            Form::AtRest { packed, .. } => (None, &*packed.tags),
        };
        let in_front = self.front().into_iter().flat_map(|front| front.tags.iter());
        let in_prose = facts.into_iter().flat_map(Facts::tags_in_prose);
        in_front.chain(at_rest).map(|tag| &**tag).chain(in_prose)
    }

    /// The same reading at rest; `None` when it rests. Costs about half as much as reading it, and next to nothing when it was
    /// at rest before.
    pub fn at_rest(&self) -> Option<Self> {
        let packed = match &self.form {
            Form::Read(facts) => Arc::new(Packed::of(facts)?),
            Form::AtRest { facts, .. } if facts.get().is_none() => return None,
            Form::AtRest { packed, .. } => Arc::clone(packed),
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
