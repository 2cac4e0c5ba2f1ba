//! Answers that stand elsewhere: for each open question the sections that speak of what it asks.
//!
//! Sections are ranked by BM25 (Robertson and Zaragoza 2009, k1 1.2, b 0.75) of the question's words over their titles
//! and own bodies. Invariant: nothing is offered for a single word in common, nothing that is itself open, and nothing
//! that the question is a part of or that is a part of it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::note::asks::Source;
use crate::note::tokens::{TokenKey, each_token, key, topic_tokens};
use crate::note::{Block, BlockKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::{AnswerState, Answers};
use crate::vault::questions::{Question, questions};
use crate::vault::topics::Topics;

/// Where the answer to an open question may stand.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// The note.
    pub path: NotePath,
    /// The section in it: an index into `Note::sections`.
    pub section: usize,
    /// The heading's content or, when the body says more of it than the title, the block that says most.
    pub range: TextRange,
    /// The BM25 score, with what nearness adds.
    pub score: f64,
    /// Whether it is likely enough to be told unasked.
    pub likely: bool,
    /// The words that both have, the rarest first.
    pub words: Vec<String>,
}

/// A section's title after that of the section it is part of, chapters left out: `聊聊你对gc的理解 › GC性能优化`.
pub fn trail(note: &Note, section: usize) -> String {
    let title = |section: usize| note.headings[section].title();
    match note.sections[section].parent.map(|parent| parent as usize) {
        Some(parent) if note.sections[parent].parent.is_some() => {
            format!("{} › {}", title(parent), title(section))
        }
        _ => title(section).to_owned(),
    }
}

/// An open question and where its answer may stand, the best place first.
#[derive(Clone, PartialEq, Debug)]
pub struct Elsewhere {
    /// What an editor selects of the question: see `Question::selection`.
    pub question: TextRange,
    /// What is asked.
    pub title: Box<str>,
    /// At least one.
    pub candidates: Vec<Candidate>,
}

/// The most places that are offered for one question.
const MOST_CANDIDATES: usize = 3;
/// The most other notes whose bodies are looked at for one note's questions.
const MOST_NOTES: usize = 12;
/// A word that stands in more sections or notes than this finds none of them; it still counts where others did.
const MOST_PLACES: usize = 256;
/// How often a word in a title counts.
const TITLE_WEIGHT: f64 = 3.0;
/// The part of the question's weight that must be found for a place to be likely, and the score it must have: two
/// common words do not reach it.
const LIKELY_MASS: f64 = 2.0 / 3.0;
const LIKELY_SCORE: f64 = 4.5;
/// The part that must be found for a place to be offered at all.
const POSSIBLE_MASS: f64 = 1.0 / 3.0;

impl Vault {
    /// For each open question of `note` that has any: where its answer may stand, by section. The other notes that are
    /// looked at for it are added to `looked_at`.
    pub fn elsewhere(
        &self,
        topics: &Topics,
        note: &Arc<Note>,
        answers: &Answers,
        looked_at: &mut Vec<Arc<Note>>,
    ) -> Vec<Elsewhere> {
        let open = questions(note, answers).into_iter().filter(|question| question.state.is_open());
        let questions: Vec<Query> = open
            .map(|question| Query {
                words: topic_tokens(&question.title),
                // A heading asks for its section: what stands under it is no answer from elsewhere.
                range: match question.section.filter(|_| question.source == Source::Heading) {
                    Some(section) => note.sections[section].range,
                    None => question.range,
                },
                question,
            })
            .filter(|query| query.words.len() > 1)
            .collect();
        if questions.is_empty() {
            return Vec::new();
        }
        let mut corpus = Corpus::new(&questions);
        corpus.add(note, answers);
        for path in foreign_notes(topics, note, &questions) {
            if let Some(foreign) = self.note(&path) {
                looked_at.push(Arc::clone(foreign));
                corpus.add(foreign, &self.answers(foreign));
            }
        }
        questions
            .iter()
            .map(|query| Elsewhere {
                question: query.question.selection,
                title: query.question.title.clone(),
                candidates: corpus.rank(note, query),
            })
            .filter(|elsewhere| !elsewhere.candidates.is_empty())
            .collect()
    }
}

/// An open question and its words, each once, in order.
struct Query {
    question: Question,
    /// All that belongs to it.
    range: TextRange,
    words: Vec<String>,
}

