//! Notes and headings of all notes by a few letters of their names, for who is typing a reference.
//!
//! Invariant: the result is that of looking at every name; what an earlier search found is only where a longer
//! pattern begins to look.

mod candidates;
mod headings;
mod search;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use crate::fuzzy::{Fit, Pattern};
use crate::note::Note;
use crate::note::sought::Named;
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::names::key_of;
use crate::vault::seek::search::{Place, Search};
use crate::vault::seek::table::{Chunk, Table};

pub use headings::{Headings, Query};

/// A name that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The note that bears it, or in which the heading stands.
    pub note: Arc<Note>,
    /// What it is the name of.
    pub named: Named,
    /// How it fits.
    pub fit: Fit,
}

/// What was found, the best first.
#[derive(Debug, Default)]
pub struct Found {
    /// The best, as many as were asked for.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
    /// How many names were read for it.
    pub read: usize,
}

/// Which names are sought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// Notes, and headings of every note.
    All,
    /// Notes.
    Notes,
    /// Headings of every note.
    Headings,
}

/// How near names are to who is typing; the smaller the nearer.
pub trait Distance: Sync {
    /// How near a name of the note at a path is.
    fn of(&self, path: &NotePath, named: Named) -> u8;

    /// How near all names of the notes from the first of these paths to the last are, when that is the same for all.
    fn between(&self, first: &NotePath, last: &NotePath) -> Option<u8>;
}

/// What is sought.
pub struct Wanted<'a> {
    /// What was typed.
    pub pattern: &'a Pattern,
    /// Which names count.
    pub sort: Sort,
    /// How near a name is.
    pub near: &'a dyn Distance,
    /// How many are wanted.
    pub limit: usize,
}

impl Wanted<'_> {
    /// Whether all names count, so that none has to be asked.
    fn counts_all(&self) -> bool {
        self.sort == Sort::All && !self.pattern.is_empty()
    }

    fn counts(&self, named: Named) -> bool {
        match self.sort {
            // While nothing is typed each note stands once.
            _ if self.pattern.is_empty() && matches!(named, Named::Title | Named::Alias(_)) => false,
            Sort::All => true,
            Sort::Notes => !matches!(named, Named::Heading(_)),
            Sort::Headings => matches!(named, Named::Heading(_)),
        }
    }
}

/// The names of all notes, and those that the latest pattern fitted or may have, for the next one, which mostly goes on
/// from it.
#[derive(Default)]
pub struct SeekMemo {
    table: Table,
    last: Last,
}

/// The names of all notes at one moment.
pub struct AllNames(Vec<Arc<Chunk>>);

/// The latest search.
#[derive(Default)]
pub struct Last {
    typed: String,
    sort: Option<Sort>,
    /// The names that fitted or may have, of each chunk of that time; `None` when they were too many to be kept.
    fitting: Option<Vec<(Arc<Chunk>, Vec<u32>)>>,
}

/// More names than these are not remembered: the next letter leaves few of them.
const MAX_REMEMBERED: usize = 20_000;

/// With so few found, letters with others between them may be meant.
const FEW: usize = 5;

/// How much more than what is wanted is ranked to the end, where how often something is linked to counts too.
const POOL: usize = 3;

