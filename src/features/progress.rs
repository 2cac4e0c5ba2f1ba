//! What was answered between two states of the notes.
//!
//! Invariant: a question is the same one when its title within its note is; moving it, its chapter or its whole note
//! changes nothing. Each question of either state is matched with one of the other at most.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::note::Note;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::{AnswerState, Coverage, note_coverage};
use crate::vault::questions::{Question, questions};

/// What changed from one state to the other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// All questions, before.
    pub before: Coverage,
    /// All questions, after.
    pub after: Coverage,
    /// The notes whose figures or questions changed, that came, moved or went, by path.
    pub notes: Vec<NoteChange>,
    /// The chapters whose figures changed, in the order of the notes.
    pub chapters: Vec<ChapterChange>,
    /// The questions that changed, in the order of the notes.
    pub questions: Vec<QuestionChange>,
}

/// A note that changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteChange {
    /// Where it stands; where it stood when it is gone.
    pub path: NotePath,
    /// Where it stood when that was elsewhere.
    pub from: Option<NotePath>,
    /// Its figures before; `None` when it is new.
    pub before: Option<Coverage>,
    /// Its figures after; `None` when it is gone.
    pub after: Option<Coverage>,
}

/// A chapter that changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChapterChange {
    /// Its note.
    pub path: NotePath,
    /// Its index in `Note::sections`, after.
    pub section: usize,
    /// Its figures before; `None` when it is new.
    pub before: Option<Coverage>,
    /// Its figures after.
    pub after: Coverage,
}

/// A question that changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionChange {
    /// What became of it.
    pub change: Change,
    /// Its note; the one it stood in when it is gone.
    pub path: NotePath,
    /// Where it is asked, after; `None` when it is gone.
    pub range: Option<TextRange>,
    /// What is asked.
    pub title: Box<str>,
    /// The title of the topmost section around it.
    pub chapter: Option<String>,
    /// How it stood before; `None` when it is new.
    pub before: Option<AnswerState>,
    /// How it stands; `None` when it is gone.
    pub after: Option<AnswerState>,
}

/// What became of a question.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Change {
    /// It has an answer now.
    Answered,
    /// It is new and open.
    Asked,
    /// It had an answer and has none any more.
    Reopened,
    /// It is not asked any more.
    Gone,
}

impl Change {
    /// The word for it in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Asked => "asked",
            Self::Reopened => "reopened",
            Self::Gone => "gone",
        }
    }
}

/// Titles in more new notes than this say nothing of which one a note became.
const COMMON: usize = 8;

/// What changed from `before` to `after` in the notes that `counts` names.
pub fn progress(before: &Vault, after: &Vault, counts: &dyn Fn(&NotePath) -> bool) -> Progress {
    let moved = moved_notes(before, after);
    let came_from: BTreeMap<&NotePath, &NotePath> = moved.iter().map(|(from, to)| (to, from)).collect();
    let mut progress = Progress::default();
    let mut unmatched = Unmatched::default();
    for note in after.notes().filter(|note| counts(&note.path)) {
        let from = came_from.get(&note.path).copied();
        let old = before.note(from.unwrap_or(&note.path));
        add_note(&mut progress, &mut unmatched, (before, old), (after, note), from);
    }
    let gone = |note: &&Arc<Note>| {
        counts(&note.path) && after.note(&note.path).is_none() && !moved.contains_key(&note.path)
    };
    for note in before.notes().filter(gone) {
        let answers = before.answers(note);
        let total = note_coverage(note, &answers).total;
        progress.before += total;
        unmatched.old.extend(questions(note, &answers).into_iter().map(|question| asked(note, question)));
        if total.questions > 0 {
            let path = note.path.clone();
            progress.notes.push(NoteChange { path, from: None, before: Some(total), after: None });
        }
    }
    unmatched.settle(&mut progress);
    let touched: HashSet<&NotePath> = progress.questions.iter().map(|question| &question.path).collect();
    progress
        .notes
        .retain(|note| note.before != note.after || note.from.is_some() || touched.contains(&note.path));
    progress.notes.sort_by(|a, b| a.path.cmp(&b.path));
    progress.questions.sort_by(|a, b| (&a.path, a.range, &a.title).cmp(&(&b.path, b.range, &b.title)));
    progress
}

