//! What comparing the questions of a note with other sections finds.
//!
//! Invariant: it depends on the vault alone; what the settings switch off is not looked for.

use std::sync::Arc;

use crate::config;
use crate::note::Note;
use crate::vault::Vault;
use crate::vault::elsewhere::Elsewhere;
use crate::vault::similar::{Similar, similar};
use crate::vault::topics::Topics;
use crate::vault::twins::Twin;

/// What comparing the questions of a note with other sections found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Comparison {
    /// Where the answers to open questions may stand, by place.
    pub elsewhere: Vec<Elsewhere>,
    /// The questions that are asked twice, by section.
    pub twins: Vec<Twin>,
    /// Questions that are nearly the same, by section.
    pub similar: Vec<Similar>,
}

impl Vault {
    /// Compares the questions of `note` with other sections. `topics` is the index of this vault.
    pub fn compare(&self, topics: &Topics, note: &Arc<Note>) -> Comparison {
        let answers = self.answers(note);
        let told = self.config_of(&note.path).questions.elsewhere != config::Elsewhere::Off;
        let elsewhere = if told { self.elsewhere(topics, note, &answers) } else { Vec::new() };
        let similar = if told { similar(note, &answers) } else { Vec::new() };
        Comparison { elsewhere, twins: self.twins(topics, note, &answers), similar }
    }
}
