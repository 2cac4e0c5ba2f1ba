//! Where the names of the glossary stand in the prose of a note.
//!
//! Invariant: nothing is found in code (but that which defines names), links, math, HTML, front matter or addresses; the longest name wins; a name that
//! ends in Latin letters ends there; a short or common word counts only as it is written, in its own chapter.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use memchr::memmem::Finder;
use rayon::prelude::*;

use crate::fold::{Folded, is_han};
use crate::note::terms::Pattern;
use crate::note::{Mask, MaskKind, Note};
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::{Glossary, NameId, names_of};
use crate::vault::holders::Holders;

/// So few notes are looked at faster by one processor than given to another.
const FEW: usize = 8;

/// A name in prose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mention {
    /// Where it stands.
    pub range: TextRange,
    /// Which name it is.
    pub name: NameId,
}

/// English words that are spoken of everywhere and are names only where they are defined.
const COMMON: &[&str] = &[
    "new", "make", "select", "range", "map", "set", "get", "list", "type", "string", "int", "len", "cap",
    "copy", "append", "delete", "close", "print", "func", "function", "class", "object", "value", "key",
    "data", "file", "node", "test", "name", "index", "error", "array", "slice", "channel", "return", "for",
    "while", "if", "else", "switch", "case", "break", "continue", "go", "defer", "import", "package",
    "const", "var", "let", "true", "false", "nil", "null", "this", "self", "super", "static", "final",
    "public", "private", "code", "link", "note", "time", "date", "user", "system", "process", "thread",
    "server", "client", "network", "state", "event", "table", "row", "column", "query", "start", "stop",
    "read", "write", "open", "run", "call", "use", "work", "form", "page", "text", "word", "line", "point",
    "group", "order", "number", "size", "path", "root", "tree", "graph", "stack", "queue", "heap", "hash",
    "the", "all", "one", "and", "not", "with", "from", "into", "main", "base", "model", "view", "style",
    "color", "image", "video",
];

/// Whether a folded name is a short or common word of Latin letters, which is mostly meant as such.
pub fn is_guarded(folded: &str) -> bool {
    folded.is_ascii() && (folded.len() <= 2 || COMMON.contains(&folded))
}

impl Vault {
    /// The mentions in `note`, by place; where it defines a name itself is none. `glossary` is that of this vault or of an
    /// earlier one. They are remembered for as long as neither the note nor the names change.
    pub fn mentions(&self, glossary: &Glossary, note: &Arc<Note>) -> Arc<[Mention]> {
        let key = (note.path.clone(), note.reading(), glossary.revision());
        if let Some(known) = glossary.remembered(&key) {
            return known;
        }
        let found: Arc<[Mention]> =
            self.mentions_in(glossary, note, TextRange::new(0, note.text.len())).into();
        glossary.remember(key, Arc::clone(&found));
        found
    }

    /// The name that stands at the byte at `offset`, spoken of or defined, and where.
    pub fn name_at(&self, glossary: &Glossary, note: &Arc<Note>, offset: usize) -> Option<Mention> {
        let line = note.text.line_range(note.text.line_of(offset));
        let mentions = self.mentions_in(glossary, note, line);
        mentions.into_iter().find(|mention| mention.range.touches(offset)).or_else(|| {
            let defined = note.terms().iter().find(|defined| defined.name_range.touches(offset))?;
            Some(Mention { range: defined.name_range, name: glossary.id(&defined.name)? })
        })
    }

    /// As [`Vault::name_at`], and where the whole of a code span or of a link's label is a name: asked there, one wants to
    /// know what it means, though it is not spoken of in prose.
    pub fn name_shown_at(&self, glossary: &Glossary, note: &Arc<Note>, offset: usize) -> Option<Mention> {
        let inside = |mask: &&Mask| mask.kind == MaskKind::CodeSpan && mask.range.touches(offset);
        let code = note.masks.iter().find(inside).map(|mask| {
            let source = note.text.slice(mask.range);
            let lead = source.len() - source.trim_start_matches(['`', ' ']).len();
            let shown = source.trim_matches(['`', ' ']).len();
            TextRange::new(mask.range.start() + lead, mask.range.start() + lead + shown)
        });
        let label = || note.links.iter().find(|link| link.range.touches(offset)).map(|link| link.label);
        self.name_at(glossary, note, offset).or_else(|| {
            let range = code.or_else(label)?;
            let name = glossary.id(note.text.slice(range))?;
            counts(glossary, &Own::of(note), range, name).then_some(Mention { range, name })
        })
    }