impl Vault {
    /// The names that fit, ranked. The order is, first to last: the way in which a name fits ([`Way`]: exact, then its
    /// beginning, then by pinyin, …); how near it is; how often notes link to what bears it, by halves; how little
    /// else it says; its place. So a list does not jump when nothing changed.
    ///
    /// [`Way`]: crate::fuzzy::Way
    pub fn seek(&self, wanted: &Wanted<'_>, memo: &mut SeekMemo) -> Found {
        let pattern = wanted.pattern;
        memo.table.update(self);
        let chunks = memo.table.chunks();
        let went_on = memo.last.goes_on(wanted);
        let known = memo.last.fitting.take().filter(|_| went_on).unwrap_or_default();
        let known: HashMap<*const Chunk, &[u32]> =
            known.iter().map(|(chunk, names)| (Arc::as_ptr(chunk), names.as_slice())).collect();
        let places: Vec<Place<'_>> =
            chunks.iter().map(|chunk| (&**chunk, known.get(&Arc::as_ptr(chunk)).copied())).collect();
        let mut found = Search::of(&places, wanted);
        if found.count < FEW && pattern.folded().is_ascii() && !pattern.is_empty() {
            let all: Vec<Place<'_>> = chunks.iter().map(|chunk| (&**chunk, None)).collect();
            found.look_for_scattered(&all, wanted);
        }
        let more = found.count > wanted.limit;
        let fitting = if found.is_whole { remembered(&mut found.fitting, chunks) } else { None };
        let ranked = found.best.into_sorted().into_iter();
        let pool = ranked.take(wanted.limit * POOL).filter_map(|(way, distance, rest, number, index)| {
            let chunk = chunks.get(number as usize)?;
            let (path, named) = (chunk.path_of(index as usize)?, chunk.sought.named(index as usize)?);
            Some((path, named, distance, Fit { way, rest }))
        });
        let mut pool: Vec<_> = pool.collect();
        pool.sort_by_cached_key(|(path, _, distance, fit)| {
            let linked = self.times_named(path.stem());
            // Halves: 1, 2–3, 4–7 … links are the same.
            (fit.way, *distance, u32::MAX - linked.checked_ilog2().map_or(0, |halves| halves + 1), fit.rest)
        });
        let hits = pool.into_iter().take(wanted.limit);
        let hits = hits
            .filter_map(|(path, named, _, fit)| Some(Hit { note: Arc::clone(self.note(path)?), named, fit }));
        memo.last = Last { typed: pattern.folded().to_owned(), sort: Some(wanted.sort), fitting };
        Found { hits: hits.collect(), more, read: found.read }
    }

    /// How many notes have a link that names something called `name`, up to a hundred.
    pub fn times_named(&self, name: &str) -> usize {
        self.links.count(key_of(name)).min(100)
    }

    /// The paths of notes that came, went or changed since an earlier moment of this vault; costs as much as there are.
    pub fn changed_since<'v>(&'v self, earlier: &'v Self) -> impl Iterator<Item = &'v NotePath> {
        earlier.notes.diff(&self.notes).filter_map(|change| match change {
            imbl::ordmap::DiffItem::Add(path, _) | imbl::ordmap::DiffItem::Remove(path, _) => Some(path),
            imbl::ordmap::DiffItem::Update { old: (path, old), new: (_, new) } => {
                (!old.is(new)).then_some(path)
            }
        })
    }
}

impl SeekMemo {
    /// Makes the names of all notes ready, so that the first search does not wait for them.
    pub fn prepare(&mut self, vault: &Vault) {
        self.table.update(vault);
    }

    /// The names of all notes at this moment.
    pub fn names(&mut self, vault: &Vault) -> AllNames {
        self.table.update(vault);
        AllNames(self.table.chunks().to_vec())
    }

    /// Forgets the latest search for a while.
    pub fn set_aside(&mut self) -> Last {
        std::mem::take(&mut self.last)
    }

    /// Goes on from this search again.
    pub fn take_up(&mut self, last: Last) {
        self.last = last;
    }
}

impl Last {
    fn goes_on(&self, wanted: &Wanted<'_>) -> bool {
        self.sort == Some(wanted.sort)
            && !self.typed.is_empty()
            && wanted.pattern.folded().starts_with(&self.typed)
    }
}