/// The other notes whose headings share the rarest words with the questions, the best first.
fn foreign_notes(topics: &Topics, note: &Note, questions: &[Query]) -> Vec<NotePath> {
    let all = topics.len() as f64;
    let mut weights: HashMap<&NotePath, f64> = HashMap::new();
    for query in questions {
        for word in &query.words {
            let count = topics.count_with_word(key(word));
            if count > MOST_PLACES {
                continue;
            }
            let weight = (1.0 + all / (1.0 + count as f64)).ln();
            for path in topics.with_word(key(word)).filter(|path| **path != note.path) {
                *weights.entry(path).or_default() += weight;
            }
        }
    }
    let mut notes: Vec<(&NotePath, f64)> = weights.into_iter().collect();
    notes.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    notes.into_iter().take(MOST_NOTES).map(|(path, _)| path.clone()).collect()
}

/// A section as it is compared.
struct Document {
    note: usize,
    section: usize,
    /// The number of its words, those of the title weighted.
    length: f64,
}

/// Sections that may hold answers, and where in them the words of the questions stand.
struct Corpus {
    notes: Vec<Arc<Note>>,
    documents: Vec<Document>,
    /// For each word of any question the documents with it, and how often, titles weighted.
    postings: HashMap<TokenKey, Vec<(usize, f64)>>,
    /// How many sections there are, open ones included.
    sections: usize,
    lengths: f64,
}

impl Corpus {
    fn new(questions: &[Query]) -> Self {
        let words = questions.iter().flat_map(|query| &query.words);
        Self {
            notes: Vec::new(),
            documents: Vec::new(),
            postings: words.map(|word| (key(word), Vec::new())).collect(),
            sections: 0,
            lengths: 0.0,
        }
    }

    fn add(&mut self, note: &Arc<Note>, answers: &Answers) {
        let at = self.notes.len();
        self.notes.push(Arc::clone(note));
        self.sections += note.sections.len();
        let mut counts: HashMap<TokenKey, f64> = HashMap::new();
        for (section, heading) in note.headings.iter().enumerate() {
            let holds = matches!(
                answers.sections[section].state,
                AnswerState::Answered | AnswerState::AnsweredByChildren | AnswerState::Partial
            );
            if !holds || note.sections[section].substance.is_empty() {
                continue;
            }
            let mut length = 0.0;
            let mut count = |text: &str, weight: f64| {
                each_token(text, |token| {
                    length += weight;
                    let key = key(token);
                    if self.postings.contains_key(&key) {
                        *counts.entry(key).or_default() += weight;
                    }
                });
            };
            count(heading.title(), TITLE_WEIGHT);
            count(note.text.slice(note.sections[section].body), 1.0);
            let document = self.documents.len();
            for (key, count) in counts.drain() {
                if let Some(postings) = self.postings.get_mut(&key) {
                    postings.push((document, count));
                }
            }
            self.lengths += length;
            self.documents.push(Document { note: at, section, length });
        }
    }