    /// Every place where one of these names is spoken of, by note and place. Costs what the notes are that may hold them; in
    /// those only the lines are read that may.
    pub fn mentions_of(&self, glossary: &Glossary, names: &[NameId]) -> Vec<(Arc<Note>, TextRange)> {
        let written: Vec<&str> = names.iter().map(|name| glossary.folded(*name)).collect();
        let holders = Holders::of(written.iter().copied());
        let finders: Vec<Finder<'_>> = written.iter().map(|name| Finder::new(*name)).collect();
        let notes = glossary.imprints().holders(self, &written);
        let found = notes.par_iter().with_min_len(FEW).flat_map_iter(|note| {
            let lines = holders.lines_in(note);
            let mut found = Vec::new();
            if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
                let mut prose = Prose::of(glossary, note, TextRange { start: first.start, end: last.end });
                for line in &lines {
                    let text = Folded::of(note.text.slice(*line));
                    if finders.iter().any(|name| name.find(text.text.as_bytes()).is_some()) {
                        prose.read(&text, line.start(), &mut found);
                    }
                }
            }
            let of_names = found.into_iter().filter(|mention| names.contains(&mention.name));
            of_names.map(|mention| (Arc::clone(note), mention.range)).collect::<Vec<_>>()
        });
        found.collect()
    }

    fn mentions_in(&self, glossary: &Glossary, note: &Arc<Note>, within: TextRange) -> Vec<Mention> {
        let mut found = Vec::new();
        let text = Folded::of(note.text.slice(within));
        Prose::of(glossary, note, within).read(&text, within.start(), &mut found);
        found
    }
}

/// What is spoken of in a note, found in stretches of it, one behind the other. Each is some whole lines: no name goes over
/// the end of a line, so what is found in one is the same whatever stands around it.
struct Prose<'a> {
    glossary: &'a Glossary,
    note: &'a Note,
    own: Own<'a>,
    /// Where nothing is a mention, in order, as far as that is still ahead.
    silent: std::iter::Peekable<std::vec::IntoIter<TextRange>>,
}

impl<'a> Prose<'a> {
    /// That of a part of a note.
    fn of(glossary: &'a Glossary, note: &'a Note, within: TextRange) -> Self {
        let silent = silent_ranges(note, within).into_iter().peekable();
        Self { glossary, note, own: Own::of(note), silent }
    }

    /// Adds what is spoken of in the stretch that begins at the byte at `from`.
    fn read(&mut self, stretch: &Folded, from: usize, mentions: &mut Vec<Mention>) {
        for (start, end, name) in self.glossary.matches(&stretch.text) {
            if !is_whole(&stretch.text, start, end) {
                continue;
            }
            let at = |offset: usize| from + stretch.origin(offset);
            let range = TextRange::new(at(start), at(end));
            while self.silent.next_if(|silent| silent.end <= range.start).is_some() {}
            let silenced = self.silent.peek().is_some_and(|silent| silent.start < range.end);
            if !silenced
                && !is_defined_here(self.note, range)
                && counts(self.glossary, &self.own, range, name)
            {
                mentions.push(Mention { range, name });
            }
        }
    }
}

/// What a note itself defines, by the names as they are written, each with the section it stands in.
struct Own<'a> {
    note: &'a Note,
    sections: OnceCell<HashMap<&'a str, Vec<Option<u32>>>>,
}

impl<'a> Own<'a> {
    fn of(note: &'a Note) -> Self {
        Self { note, sections: OnceCell::new() }
    }

    fn sections(&self, written: &str) -> &[Option<u32>] {
        let sections = self.sections.get_or_init(|| {
            let mut sections: HashMap<&str, Vec<Option<u32>>> = HashMap::new();
            for definition in self.note.terms() {
                names_of(definition)
                    .for_each(|name| sections.entry(name).or_default().push(definition.section));
            }
            sections
        });
        sections.get(written).map_or(&[], Vec::as_slice)
    }
}

/// Whether a name in this place is one: short and common words only as written, in the chapter where they are defined.
fn counts(glossary: &Glossary, own: &Own<'_>, range: TextRange, name: NameId) -> bool {
    let note = own.note;
    // What the settings name is meant wherever it is written so.
    if !glossary.is_guarded(name) || glossary.also_called(&note.path, glossary.folded(name)).next().is_some()
    {
        return true;
    }
    let section = note.section_at(range.start());
    own.sections(note.text.slice(range)).iter().any(|of| match (section, of) {
        (Some(here), Some(of)) => note.topmost(here) == note.topmost(*of as usize),
        (None, None) => true,
        _ => false,
    })
}