/// The names that fit by chunk, for the next search; `None` when they are too many.
fn remembered(fitting: &mut [(u32, u32)], chunks: &[Arc<Chunk>]) -> Option<Vec<(Arc<Chunk>, Vec<u32>)>> {
    if fitting.len() > MAX_REMEMBERED {
        return None;
    }
    // Several runs that are in order: those read at once, and those read later by each processor.
    fitting.sort();
    let mut rest = &*fitting;
    let of_chunk = |(number, chunk): (u32, &Arc<Chunk>)| {
        let (here, later) = rest.split_at(rest.partition_point(|name| name.0 <= number));
        rest = later;
        (Arc::clone(chunk), here.iter().map(|(_, index)| *index).collect())
    };
    Some((0..).zip(chunks).map(of_chunk).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Distance, FEW, Found, Hit, SeekMemo, Sort, Wanted};
    use crate::fixture::Fixture;
    use crate::fuzzy::{Fit, Pattern, Scatter};
    use crate::note::Note;
    use crate::note::sought::{Named, Sought};
    use crate::path::NotePath;
    use crate::vault::Vault;

    /// As seen from `/a.md`.
    struct FromA;

    impl Distance for FromA {
        fn of(&self, path: &NotePath, _: Named) -> u8 {
            u8::from(path.as_str() != "/a.md")
        }

        fn between(&self, first: &NotePath, _: &NotePath) -> Option<u8> {
            (first.as_str() > "/a.md").then_some(1)
        }
    }

    fn names(vault: &Vault, typed: &str, memo: &mut SeekMemo) -> Vec<String> {
        let name = |hit: &Hit| match hit.named {
            Named::Heading(index) => {
                format!("{}#{}", hit.note.path.stem(), hit.note.headings[index as usize].title())
            }
            named => format!("{} {named:?}", hit.note.path.stem()),
        };
        found(vault, typed, (Sort::All, 5), memo).hits.iter().map(name).collect()
    }

    fn found(vault: &Vault, typed: &str, (sort, limit): (Sort, usize), memo: &mut SeekMemo) -> Found {
        let pattern = Pattern::new(typed);
        vault.seek(&Wanted { pattern: &pattern, sort, near: &FromA, limit }, memo)
    }

    /// Every name of every note read, but for those that are as good as others and nobody links to.
    fn all_read(vault: &Vault, typed: &str, sort: Sort) -> Vec<(String, Named, Fit)> {
        let pattern = Pattern::new(typed);
        let wanted = Wanted { pattern: &pattern, sort, near: &FromA, limit: 0 };
        let (mut read, mut scattered, mut matcher) = (Vec::new(), Vec::new(), Scatter::default());
        for note in vault.notes() {
            let sought = Sought::of(note);
            for name in 0..sought.len() {
                let Some(named) = sought.named(name).filter(|named| wanted.counts(*named)) else { continue };
                let rank = |fit: Fit| {
                    (fit.way, FromA.of(&note.path, named), fit.rest, note.path.to_string(), named, fit)
                };
                if let Some(fit) = sought.fit(name, &pattern) {
                    read.push(rank(fit));
                } else if let Some(fit) = sought.scattered(name, &pattern, &mut matcher) {
                    scattered.push(rank(fit));
                }
            }
        }
        if read.len() < FEW && !pattern.is_empty() {
            read.append(&mut scattered);
        }
        read.sort();
        read.into_iter().map(|(.., path, named, fit)| (path, named, fit)).collect()
    }

    /// Notes with many headings, some alike, none with links.
    fn many(count: usize) -> Vault {
        let mut fixture = Fixture::parse("//- a.md\n# 队列\n\n## 一、消息\n");
        for n in 0..count {
            let word = ["消息", "队列", "队", "message queue", "列"][n * 7 % 5];
            let front =
                if n % 11 == 0 { format!("---\naliases: [缓存 {n}]\n---\n") } else { String::new() };
            let text = format!(
                "{front}# {word} {}\n\n## {}、{word}队列的{}\n\n## 进程{n}\n",
                n % 13,
                n % 5,
                "长".repeat(n % 17),
            );
            fixture.vault.insert(Arc::new(Note::read(NotePath::new(&format!("/{n:04}队.md")), text)));
        }
        fixture.vault
    }

    #[test]
    fn few_of_many_are_the_first_of_all() {
        let vault = many(900);
        let typed = [
            "", "d", "队", "dl", "xx", "xxdl", "m", "mess", "msgq", "1、", "3、d", "3d", "jc", "进程 1",
            "缓存", "hc", "列的", "的长", "xyz", "mssgqu", "dddd", "队列 3",
        ];
        for typed in typed {
            for sort in [Sort::All, Sort::Notes, Sort::Headings] {
                let all = all_read(&vault, typed, sort);
                for limit in [1, 4, 40, 400] {
                    // From nothing, and with what was found for all but the last letter.
                    let mut memo = SeekMemo::default();
                    let anew = found(&vault, typed, (sort, limit), &mut memo);
                    let begun = typed.char_indices().next_back().map_or("", |(last, _)| &typed[..last]);
                    _ = found(&vault, begun, (sort, limit), &mut memo);
                    let gone_on = found(&vault, typed, (sort, limit), &mut memo);
                    for found in [anew, gone_on] {
                        assert_eq!(found.more, all.len() > limit, "{typed} {sort:?} {limit}");
                        let hits = found.hits.into_iter();
                        let hits: Vec<_> =
                            hits.map(|hit| (hit.note.path.to_string(), hit.named, hit.fit)).collect();
                        assert_eq!(hits, all[..limit.min(all.len())], "{typed} {sort:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_cannot_come_among_the_best_is_not_read() {
        let read =
            |vault: &Vault, typed: &str| found(vault, typed, (Sort::All, 10), &mut SeekMemo::default()).read;
        let (few, many) = (many(2_000), many(8_000));
        for typed in ["队", "d", "dl", "消息", "m", "jc", "息", ""] {
            let (few, many) = (read(&few, typed), read(&many, typed));
            assert!(many < 2 * few.max(100), "{typed}: {few} of 2,000 notes, {many} of 8,000");
        }
        // What nothing has is told at a glance, mostly.
        for typed in ["xyqz", "术语", "jjjj", "messagf"] {
            let read = read(&many, typed);
            assert!(read < 8_000 * 4 / 50, "{typed}: {read}");
        }
    }

    const NOTES: &str = "//- a.md\n# 甲\n\n## 队列\n\n## 消息队列\n//- b.md\n# 消息队列\n\n## 消息\n\n[[消息队列]]\n\
        //- 消息队列.md\n---\naliases: [MQ]\n---\n# kube-proxy\n//- c.md\n## 消息队列的用途\n";

    #[test]
    fn the_order_is_that_of_the_ways_then_of_nearness() {
        let fixture = Fixture::parse(NOTES);
        let found = names(&fixture.vault, "xxdl", &mut SeekMemo::default());
        assert_eq!(found, ["a#消息队列", "消息队列 Stem", "b#消息队列", "c#消息队列的用途"]);
        assert_eq!(names(&fixture.vault, "mq", &mut SeekMemo::default()), ["消息队列 Alias(0)"]);
        let found = names(&fixture.vault, "队列", &mut SeekMemo::default());
        assert_eq!(found[..2], ["a#队列", "a#消息队列"]);
        assert_eq!(names(&fixture.vault, "kbprx", &mut SeekMemo::default()), ["消息队列#kube-proxy"]);
    }

    #[test]
    fn going_on_finds_what_beginning_anew_finds() {
        let mut fixture = Fixture::parse(NOTES);
        let mut memo = SeekMemo::default();
        for (step, typed) in
            ["x", "xx", "xxd", "xxdl", "xxdld", "x", "xxdl", "kb", "kbp", "kbpr"].iter().enumerate()
        {
            if step % 3 == 1 {
                let text = format!("## 消息队列 {step}\n");
                fixture.vault.insert(Arc::new(Note::read(NotePath::new("/c.md"), text)));
            }
            if step == 5 {
                fixture.vault.remove(&NotePath::new("/b.md"));
            }
            let anew = names(&fixture.vault, typed, &mut SeekMemo::default());
            assert_eq!(names(&fixture.vault, typed, &mut memo), anew, "{typed}");
        }
    }
}
