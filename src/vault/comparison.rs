//! What comparing the questions of a note with other sections finds.
//!
//! Invariant: it depends on the vault alone; what the settings switch off is not looked for.

use std::sync::Arc;

use crate::config;
use crate::note::Note;
use crate::note::lineage::Reading;
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::elsewhere::Elsewhere;
use crate::vault::era::Era;
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

/// What a comparison rests on: as long as that holds, to compare anew finds the same.
#[derive(Clone, Default)]
pub struct Basis {
    /// In which headings, files and settings stay the same.
    era: Era,
    /// The note and the others that were looked at.
    notes: Vec<(NotePath, Reading)>,
}

impl Basis {
    /// Whether all of it is as it was, in a vault that came of the one where it was found.
    pub fn holds(&self, vault: &Vault) -> bool {
        let is_same = |(path, reading): &(NotePath, Reading)| {
            vault.note(path).is_some_and(|now| now.reading() == *reading)
        };
        !self.notes.is_empty() && self.era == vault.era() && self.notes.iter().all(is_same)
    }
}

impl Vault {
    /// Compares the questions of `note` with other sections. `topics` is the index of this vault.
    pub fn compare(&self, topics: &Topics, note: &Arc<Note>) -> Comparison {
        self.compare_on(topics, note).0
    }

    /// The same, with what it rests on.
    pub fn compare_on(&self, topics: &Topics, note: &Arc<Note>) -> (Comparison, Basis) {
        let answers = self.answers(note);
        let told = self.config_of(&note.path).questions.elsewhere != config::Elsewhere::Off;
        let mut notes = vec![Arc::clone(note)];
        let elsewhere = if told { self.elsewhere(topics, note, &answers, &mut notes) } else { Vec::new() };
        let similar = if told { similar(note, &answers) } else { Vec::new() };
        let twins = self.twins(topics, note, &answers, &mut notes);
        let notes = notes.iter().map(|note| (note.path.clone(), note.reading())).collect();
        (Comparison { elsewhere, twins, similar }, Basis { era: self.era(), notes })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::{Basis, Comparison};
    use crate::config::{Config, Twice};
    use crate::fixture::Fixture;
    use crate::note::Note;
    use crate::path::NotePath;
    use crate::vault::topics::Topics;

    const NOTES: &str = "\
//- a.md
# 内存逃逸分析？

## 写屏障是什么？
//- b.md
# 逃逸分析与内存

内存逃逸分析由编译器做。

## 写屏障是什么？
//- c.md
# 页表

由内核写。
//- d.md
# Go

## 什么是闭包？

函数。
//- e.md
# JS

## 什么是闭包？

函数。
";

    /// Notes in which questions are told that are asked twice anywhere.
    fn fixture(notes: &str) -> Fixture {
        let mut config = Config::default();
        config.questions.duplicates = Twice::Workspace;
        Fixture::with_config(notes, config)
    }

    #[test]
    fn what_was_not_looked_at_may_change() {
        let held_of = |of: &str, path: &str, text: &str| {
            let mut fixture = fixture(NOTES);
            let note = Arc::clone(fixture.note(of));
            let (_, basis) = fixture.vault.compare_on(&Topics::of(&fixture.vault), &note);
            assert!(basis.holds(&fixture.vault) && !Basis::default().holds(&fixture.vault));
            fixture.vault.insert(Arc::new(Note::read(NotePath::new(path), text)));
            basis.holds(&fixture.vault)
        };
        let held = |path: &str, text: &str| held_of("a.md", path, text);
        assert!(held("/c.md", "# 页表\n\n由内核和 CPU 写。\n"));
        assert!(!held("/c.md", "# 页表与逃逸\n\n由内核写。\n"), "another heading");
        assert!(!held("/b.md", "# 逃逸分析与内存\n\n无。\n\n## 写屏障是什么？\n"), "a candidate");
        assert!(!held("/a.md", "# 内存逃逸分析？\n\n有。\n\n## 写屏障是什么？\n"), "the note itself");
        assert!(!held("/f.md", "# 新\n"), "a note more");
        assert!(!held_of("d.md", "/e.md", "# JS\n\n## 什么是闭包？\n\n无。\n"), "a copy");
        assert!(held_of("d.md", "/c.md", "# 页表\n\n无。\n"));
    }

    proptest! {
        #[test]
        fn what_holds_is_what_comparing_anew_finds(
            steps in prop::collection::vec((0..4_usize, prop::collection::vec(0..LINES.len(), 0..7)), 1..12),
        ) {
            let mut vault = fixture("").vault;
            let mut topics = Topics::default();
            let mut kept: Vec<(Comparison, Basis)> = vec![Default::default(); 4];
            for (n, lines) in steps {
                let text: String = lines.into_iter().map(|line| LINES[line]).collect();
                vault.insert(Arc::new(Note::read(NotePath::new(&format!("/{n}.md")), text)));
                topics.update(&vault);
                for (n, kept) in kept.iter_mut().enumerate() {
                    let Some(note) = vault.note(&NotePath::new(&format!("/{n}.md"))) else { continue };
                    let found = vault.compare_on(&topics, note);
                    prop_assert!(!kept.1.holds(&vault) || kept.0 == found.0, "{n}");
                    *kept = found;
                }
            }
        }
    }

    const LINES: [&str; 9] = [
        "# 内存逃逸分析？\n",
        "## 写屏障是什么？\n",
        "## 逃逸分析\n",
        "### 页表\n",
        "内存逃逸分析由编译器做。\n",
        "写屏障是一种机制，见 [页表](1.md#页表)。\n",
        "> [!question] 页表由谁写？\n",
        "- [x] 页表由内核写。\n\n",
        "略\n\n",
    ];
}