/// Whether a place is one where the note defines a name.
fn is_defined_here(note: &Note, range: TextRange) -> bool {
    let terms = note.terms();
    let after = terms.partition_point(|defined| defined.name_range.start <= range.start);
    terms[..after].last().is_some_and(|defined| defined.name_range.contains_range(range))
}

/// Whether a character is a part of words that are written apart: neither Chinese nor kana.
#[inline]
pub fn in_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() && !is_han(c) && !('\u{3040}'..='\u{30ff}').contains(&c)
}

/// Whether what stands at `start..end` is no part of a longer Latin word.
pub fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    let (first, last) = (text[start..].chars().next(), text[..end].chars().next_back());
    let begins = !(first.is_some_and(in_word) && before.is_some_and(in_word));
    let ends = !(last.is_some_and(in_word) && after.is_some_and(in_word));
    begins && ends
}

/// Where nothing within a range is a mention, in order: code, math, HTML, comments, front matter, links, addresses, tags.
fn silent_ranges(note: &Note, within: TextRange) -> Vec<TextRange> {
    // Plain code that says what names mean speaks of them like prose.
    let labels = |range: TextRange| {
        let terms = note.terms();
        let first = terms.partition_point(|defined| defined.name_range.start < range.start);
        let mut inside = terms[first..].iter().take_while(|defined| defined.name_range.start < range.end);
        inside
            .any(|defined| defined.pattern == Pattern::CodeLabel && range.contains_range(defined.name_range))
    };
    let near = |mask: &&Mask| mask.range.end > within.start && mask.range.start < within.end;
    let is_silent = |mask: &&Mask| mask.kind != MaskKind::CodeBlock || !labels(mask.range);
    let masks = note.masks.iter().filter(near).filter(is_silent).map(|mask| mask.range);
    let of_text = addresses(note.text.slice(within))
        .map(|range| TextRange::new(within.start() + range.start(), within.start() + range.end()));
    let mut silent: Vec<TextRange> = masks
        .chain(note.links.iter().map(|link| link.range))
        .chain(note.definitions.iter().map(|definition| definition.range))
        .chain(note.tags.iter().copied())
        .filter(|range| range.end > within.start && range.start < within.end)
        .chain(of_text)
        .collect();
    silent.sort_unstable();
    // One that holds others reaches as far as the last of them.
    silent.dedup_by(|later, earlier| {
        let inside = later.start < earlier.end;
        earlier.end = if inside { earlier.end.max(later.end) } else { earlier.end };
        inside
    });
    silent
}