fn add_note(
    progress: &mut Progress,
    unmatched: &mut Unmatched,
    (before, old): (&Vault, Option<&Arc<Note>>),
    (after, new): (&Vault, &Arc<Note>),
    from: Option<&NotePath>,
) {
    let answers = after.answers(new);
    let coverage = note_coverage(new, &answers);
    let old = old.map(|old| (old, before.answers(old)));
    let old_coverage = old.as_ref().map(|(old, answers)| note_coverage(old, answers));
    progress.after += coverage.total;
    progress.before += old_coverage.as_ref().map(|coverage| coverage.total).unwrap_or_default();
    let old_total = old_coverage.as_ref().map(|coverage| coverage.total);
    let asks = coverage.total.questions > 0 || old_total.is_some_and(|total| total.questions > 0);
    if asks {
        progress.notes.push(NoteChange {
            path: new.path.clone(),
            from: from.cloned(),
            before: old_total,
            after: Some(coverage.total),
        });
    }
    let mut old_chapters: HashMap<String, Vec<Coverage>> = HashMap::new();
    if let (Some((old, _)), Some(coverage)) = (&old, &old_coverage) {
        for chapter in coverage.chapters.iter().rev() {
            let title = folded(old.headings[chapter.section].title());
            old_chapters.entry(title).or_default().push(chapter.coverage);
        }
    }
    for chapter in coverage.chapters {
        let title = folded(new.headings[chapter.section].title());
        let before = old_chapters.get_mut(&title).and_then(Vec::pop);
        if before != Some(chapter.coverage)
            && chapter.coverage.questions + before.unwrap_or_default().questions > 0
        {
            let (path, section) = (new.path.clone(), chapter.section);
            progress.chapters.push(ChapterChange { path, section, before, after: chapter.coverage });
        }
    }
    let old: Vec<Asked> = old
        .iter()
        .flat_map(|(old, answers)| questions(old, answers).into_iter().map(|question| asked(old, question)))
        .collect();
    let new: Vec<Asked> = questions(new, &answers).into_iter().map(|question| asked(new, question)).collect();
    unmatched.add(progress, old, new);
}

/// A question of one of the states.
struct Asked {
    path: NotePath,
    chapter: Option<String>,
    question: Question,
}

fn asked(note: &Note, question: Question) -> Asked {
    let chapter = question.chapter(note).map(str::to_owned);
    Asked { path: note.path.clone(), chapter, question }
}

fn folded(title: &str) -> String {
    title.trim().to_lowercase()
}

/// Questions that are only in one of the states, as far as it is known.
#[derive(Default)]
struct Unmatched {
    old: Vec<Asked>,
    new: Vec<Asked>,
}

impl Unmatched {
    /// Matches the questions of a note: by title and chapter, then by title. Of equal ones the first is the first.
    fn add(&mut self, progress: &mut Progress, old: Vec<Asked>, new: Vec<Asked>) {
        let with_chapter =
            |asked: &Asked| (asked.chapter.as_deref().map(folded), folded(&asked.question.title));
        let (old, new) = match_by(progress, old, new, with_chapter);
        let (old, new) = match_by(progress, old, new, |asked| folded(&asked.question.title));
        self.old.extend(old);
        self.new.extend(new);
    }

    /// Matches what moved from note to note, when its title leaves no doubt; what is left came or went.
    fn settle(self, progress: &mut Progress) {
        let mut times: HashMap<String, (usize, usize)> = HashMap::new();
        for asked in &self.old {
            times.entry(folded(&asked.question.title)).or_default().0 += 1;
        }
        for asked in &self.new {
            times.entry(folded(&asked.question.title)).or_default().1 += 1;
        }
        let sure = |asked: &Asked| times.get(&folded(&asked.question.title)) == Some(&(1, 1));
        let (old_moved, old) = self.old.into_iter().partition::<Vec<_>, _>(sure);
        let (new_moved, new) = self.new.into_iter().partition::<Vec<_>, _>(sure);
        match_by(progress, old_moved, new_moved, |asked| folded(&asked.question.title));
        for asked in old {
            progress.questions.extend(change(Some(&asked), None));
        }
        for asked in new {
            progress.questions.extend(change(None, Some(&asked)));
        }
    }
}