    /// How much a word tells: the rarer the more (Robertson's idf, never negative), in parts of what one tells that
    /// stands in one section alone, so that scores mean the same among few notes and among many.
    fn weight(&self, word: &str) -> f64 {
        let all = self.sections as f64;
        let idf = |with: f64| (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        idf(self.postings.get(&key(word)).map_or(0, Vec::len) as f64) / idf(1.0).max(f64::MIN_POSITIVE)
    }

    fn rank(&self, note: &Arc<Note>, query: &Query) -> Vec<Candidate> {
        let weights: Vec<f64> = query.words.iter().map(|word| self.weight(word)).collect();
        let all: f64 = weights.iter().sum();
        let mean = self.lengths / (self.documents.len().max(1) as f64);
        // By document: the score, and the words found as bits; a question of more than 64 words has its first ones.
        let mut found: HashMap<usize, (f64, u64)> = HashMap::new();
        let mut by_rarity: Vec<usize> = (0..query.words.len().min(64)).collect();
        by_rarity.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]));
        for &index in &by_rarity {
            let Some(postings) = self.postings.get(&key(&query.words[index])) else { continue };
            for &(document, count) in postings {
                if postings.len() > MOST_PLACES && !found.contains_key(&document) {
                    continue;
                }
                let length = self.documents[document].length / mean.max(1.0);
                let (score, words) = found.entry(document).or_default();
                *score += weights[index] * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length));
                *words |= 1 << index;
            }
        }
        let mut ranked: Vec<(f64, f64, u64, usize)> = found
            .into_iter()
            .filter(|&(document, (_, words))| words.count_ones() > 1 && self.is_apart(note, query, document))
            .map(|(document, (score, words))| {
                let mass: f64 = (0..weights.len().min(64))
                    .filter(|bit| words >> bit & 1 == 1)
                    .map(|bit| weights[bit])
                    .sum();
                (score * self.nearness(note, query, document), mass / all, words, document)
            })
            .filter(|&(_, mass, ..)| mass >= POSSIBLE_MASS)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.3.cmp(&b.3)));
        ranked.truncate(MOST_CANDIDATES);
        ranked
            .into_iter()
            .map(|(score, mass, words, document)| {
                let Document { note: of, section, .. } = self.documents[document];
                let target = &self.notes[of];
                let found: Vec<usize> =
                    by_rarity.iter().copied().filter(|bit| words >> bit & 1 == 1).collect();
                let near = self.is_near(note, query, document);
                let words = joined(&query.words, &found);
                Candidate {
                    path: target.path.clone(),
                    section,
                    range: best_block(target, section, &query.words, &weights),
                    score,
                    likely: mass >= LIKELY_MASS && score >= LIKELY_SCORE && (near || words.len() > 1),
                    words,
                }
            })
            .collect()
    }

    /// Whether a document is neither the question, nor around it, nor a part of it.
    fn is_apart(&self, note: &Arc<Note>, query: &Query, document: usize) -> bool {
        let Document { note: of, section, .. } = self.documents[document];
        if self.notes[of].path != note.path {
            return true;
        }
        let (asked, other) = (query.range, note.sections[section].range);
        !asked.contains_range(other) && !other.contains_range(asked)
    }

    /// Whether a document is of the question's chapter.
    fn is_near(&self, note: &Arc<Note>, query: &Query, document: usize) -> bool {
        let Document { note: of, section, .. } = self.documents[document];
        let chapter = query.question.section.map(|asked| note.topmost(asked));
        self.notes[of].path == note.path && chapter == Some(note.topmost(section))
    }

    /// How much more a place near the question counts.
    fn nearness(&self, note: &Arc<Note>, query: &Query, document: usize) -> f64 {
        if self.is_near(note, query, document) {
            return 1.3;
        }
        let of = self.documents[document].note;
        if self.notes[of].path == note.path { 1.1 } else { 1.0 }
    }
}

/// The words at these indices; neighbouring pairs of Chinese characters that overlap are put together to words.
///
/// Of `逃逸`, `逸分`, `分析` all found it makes `逃逸分析`.
fn joined(words: &[String], found: &[usize]) -> Vec<String> {
    let mut in_order: Vec<usize> = found.to_vec();
    in_order.sort_unstable();
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut previous: Option<usize> = None;
    for index in in_order {
        let word = &words[index];
        let overlap = word.chars().next().filter(|c| !c.is_ascii());
        let goes_on = previous.is_some_and(|before| before + 1 == index)
            && joined
                .last()
                .is_some_and(|(_, last)| overlap.is_some() && last.chars().next_back() == overlap);
        match joined.last_mut() {
            Some((_, last)) if goes_on => last.extend(word.chars().skip(1)),
            _ => joined.push((index, word.clone())),
        }
        previous = Some(index);
    }
    // The rarest first: the place of its first pair in `found`.
    joined.sort_by_key(|(index, _)| found.iter().position(|at| at == index));
    joined.into_iter().map(|(_, word)| word).collect()
}

/// The heading's content, or the block of the body with more of the words than the title.
fn best_block(note: &Note, section: usize, words: &[String], weights: &[f64]) -> TextRange {
    let keys: HashMap<TokenKey, f64> =
        words.iter().zip(weights).map(|(word, weight)| (key(word), *weight)).collect();
    let mass = |text: &str| {
        let mut left = keys.clone();
        let mut mass = 0.0;
        each_token(text, |token| mass += left.remove(&key(token)).unwrap_or(0.0));
        mass
    };
    let body = note.sections[section].body;
    let first = note.blocks.partition_point(|block| block.range.start() < body.start());
    let inside = note.blocks[first..].iter().take_while(|block| block.range.end() <= body.end());
    let tells = |block: &&Block| !matches!(block.kind, BlockKind::Rule | BlockKind::Html);
    let mut best = (mass(note.headings[section].title()), note.headings[section].content);
    for block in inside.filter(tells) {
        let of_block = mass(note.text.slice(block.range));
        if of_block > best.0 + f64::EPSILON {
            best = (of_block, block.range);
        }
    }
    best.1
}

#[cfg(test)]
mod tests;