/// Bare addresses: `https://go.dev/ref`.
fn addresses(text: &str) -> impl Iterator<Item = TextRange> + '_ {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = done + memchr::memmem::find(&text.as_bytes()[done..], b"://")?;
        let scheme = text[done..at].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        let rest =
            text[at..].find(|c: char| c.is_whitespace() || !c.is_ascii() || matches!(c, '<' | '>' | ')'));
        // Addresses in an address are part of it.
        done = at + rest.unwrap_or(text.len() - at);
        Some(TextRange::new(at - scheme, done))
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::vault::glossary::Glossary;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    /// The mentions in the first note, names before them where they are written otherwise.
    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let glossary = Glossary::of(&fixture.vault);
        let note = fixture.first();
        let mentions = fixture.vault.mentions(&glossary, note);
        let lines: Vec<String> = mentions
            .iter()
            .map(|mention| {
                let place = note.text.line_of(mention.range.start()) + 1;
                format!("{place} {} = {}", note.text.slice(mention.range), glossary.folded(mention.name))
            })
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    const DEFINED: &str = "//- b.md\n信号是一种通知。\n\n信号量是一种计数器。\n\n> [!definition] go\n> 语言\n\netcd（分布式存储）是一个数据库。\n\n**Kube-proxy** is a proxy.\n\n逃逸分析是一种静态分析。\n";

    #[test]
    fn the_longest_name_wins_and_words_end_where_they_end() {
        check(
            &format!(
                "//- a.md\n😀信号量不是信号，訊號也不是。gopher 和 Etcd、kube-proxy，ＥＴＣＤ！my_etcd etcd2\n逃逸分析器\n{DEFINED}"
            ),
            &expect![[r#"
                1 信号量 = 信号量
                1 信号 = 信号
                1 Etcd = etcd
                1 kube-proxy = kube-proxy
                1 ＥＴＣＤ = etcd
                2 逃逸分析 = 逃逸分析"#]],
        );
    }

    proptest! {
        #[test]
        fn where_a_name_is_spoken_of_is_told_as_note_by_note(
            notes in prop::collection::vec(
                prop::collection::vec(
                    prop::sample::select(vec![
                        "信号", "信號量", "量", "kube-proxy", "Kube", " proxy", "ＥＴＣＤ", "etcd", "_", " ", "，", "\n", "\r\n", "\n\n",
                        "`", "[etcd](a.md)", "https://etcd.io/信号", "逃逸", "分析", "是一种通知。", "\n```\n", "slice", "Slice", "\n# ",
                    ]),
                    0..30,
                ),
                1..6,
            ),
        ) {
            let mut fixture = Fixture::parse(&format!("{DEFINED}\nslice是一个引用类型。\n"));
            for (n, pieces) in notes.iter().enumerate() {
                let path = crate::path::NotePath::new(&format!("/{n}.md"));
                fixture.vault.insert(std::sync::Arc::new(crate::note::Note::read(path, pieces.concat())));
            }
            let vault = &fixture.vault;
            let glossary = Glossary::of(vault);
            let ids: Vec<_> = glossary.ids().collect();
            for names in ids.windows(2).map(<[_]>::to_vec).chain(ids.iter().map(|id| vec![*id])) {
                let each: Vec<_> = vault
                    .notes()
                    .flat_map(|note| {
                        let mentions = vault.mentions(&glossary, note);
                        let of_names: Vec<_> =
                            mentions.iter().filter(|mention| names.contains(&mention.name)).copied().collect();
                        of_names.into_iter().map(|mention| (note.path.clone(), mention.range))
                    })
                    .collect();
                let found = vault.mentions_of(&glossary, &names);
                let found: Vec<_> = found.iter().map(|(note, range)| (note.path.clone(), *range)).collect();
                prop_assert_eq!(found, each);
            }
        }
    }

    #[test]
    fn what_is_no_prose_mentions_nothing() {
        check(
            &format!(
                "//- a.md\n---\ntitle: x\netcd: 1\n---\n[etcd](a.md) [[etcd]] https://etcd.io/etcd #etcd $etcd$ <b title=\"etcd\">etcd</b>\n\n```\netcd\n```\n\n`etcd` <!-- etcd --> etcd\n\n[etcd]: a.md\n{DEFINED}"
            ),
            &expect![[r#"
                5 etcd = etcd
                11 etcd = etcd"#]],
        );
    }

    #[test]
    fn short_and_common_words_are_names_in_their_chapter() {
        check(
            "//- a.md\n# Go\n\n## 1. slice和GC的区别\n\nslice是一个引用类型。\n\nGC（Garbage Collection）是一种回收。\n\n## 2. 其他\n\nslice、Slice 和 GC、gc\n\n# 披萨\n\na slice of pizza, GC\n",
            &expect![[r#"
                3 GC = gc
                11 slice = slice
                11 GC = gc"#]],
        );
    }

    #[test]
    fn plain_code_that_defines_names_speaks_of_them() {
        check(
            "//- a.md\n```text\nKubelet：\n 交给 kubelet 与 Kube-proxy\n\nKube-proxy：\n 转发\n```\n\n```\nkubelet\n```\n",
            &expect![[r#"
                3 kubelet = kubelet
                3 Kube-proxy = kube-proxy"#]],
        );
    }

    #[test]
    fn a_code_span_or_label_that_is_a_name_shows_it() {
        let fixture = Fixture::parse(
            "//- a.md\n见 `etcd`、[信号](https://a.b) 和 `etcd get`。\n//- b.md\netcd（分布式存储）是一个数据库。\n\n信号是一种通知。\n",
        );
        let note = fixture.first();
        let glossary = Glossary::of(&fixture.vault);
        let shown = |written: &str| {
            let at = note.text.as_str().find(written).unwrap();
            let mention = fixture.vault.name_shown_at(&glossary, note, at + 1);
            mention.map(|mention| note.text.slice(mention.range).to_owned())
        };
        assert_eq!(shown("`etcd`").as_deref(), Some("etcd"));
        assert_eq!(shown("[信号]").as_deref(), Some("信号"));
        assert_eq!(shown("`etcd get"), None);
        assert_eq!(fixture.vault.mentions(&glossary, note).len(), 0);
    }
}
