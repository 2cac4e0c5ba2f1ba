//! Topics that have to do with a topic, and why.
//!
//! Links come first, both ways; then sections that share rare words: the cosine of their words weighted by rarity
//! (tf–idf), those of titles more. Invariant: never what a section is a part of, its parts or its siblings, which stand
//! beside it anyway; across chapters never for one shared word.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::note::tokens::{TokenKey, each_token, key, topic_tokens};
use crate::note::{LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::Source;
use crate::vault::resolve::{Place, Resolution};
use crate::vault::topics::Topics;

/// A topic that has to do with another.
#[derive(Clone, PartialEq, Debug)]
pub struct Related {
    /// Its note.
    pub path: NotePath,
    /// The section: an index into `Note::sections`.
    pub section: usize,
    /// From 0 to 1; a link counts 1.
    pub score: f64,
    /// In words: `links here`, `shares 逃逸, 栈, 堆`.
    pub why: Vec<String>,
}

/// The most that are given for a topic.
const MOST: usize = 5;
/// The least cosine.
pub(super) const LEAST: f64 = 0.12;
/// How often a word in a title counts, and one in the title of the section around.
pub(super) const TITLE: f64 = 3.0;
pub(super) const PARENT: f64 = 1.0;
/// The most other notes whose sections are compared.
const MOST_NOTES: usize = 12;
/// A word in more than one of this many sections tells nothing.
pub(super) const COMMON: usize = 5;
/// A word in at most this many sections, or in one of [`RARE_PART`], is rare.
pub(super) const RARE: usize = 3;
pub(super) const RARE_PART: usize = 33;
/// The most words that are named as shared.
pub(super) const MOST_WORDS: usize = 4;
/// Sections are compared for as many of a note as this; further ones are left out.
const MOST_SECTIONS: usize = 4_000;

impl Vault {
    /// What has to do with a section of `note`, the nearest first. `topics` is the index of this vault.
    pub fn related(&self, topics: &Topics, note: &Arc<Note>, section: usize) -> Vec<Related> {
        let mut found = self.linked(note, section);
        let linked: HashSet<(NotePath, usize)> =
            found.iter().map(|related| (related.path.clone(), related.section)).collect();
        let alike = Corpus::of(self, topics, note, section).nearest(section);
        found
            .extend(alike.into_iter().filter(|alike| !linked.contains(&(alike.path.clone(), alike.section))));
        found.truncate(MOST);
        found
    }

    /// The sections that a section links to, and those that link to it.
    fn linked(&self, note: &Arc<Note>, section: usize) -> Vec<Related> {
        let range = note.sections[section].range;
        let mut why: BTreeMap<(NotePath, usize), Vec<String>> = BTreeMap::new();
        let mut add = |path: &NotePath, other: usize, reason: &str| {
            if *path != note.path || is_apart(note, section, other) {
                let reasons = why.entry((path.clone(), other)).or_default();
                if !reasons.iter().any(|known| known == reason) {
                    reasons.push(reason.to_owned());
                }
            }
        };
        let first = note.links.partition_point(|link| link.range.start < range.start);
        for link in note.links[first..].iter().take_while(|link| link.range.end <= range.end) {
            let Resolution::Found(targets) = self.resolve(note, link) else { continue };
            for target in targets {
                if let Place::Heading(heading) = target.place {
                    add(&target.path, heading, "linked from here");
                }
            }
        }
        for incoming in self.links_into(&note.path) {
            let Source::Link(link) = incoming.source else { continue };
            let Some(link) = incoming.from.links.get(link) else { continue };
            if incoming.target.place == Place::Heading(section)
                && let Some(from) = incoming.from.section_at(link.range.start())
            {
                add(&incoming.from.path, from, "links here");
            }
        }
        let related = |((path, section), why)| Related { path, section, score: 1.0, why };
        why.into_iter().map(related).collect()
    }
}

/// Whether a section is not the other, around it, in it, or beside it.
pub(super) fn is_apart(note: &Note, section: usize, other: usize) -> bool {
    let (one, two) = (&note.sections[section], &note.sections[other]);
    section != other
        && one.parent != two.parent
        && !one.range.contains_range(two.range)
        && !two.range.contains_range(one.range)
}

/// A section as it is compared.
struct Document {
    note: usize,
    section: usize,
    words: HashMap<TokenKey, f64>,
}

/// The sections of the note and of those that may have to do with it.
struct Corpus {
    notes: Vec<Arc<Note>>,
    documents: Vec<Document>,
    /// In how many sections each word stands.
    spread: HashMap<TokenKey, usize>,
    /// The words of the section that is asked for, by their keys.
    spelled: HashMap<TokenKey, String>,
}

impl Corpus {
    fn of(vault: &Vault, topics: &Topics, note: &Arc<Note>, section: usize) -> Self {
        let mut corpus = Self {
            notes: Vec::new(),
            documents: Vec::new(),
            spread: HashMap::new(),
            spelled: HashMap::new(),
        };
        let mut spell = |text: &str| {
            each_telling(text, |token| {
                corpus.spelled.entry(key(token)).or_insert_with(|| token.to_owned());
            });
        };
        spell(note.headings[section].title());
        prose(note, note.sections[section].body).for_each(&mut spell);
        corpus.add(note);
        for path in other_notes(topics, note, section) {
            if let Some(other) = vault.note(&path) {
                corpus.add(other);
            }
        }
        corpus
    }

    fn add(&mut self, note: &Arc<Note>) {
        let at = self.notes.len();
        self.notes.push(Arc::clone(note));
        for (section, heading) in note.headings.iter().enumerate().take(MOST_SECTIONS) {
            let mut words: HashMap<TokenKey, f64> = HashMap::new();
            let mut count = |text: &str, weight: f64| {
                each_telling(text, |token| *words.entry(key(token)).or_default() += weight);
            };
            count(heading.title(), TITLE);
            prose(note, note.sections[section].body).for_each(|text| count(text, 1.0));
            if let Some(parent) = note.sections[section].parent {
                count(note.headings[parent as usize].title(), PARENT);
            }
            for word in words.keys() {
                *self.spread.entry(*word).or_default() += 1;
            }
            self.documents.push(Document { note: at, section, words });
        }
    }

    /// How much a word tells; nothing when it stands in too many sections.
    fn weight(&self, word: TokenKey) -> f64 {
        let (with, all) = (self.spread.get(&word).copied().unwrap_or(0), self.documents.len());
        if with * COMMON > all.max(COMMON * 2) { 0.0 } else { (all as f64 / with.max(1) as f64).ln() + 1.0 }
    }

    fn is_rare(&self, word: TokenKey) -> bool {
        let with = self.spread.get(&word).copied().unwrap_or(0);
        with <= RARE.max(self.documents.len() / RARE_PART)
    }

    fn length(&self, document: &Document) -> f64 {
        let square = |(word, count): (&TokenKey, &f64)| (dampened(*count) * self.weight(*word)).powi(2);
        document.words.iter().map(square).sum::<f64>().sqrt()
    }

    /// The sections that are most like the one of the first note.
    fn nearest(&self, section: usize) -> Vec<Related> {
        let Some(own) = self.documents.iter().find(|of| of.note == 0 && of.section == section) else {
            return Vec::new();
        };
        let note = &self.notes[0];
        let length = self.length(own);
        let is_bare = note.sections[section].substance.is_empty();
        let mut found: Vec<(f64, &Document, Vec<TokenKey>)> = Vec::new();
        for other in &self.documents {
            let here = other.note == 0;
            let target = &self.notes[other.note];
            if (here && !is_apart(note, section, other.section))
                || target.sections[other.section].substance.is_empty()
            {
                continue;
            }
            let mut shared: Vec<(f64, TokenKey)> = own
                .words
                .iter()
                .filter_map(|(word, count)| {
                    let theirs = other.words.get(word)?;
                    let weight = self.weight(*word);
                    Some((dampened(*count) * dampened(*theirs) * weight * weight, *word))
                })
                .filter(|(share, _)| *share > 0.0)
                .collect();
            let product: f64 = shared.iter().map(|(share, _)| share).sum();
            let cosine = product / (length * self.length(other)).max(f64::MIN_POSITIVE);
            let near = here && note.topmost(section) == note.topmost(other.section);
            shared.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let words: Vec<TokenKey> = shared.into_iter().map(|(_, word)| word).collect();
            let rare: Vec<TokenKey> = words.iter().copied().filter(|word| self.is_rare(*word)).collect();
            let rare = self.words(&rare);
            // What has nothing under it is known by its title alone: one word of it is in many sections of its chapter.
            let told = if is_bare { parts(&rare) > 1 } else { near || rare.len() > 1 };
            if cosine >= LEAST && told && !words.is_empty() {
                found.push((cosine, other, words));
            }
        }
        found.sort_by(|a, b| {
            b.0.total_cmp(&a.0).then_with(|| (a.1.note, a.1.section).cmp(&(b.1.note, b.1.section)))
        });
        let related = found.into_iter().take(MOST).map(|(score, other, words)| Related {
            path: self.notes[other.note].path.clone(),
            section: other.section,
            score,
            why: vec![format!(
                "shares {}",
                self.words(&words).into_iter().take(MOST_WORDS).collect::<Vec<_>>().join(", ")
            )],
        });
        related.collect()
    }

    /// Words by their keys, in their order; pairs of Chinese characters that overlap are put together.
    fn words(&self, keys: &[TokenKey]) -> Vec<String> {
        joined(keys.iter().filter_map(|key| self.spelled.get(key).cloned()).collect())
    }
}

/// Puts pairs of Chinese characters that overlap together: `逃逸`, `逸分`, `分析` make `逃逸分析`.
pub(super) fn joined(mut words: Vec<String>) -> Vec<String> {
    let mut at = 0;
    while at < words.len() {
        let (first, last) = (words[at].chars().next(), words[at].chars().next_back());
        let joins = words.iter().enumerate().position(|(other, word)| {
            let starts = word.chars().next().filter(|c| !c.is_ascii());
            let ends = word.chars().next_back().filter(|c| !c.is_ascii());
            other != at && ((starts.is_some() && starts == last) || (ends.is_some() && ends == first))
        });
        let Some(other) = joins else {
            at += 1;
            continue;
        };
        let word = words[other].clone();
        let joined = if word.chars().next() == last {
            words[at].chars().chain(word.chars().skip(1)).collect()
        } else {
            word.chars().chain(words[at].chars().skip(1)).collect()
        };
        let (kept, gone) = (at.min(other), at.max(other));
        words[kept] = joined;
        words.remove(gone);
        at = kept;
    }
    words
}

/// How much some words say together: a long Chinese one is several.
fn parts(words: &[String]) -> usize {
    let of = |word: &String| if word.is_ascii() { 1 } else { (word.chars().count() / 2).max(1) };
    words.iter().map(of).sum()
}

/// Characters that join words; a pair with one of them says little.
const JOINING: &str = "的了是在不有和与上中下个这那要也就会可对为以及或被把从到而但并时其它们我你都很更最又再还所如果因此者等着过去来说想没什么吗呢吧里";

/// Calls `each` with the tokens of a text that tell something.
pub(super) fn each_telling(text: &str, mut each: impl FnMut(&str)) {
    each_token(text, |token| {
        if token.is_ascii() || !token.contains(|c| JOINING.contains(c)) {
            each(token);
        }
    });
}

/// The parts of a range that are no addresses of links.
pub(super) fn prose(note: &Note, range: TextRange) -> impl Iterator<Item = &str> {
    let first = note.links.partition_point(|link| link.range.start < range.start);
    let links = note.links[first..].iter().take_while(move |link| link.range.end <= range.end);
    let addresses =
        links.filter(|link| !matches!(link.kind, LinkKind::Wiki | LinkKind::Embed)).map(|link| link.target);
    let mut at = range.start();
    addresses.chain(std::iter::once(TextRange::empty(range.end()))).filter_map(move |address| {
        // A picture in a link stands in its label.
        let part = (address.start() >= at).then(|| note.text.slice(TextRange::new(at, address.start())));
        at = at.max(address.end());
        part
    })
}

/// A word that is repeated tells less each time.
pub(super) fn dampened(count: f64) -> f64 {
    1.0 + count.ln()
}

/// The other notes whose headings share the rarest words with a section's title, the best first.
fn other_notes(topics: &Topics, note: &Note, section: usize) -> Vec<NotePath> {
    const MOST_WITH_WORD: usize = 256;
    let all = topics.len() as f64;
    let mut weights: HashMap<&NotePath, f64> = HashMap::new();
    for word in topic_tokens(note.headings[section].title()) {
        let count = topics.count_with_word(key(&word));
        if count > MOST_WITH_WORD {
            continue;
        }
        let weight = (1.0 + all / (1.0 + count as f64)).ln();
        for path in topics.with_word(key(&word)).filter(|path| **path != note.path) {
            *weights.entry(path).or_default() += weight;
        }
    }
    let mut notes: Vec<(&NotePath, f64)> = weights.into_iter().collect();
    notes.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    notes.into_iter().take(MOST_NOTES).map(|(path, _)| path.clone()).collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::vault::topics::Topics;
    use expect_test::{Expect, expect};

    /// What has to do with the section at `$0`.
    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let (path, offset) = fixture.cursor.clone().unwrap();
        let note = fixture.vault.note(&path).unwrap();
        let topics = Topics::of(&fixture.vault);
        let related = fixture.vault.related(&topics, note, note.section_at(offset).unwrap());
        let lines: Vec<String> = related
            .iter()
            .map(|related| {
                let of = fixture.vault.note(&related.path).unwrap();
                format!(
                    "{} › {}: {}",
                    of.path.stem(),
                    of.headings[related.section].title(),
                    related.why.join("; ")
                )
            })
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    const OTHERS: &str = "//- 其他.md\n# 网络\n\n## 拥塞控制\n\n慢启动。\n\n## 三次握手\n\n同步。\n\n# 存储\n\n## 索引\n\n多叉树。\n\n## 事务\n\n隔离级别。\n";

    #[test]
    fn by_rare_words_and_never_parents_parts_or_siblings() {
        let notes = "//- go.md\n# 垃圾回收\n\n## 三色标记$0法\n\n对象分为白色、灰色和黑色。\n\n### 三色标记法的代价\n\n停顿。\n\n## 三色标记的例子\n\n白色对象。\n\n# 面试\n\n## 描述三色标记法\n\n灰色、黑色的对象。\n\n## 通道\n\n先进先出。\n";
        check(&format!("{notes}{OTHERS}"), &expect!["go › 描述三色标记法: shares 黑色, 灰色"]);
    }

    #[test]
    fn links_come_first_both_ways() {
        let notes = "//- a.md\n# 进程\n\n## 写时$0复制\n\n见 [快照](b.md#快照)。\n//- b.md\n# 数据库\n\n## 快照\n\n子进程。\n\n## 日志\n\n靠[写时复制](a.md#写时复制)，再靠[它](a.md#写时复制)。\n";
        check(
            &format!("{notes}{OTHERS}"),
            &expect![[r#"
            b › 快照: linked from here
            b › 日志: links here"#]],
        );
    }

    #[test]
    fn one_shared_word_does_not_relate_chapters() {
        let notes = "//- a.md\n# Go\n\n## sele$0ct\n\n等待多个通道。\n\n# 系统\n\n## epoll 和 select 的区别\n\n描述符。\n";
        check(&format!("{notes}{OTHERS}"), &expect![[""]]);
    }

    #[test]
    fn an_empty_section_needs_more_than_one_word() {
        let notes = "//- a.md\n# 容器\n\n## 同机$0通信\n\n## 别的\n\n### 节点\n\n在同机上。\n";
        check(&format!("{notes}{OTHERS}"), &expect![[""]]);
        let notes = "//- a.md\n# 语言\n\n## 内存逃逸$0分析\n\n## 别的\n\n### 优化\n\n做内存逃逸分析。\n";
        check(&format!("{notes}{OTHERS}"), &expect!["a › 优化: shares 内存逃逸分析"]);
    }

    #[test]
    fn addresses_relate_nothing() {
        let notes = "//- a.md\n# 甲\n\n## 图$0一\n\n![](https://cdn.example.org/abc123/x.png)\n\n# 乙\n\n## 照片\n\n![](https://cdn.example.org/abc123/y.png)\n";
        check(&format!("{notes}{OTHERS}"), &expect![[""]]);
    }
}