/// Matches questions with equal keys, in their order; gives back what is left.
fn match_by<K: Hash + Eq>(
    progress: &mut Progress,
    old: Vec<Asked>,
    new: Vec<Asked>,
    key: impl Fn(&Asked) -> K,
) -> (Vec<Asked>, Vec<Asked>) {
    let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
    for (index, asked) in old.iter().enumerate().rev() {
        waiting.entry(key(asked)).or_default().push(index);
    }
    let mut taken = vec![false; old.len()];
    let mut left = Vec::new();
    for asked in new {
        match waiting.get_mut(&key(&asked)).and_then(Vec::pop) {
            Some(index) => {
                taken[index] = true;
                progress.questions.extend(change(old.get(index), Some(&asked)));
            }
            None => left.push(asked),
        }
    }
    let old_left = old.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(asked, _)| asked);
    (old_left.collect(), left)
}

/// What became of a question; `None` when nothing that matters.
fn change(old: Option<&Asked>, new: Option<&Asked>) -> Option<QuestionChange> {
    let (before, after) = (old.map(|asked| asked.question.state), new.map(|asked| asked.question.state));
    let change = match (before, after) {
        (Some(_), None) => Change::Gone,
        (None, Some(after)) if after.is_open() => Change::Asked,
        (None, Some(_)) => Change::Answered,
        (Some(before), Some(after)) if before.is_open() && !after.is_open() => Change::Answered,
        (Some(before), Some(after)) if !before.is_open() && after.is_open() => Change::Reopened,
        _ => return None,
    };
    let shown = new.or(old)?;
    Some(QuestionChange {
        change,
        path: shown.path.clone(),
        range: new.map(|asked| asked.question.selection),
        title: shown.question.title.clone(),
        chapter: shown.chapter.clone(),
        before,
        after,
    })
}

/// Notes that went from one path to another: with the same text, or with at least half of their headings.
fn moved_notes(before: &Vault, after: &Vault) -> BTreeMap<NotePath, NotePath> {
    let new: Vec<&Arc<Note>> = after.notes().filter(|note| before.note(&note.path).is_none()).collect();
    let mut by_text: HashMap<u64, usize> = HashMap::new();
    let mut by_title: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, note) in new.iter().enumerate() {
        by_text.insert(hash(note.text.as_str()), index);
        for title in titles(note) {
            by_title.entry(title).or_default().push(index);
        }
    }
    let mut taken = vec![false; new.len()];
    let mut moved = BTreeMap::new();
    let gone: Vec<&Arc<Note>> = before.notes().filter(|note| after.note(&note.path).is_none()).collect();
    // Equal texts first, so that a likeness never takes the place of the note itself.
    for by_likeness in [false, true] {
        for old in &gone {
            if moved.contains_key(&old.path) {
                continue;
            }
            let found = if by_likeness {
                likest(old, &new, &by_title, &taken)
            } else {
                by_text.get(&hash(old.text.as_str())).copied().filter(|&index| new[index].text == old.text)
            };
            if let Some(index) = found.filter(|&index| !taken[index]) {
                taken[index] = true;
                moved.insert(old.path.clone(), new[index].path.clone());
            }
        }
    }
    moved
}

/// The note that shares most headings with `old`, at least half of them.
fn likest(
    old: &Note,
    new: &[&Arc<Note>],
    by_title: &HashMap<String, Vec<usize>>,
    taken: &[bool],
) -> Option<usize> {
    let titles = titles(old);
    let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
    for title in &titles {
        let notes = by_title.get(title).filter(|notes| notes.len() <= COMMON);
        for &index in notes.into_iter().flatten().filter(|&&index| !taken[index]) {
            *shared.entry(index).or_default() += 1;
        }
    }
    let same_name = |index: usize| new[index].path.file_name() == old.path.file_name();
    let best = shared.into_iter().max_by_key(|&(index, count)| (count, same_name(index)))?;
    (best.1 * 2 >= titles.len()).then_some(best.0)
}

/// The titles of a note's headings, each once.
fn titles(note: &Note) -> Vec<String> {
    let mut titles: Vec<String> = note.headings.iter().map(|heading| folded(heading.title())).collect();
    titles.sort_unstable();
    titles.dedup();
    titles
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
