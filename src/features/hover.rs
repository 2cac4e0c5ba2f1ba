//! What stands behind the place under the cursor: the target of a link with its answer, why a link is broken, how a
//! heading stands.
//!
//! Invariant: reads the vault alone; what only the disk knows is left as a [`Piece`] for who may read it.

mod answers;
mod terms;

use std::sync::Arc;

use crate::note::subject::Subject;
use crate::note::{Block, BlockKind, Link, LinkKind, Note, is_picture};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::comparison::Comparison;
use crate::vault::coverage::note_coverage;
use crate::vault::glossary::Glossary;
use crate::vault::mentions::Mention;
use crate::vault::occurrences::{Referent, Role};
use crate::vault::preview::{Form, Piece};
use crate::vault::resolve::{Missing, Place, Resolution, Target};
use crate::vault::topics::Topics;

/// The most targets of an ambiguous link that are named.
const MOST_NAMED: usize = 10;

/// What is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The construct it is about.
    pub range: TextRange,
    /// Text in the form that was asked for, in parts.
    pub pieces: Vec<Piece>,
}

/// What is known beside the notes.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What the notes define.
    pub glossary: &'a Glossary,
    /// How the questions of the note compare with what is said elsewhere.
    pub compared: Option<&'a Comparison>,
    /// The words of all headings, when they are known.
    pub topics: Option<&'a Topics>,
}

/// What is to be said of the construct or the name at the byte at `offset`; `None` when it is nothing.
pub fn hover(vault: &Vault, known: Known<'_>, note: &Arc<Note>, offset: usize, form: Form) -> Option<Hover> {
    let Known { glossary, compared, topics } = known;
    let teller = Teller { vault, note, form };
    let Some(subject) = note.subject_at(offset) else {
        return teller.about_name(glossary, offset).or_else(|| teller.about_ask(offset, compared));
    };
    let Some(mut pieces) = teller.about(subject) else {
        // A link that leads outside shows what the notes say of its words.
        return matches!(subject, Subject::Link(_)).then(|| teller.about_name(glossary, offset)).flatten();
    };
    if let (Subject::Heading(section), Some(compared)) = (subject, compared) {
        pieces.extend(teller.about_twins(section, compared));
        pieces.extend(teller.about_answers(note.headings[section].content, compared));
        pieces.extend(teller.about_similar(section, compared));
    }
    if let Subject::Heading(section) = subject {
        pieces.extend(topics.map(|topics| teller.about_related(topics, section)).unwrap_or_default());
        pieces.extend(teller.about_name_in_heading(glossary, offset));
    }
    (!pieces.is_empty()).then(|| Hover { range: note.subject_range(subject), pieces })
}

/// What is to be said of a place that nothing leads to yet: how it stands, where, and how it begins.
pub fn about_place(vault: &Vault, from: &Arc<Note>, target: &Target, form: Form) -> Vec<Piece> {
    let teller = Teller { vault, note: from, form };
    match (target.place, vault.note(&target.path)) {
        (Place::Footnote(index), Some(note)) => teller.below_footnote(note, index).unwrap_or_default(),
        _ => teller.about_target(target),
    }
}

/// What is to be said of a name (in any spelling) to who reads `note`; `None` when nothing defines it.
pub fn about_name(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    name: &str,
    form: Form,
) -> Option<Vec<Piece>> {
    let mention = Mention { range: TextRange::default(), name: glossary.id(name)? };
    Teller { vault, note, form }.about_mention(glossary, &mention)
}

/// Tells about constructs of one note.
struct Teller<'a> {
    vault: &'a Vault,
    note: &'a Arc<Note>,
    form: Form,
}

impl Teller<'_> {
    fn about(&self, subject: Subject) -> Option<Vec<Piece>> {
        let here = |place| Referent::Target(Target { path: self.note.path.clone(), place });
        match subject {
            Subject::Heading(index) => {
                let links = self.linked(&here(Place::Heading(index)));
                Some(vec![text(format!("{}\n\n{links}", self.head(self.note, Some(index))))])
            }
            Subject::Link(index) => self.about_link(self.note.links.get(index)?),
            Subject::DefinitionTarget(index) => {
                let definition = self.note.definitions.get(index)?;
                self.about_resolution(&self.vault.resolve_definition(self.note, definition))
            }
            Subject::Definition(index) => {
                Some(self.used(&Referent::Definition(self.note.path.clone(), index)))
            }
            Subject::Footnote(index) => Some(self.used(&Referent::Footnote(self.note.path.clone(), index))),
            Subject::Anchor(index) => Some(vec![text(self.linked(&here(Place::Anchor(index))))]),
            Subject::Tag(index) => self.about_tag(*self.note.tags.get(index)?),
        }
    }

    fn about_link(&self, link: &Link) -> Option<Vec<Piece>> {
        let (vault, note) = (self.vault, self.note);
        let resolution = vault.resolve(note, link);
        match (link.kind, &resolution) {
            (LinkKind::Footnote, Resolution::Found(targets)) => {
                let Place::Footnote(index) = targets.first()?.place else { return None };
                self.below_footnote(note, index)
            }
            (LinkKind::Reference | LinkKind::ImageReference, _) => {
                let definition = note.definitions.get(note.definition(note.text.slice(link.target))?)?;
                let mut pieces = vec![text(self.form.code(note.text.slice(definition.range)))];
                if let Some(target) = self.about_resolution(&resolution) {
                    pieces.push(self.rule());
                    pieces.extend(target);
                }
                Some(pieces)
            }
            _ => self.about_resolution(&resolution),
        }
    }

    fn below_footnote(&self, note: &Arc<Note>, index: usize) -> Option<Vec<Piece>> {
        let footnote = note.footnotes.get(index)?;
        let below = TextRange::new(footnote.name.end() + "]:".len(), footnote.range.end());
        Some(self.vault.preview_as(note, below, self.form))
    }

    fn about_resolution(&self, resolution: &Resolution) -> Option<Vec<Piece>> {
        match resolution {
            Resolution::Found(targets) => match targets.as_slice() {
                [] => None,
                [target] => Some(self.about_target(target)),
                several => Some(vec![text(self.about_several(several))]),
            },
            Resolution::Missing(missing) => Some(vec![text(self.about_missing(missing))]),
            Resolution::External | Resolution::Skipped => None,
        }
    }

    /// The target itself: how it stands, where, and how it begins.
    fn about_target(&self, target: &Target) -> Vec<Piece> {
        let Some(note) = self.vault.note(&target.path) else { return self.about_file(target) };
        let section = match target.place {
            Place::Heading(index) => Some(index),
            Place::Note => None,
            _ => target.range_in(note).and_then(|range| note.section_at(range.start())),
        };
        let mut pieces = vec![text(self.head(note, section))];
        let shown = match (section, target.place) {
            (Some(index), Place::Heading(_)) => below_heading(note, index),
            (_, Place::Note) => whole(note),
            _ => {
                target.range_in(note).map_or_else(TextRange::default, |range| from_line(note, section, range))
            }
        };
        let body = self.vault.preview_as(note, shown, self.form);
        if !body.is_empty() {
            pieces.push(self.rule());
            pieces.extend(body);
        }
        pieces
    }

    /// A file that is no note: a picture is shown.
    fn about_file(&self, target: &Target) -> Vec<Piece> {
        let path = self.path(&target.path);
        if target.place != Place::File || !is_picture(target.path.as_str()) {
            return vec![text(path)];
        }
        let size = [text(format!("{path} · ")), Piece::PictureSize(target.path.clone())];
        if self.form == Form::Plain {
            return size.into();
        }
        let name = target.path.stem().replace(['[', ']', '<', '\\'], "");
        let picture = [text(format!("![{name}](")), Piece::Picture(target.path.clone()), text(")\n\n")];
        picture.into_iter().chain(size).collect()
    }

    fn about_several(&self, targets: &[Target]) -> String {
        let mut told = format!("ambiguous: {} places are called so\n", targets.len());
        for target in targets.iter().take(MOST_NAMED) {
            told.push_str("\n- ");
            told.push_str(&self.place_name(target));
        }
        told
    }

    fn about_missing(&self, missing: &Missing) -> String {
        let vault = self.vault;
        let paths = |found: Vec<NotePath>| found.iter().map(|path| self.path(path)).collect::<Vec<_>>();
        let nearest = match missing {
            Missing::File(path) | Missing::Image(path) => paths(vault.nearest_files(path)),
            Missing::Note(name) => paths(vault.nearest_notes(name)),
            Missing::Heading { note, fragment, .. } => vault.note(note).map_or_else(Vec::new, |note| {
                let nearest = vault.nearest_headings(note, fragment).into_iter();
                nearest.map(|index| self.form.code(&format!("#{}", note.slug(index)))).collect()
            }),
            Missing::Reference(_) | Missing::Footnote(_) => Vec::new(),
        };
        let message = self.form.text(&missing.describe(vault, &self.note.path));
        if nearest.is_empty() {
            message
        } else {
            format!("{message}\n\ndid you mean {}?", nearest.join(", "))
        }
    }

    fn about_tag(&self, tag: TextRange) -> Option<Vec<Piece>> {
        let name = self.note.text.slice(tag).trim_start_matches('#');
        let uses = self.vault.occurrences(&Referent::Tag(name.to_owned()));
        let mut notes: Vec<&NotePath> = uses.iter().map(|place| &place.note.path).collect();
        notes.dedup();
        let name = self.form.strong(&format!("#{name}"));
        Some(vec![text(format!("{name}: {} in {}", times(uses.len()), notes_in_words(notes.len())))])
    }

    /// The title, how it is answered, and where it stands: `**闭包** · answered`, `网络/tcp.md › 传输层`.
    fn head(&self, note: &Arc<Note>, section: Option<usize>) -> String {
        let answers = self.vault.answers(note);
        let coverage = note_coverage(note, &answers);
        let chapter = coverage.chapters.iter().find(|chapter| Some(chapter.section) == section);
        let answer = section.and_then(|index| answers.sections.get(index));
        let counted = match section {
            None => Some(coverage.total),
            Some(_) => chapter.map(|chapter| chapter.coverage),
        };
        let state = match (counted, answer) {
            (Some(counted), _) if counted.questions > 0 => {
                Some(format!("{}/{} answered", counted.answered, counted.questions))
            }
            (_, Some(answer)) if answer.question => Some(answer.state.name().replace('-', " ")),
            _ => None,
        };
        let title = match section {
            Some(index) => note.headings.get(index).map_or("", |heading| heading.text()),
            None => note_name(note),
        };
        let title = self.form.strong(title);
        let head = state.map_or_else(|| title.clone(), |state| format!("{title} · {state}"));
        format!("{head}\n\n{}", self.way_to(note, section))
    }

    /// `网络/tcp.md › 传输层`: the note and the sections around this one.
    fn way_to(&self, note: &Note, section: Option<usize>) -> String {
        let mut above = Vec::new();
        let mut parent = section.and_then(|index| note.sections.get(index)?.parent);
        while let Some(index) = parent {
            above.extend(note.headings.get(index as usize).map(|heading| self.form.text(heading.text())));
            parent = note.sections.get(index as usize).and_then(|section| section.parent);
        }
        let path = self.form.text(&self.vault.display_path(&note.path));
        let way = std::iter::once(path).chain(above.into_iter().rev());
        way.collect::<Vec<_>>().join(" › ")
    }

    fn place_name(&self, target: &Target) -> String {
        let path = self.form.text(&self.vault.display_path(&target.path));
        let heading = match target.place {
            Place::Heading(index) => self.vault.note(&target.path).and_then(|note| note.headings.get(index)),
            _ => None,
        };
        heading.map_or_else(|| path.clone(), |heading| format!("{path} › {}", self.form.text(heading.text())))
    }

    fn path(&self, path: &NotePath) -> String {
        self.form.code(&self.vault.display_path(path))
    }

    /// `linked 3 times from 2 notes`, the links of a place.
    fn linked(&self, referent: &Referent) -> String {
        let occurrences = self.vault.occurrences(referent);
        let links = occurrences.iter().filter(|occurrence| occurrence.role == Role::Reference);
        let mut notes: Vec<&NotePath> = links.map(|occurrence| &occurrence.note.path).collect();
        let count = notes.len();
        notes.dedup();
        match count {
            0 => "no links lead here".to_owned(),
            count => format!("linked {} from {}", times(count), notes_in_words(notes.len())),
        }
    }

    /// `used 3 times`, the uses of a definition in its note.
    fn used(&self, referent: &Referent) -> Vec<Piece> {
        let occurrences = self.vault.occurrences_in(self.note, referent);
        let uses = occurrences.iter().filter(|occurrence| occurrence.role == Role::Reference).count();
        vec![text(format!("used {}", times(uses)))]
    }

    fn rule(&self) -> Piece {
        text(if self.form == Form::Plain { "\n\n" } else { "\n\n---\n\n" })
    }
}

fn text(text: impl Into<String>) -> Piece {
    Piece::Markdown(text.into())
}

fn note_name(note: &Note) -> &str {
    let front = note.front_matter.as_ref().and_then(|front| front.title.as_deref());
    let heading = note.headings.first().filter(|_| note.is_title(0)).map(|heading| heading.text());
    front.or(heading).unwrap_or(note.path.stem())
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

fn notes_in_words(count: usize) -> String {
    match count {
        1 => "1 note".to_owned(),
        count => format!("{count} notes"),
    }
}

/// What stands under a heading, its sections included.
fn below_heading(note: &Note, index: usize) -> TextRange {
    match (note.headings.get(index), note.sections.get(index)) {
        (Some(heading), Some(section)) => TextRange::new(heading.range.end(), section.range.end()),
        _ => TextRange::default(),
    }
}

/// All of a note but its settings and the heading that names it.
fn whole(note: &Note) -> TextRange {
    let after_settings = note.front_matter.as_ref().map_or(0, |front| front.range.end());
    let start = match note.headings.first() {
        Some(title) if note.is_title(0) => title.range.end(),
        _ => after_settings,
    };
    TextRange::new(start, note.text.len())
}

/// From the line of `range` to the end of its section, or of the note; code and tables from their start.
fn from_line(note: &Note, section: Option<usize>, range: TextRange) -> TextRange {
    let line = note.text.line_range(note.text.line_of(range.start())).start();
    let before = note.blocks.partition_point(|block| block.range.start() <= line);
    let block = before.checked_sub(1).and_then(|index| note.blocks.get(index));
    let whole = |block: &&Block| {
        matches!(block.kind, BlockKind::Code | BlockKind::Table | BlockKind::Html)
            && block.range.contains(line)
    };
    let start = block.filter(whole).map_or(line, |block| block.range.start());
    let end = section
        .and_then(|index| note.sections.get(index))
        .map_or(note.text.len(), |section| section.range.end());
    TextRange::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::{Known, hover};
    use crate::fixture::Fixture;
    use crate::vault::glossary::Glossary;
    use crate::vault::preview::{Form, Piece};
    use crate::vault::topics::Topics;
    use expect_test::{Expect, expect};

    /// What is shown at `$0`.
    fn check(fixture: &str, expected: &Expect) {
        check_as(Form::Markdown, fixture, expected);
    }

    fn check_as(form: Form, fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let (path, offset) = fixture.cursor.clone().expect("a cursor");
        let note = fixture.vault.note(&path).expect("a note");
        let compared = fixture.vault.compare(&Topics::of(&fixture.vault), note);
        let glossary = Glossary::of(&fixture.vault);
        let topics = Topics::of(&fixture.vault);
        let known = Known { glossary: &glossary, compared: Some(&compared), topics: Some(&topics) };
        let Some(hover) = hover(&fixture.vault, known, note, offset, form) else {
            return expected.assert_eq("nothing\n");
        };
        let mut shown = format!("[{}]\n", note.text.slice(hover.range));
        for piece in hover.pieces {
            match piece {
                Piece::Markdown(text) => shown.push_str(&text),
                Piece::Uri(path, line) => shown.push_str(&format!("‹{path} {line:?}›")),
                Piece::Picture(path) => shown.push_str(&format!("‹picture {path}›")),
                Piece::PictureSize(_) => shown.push_str("‹size›"),
            }
        }
        expected.assert_eq(&format!("{shown}\n"));
    }

    const NOTES: &str = "\
//- 面试/网络.md
# 网络

## 一、TCP

### 什么是三次握手？

建立连接，见 [挥手](#什么是四次挥手)。

### 什么是四次挥手？

## 二、HTTP*2*
//- 图/a.png
//- x/同.md
//- y/同.md
";

    fn check_link(link: &str, expected: &Expect) {
        check(&format!("//- a.md\n{link}\n{NOTES}"), expected);
    }

    #[test]
    fn on_a_link_its_target() {
        check_link(
            "[x](面试/网络.md#什么是三次握手$0)",
            &expect![[r#"
            [[x](面试/网络.md#什么是三次握手)]
            **什么是三次握手？** · answered

            面试/网络.md › 网络 › 一、TCP

            ---

            建立连接，见 [挥手](‹/面试/网络.md Some(8)›)。
        "#]],
        );
        check_link(
            "[[网络#什么是四次挥手？$0]]",
            &expect![[r#"
            [[[网络#什么是四次挥手？]]]
            **什么是四次挥手？** · unanswered

            面试/网络.md › 网络 › 一、TCP
        "#]],
        );
        check_link(
            "[[网络#一、TCP$0]]",
            &expect![[r#"
            [[[网络#一、TCP]]]
            **一、TCP** · 1/2 answered

            面试/网络.md › 网络

            ---

            ### 什么是三次握手？

            建立连接，见 [挥手](‹/面试/网络.md Some(8)›)。

            ### 什么是四次挥手？
        "#]],
        );
        check_link(
            "[x](面试/网络$0.md)",
            &expect![[r#"
            [[x](面试/网络.md)]
            **网络** · 1/2 answered

            面试/网络.md

            ---

            ## 一、TCP

            ### 什么是三次握手？

            建立连接，见 [挥手](‹/面试/网络.md Some(8)›)。

            ### 什么是四次挥手？

            ## 二、HTTP*2*
        "#]],
        );
        check_link(
            "![p](图/a.p$0ng)",
            &expect![[r#"
                [![p](图/a.png)]
                ![a](‹picture /图/a.png›)

                `图/a.png` · ‹size›
            "#]],
        );
        check_link(
            "[[同$0]]",
            &expect![[r#"
            [[[同]]]
            ambiguous: 2 places are called so

            - x/同.md
            - y/同.md
        "#]],
        );
        check_link(
            "[x](https://a.b$0)",
            &expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn as_plain_text() {
        let plain = |link: &str, expected: &Expect| {
            check_as(Form::Plain, &format!("//- a.md\n{link}\n{NOTES}"), expected);
        };
        plain(
            "[x](面试/网络.md#什么是三次握手$0)",
            &expect![[r#"
            [[x](面试/网络.md#什么是三次握手)]
            什么是三次握手？ · answered

            面试/网络.md › 网络 › 一、TCP

            建立连接，见 挥手。
        "#]],
        );
        plain(
            "![p](图/a.p$0ng)",
            &expect![[r#"
            [![p](图/a.png)]
            图/a.png · ‹size›
        "#]],
        );
        plain(
            "[x](面试/网络.md#什么是三次握$0)",
            &expect![[r#"
            [[x](面试/网络.md#什么是三次握)]
            no heading or anchor #什么是三次握 in 面试/网络.md

            did you mean #什么是三次握手?
        "#]],
        );
    }

    #[test]
    fn on_a_line_of_code_the_code() {
        check(
            "//- a.md\n[x](b.md#L6$0)\n//- b.md\n# 甲\n\n```go\na := 1\n// <b>\nb := 2\n```\n\n后\n",
            &expect![[r#"
                [[x](b.md#L6)]
                **甲** · answered

                b.md

                ---

                ```go
                a := 1
                // <b>
                b := 2
                ```

                后
            "#]],
        );
    }

    #[test]
    fn on_a_broken_link_why_and_what_is_near() {
        check_link(
            "[x](网络$0.md)",
            &expect![[r#"
            [[x](网络.md)]
            file not found: 网络.md

            did you mean `面试/网络.md`?
        "#]],
        );
        check_link(
            "[x](面试/网络.md#什么是三次握$0)",
            &expect![[r#"
                [[x](面试/网络.md#什么是三次握)]
                no heading or anchor #什么是三次握 in 面试/网络.md

                did you mean `#什么是三次握手`?
            "#]],
        );
        check_link(
            "[[网路$0]]",
            &expect![[r#"
            [[[网路]]]
            no note is called 网路
        "#]],
        );
        check_link(
            "![p](图/b/a$0.png)",
            &expect![[r#"
            [![p](图/b/a.png)]
            image not found: 图/b/a.png

            did you mean `图/a.png`?
        "#]],
        );
        check_link(
            "甲[^9$0]",
            &expect![[r#"
                [[^9]]
                no footnote \[^9\] in this note
            "#]],
        );
    }

    #[test]
    fn on_definitions_footnotes_tags_and_headings() {
        check(
            "[a][r$0]\n\n# 闭包\n\n正文\n\n[r]: #闭包\n",
            &expect![[r#"
                [[a][r]]
                `[r]: #闭包`

                ---

                **闭包** · answered

                note.md

                ---

                正文
            "#]],
        );
        check(
            "[a][r] [r]\n\n[r$0]: #闭包\n",
            &expect![[r#"
            [r]
            used 2 times
        "#]],
        );
        check(
            "甲[^1$0]\n\n[^1]: 注释 *一*\n",
            &expect![[r#"
                [[^1]]
                 注释 *一*
            "#]],
        );
        check(
            "//- a.md\n#操作$0系统 #操作系统\n//- b.md\n#操作系统/Linux\n",
            &expect![[r#"
                [#操作系统]
                **\#操作系统**: 3 times in 2 notes
            "#]],
        );
        check(
            "//- a.md\n# 笔记\n\n## 什么是闭$0包？\n//- b.md\n[x](a.md#什么是闭包) [[a#什么是闭包？]]\n",
            &expect![[r#"
                [什么是闭包？]
                **什么是闭包？** · unanswered

                a.md › 笔记

                linked 2 times from 1 note
            "#]],
        );
        check(
            "plain$0\n",
            &expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn an_open_question_with_its_possible_answers() {
        check(
            "# Go\n\n## 1. select可以用于什么\n\n等待多个通道。\n\n## 2. 什么是逃逸$0分析？\n\n## 3. 垃圾回收\n\n对象越多越慢。\n\n逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。\n",
            &expect![[r#"
                [2. 什么是逃逸分析？]
                **2. 什么是逃逸分析？** · unanswered

                note.md › Go

                no links lead here

                possible answers:

                - [垃圾回收](‹/note.md Some(12)›), line 13 (逃逸分析)
            "#]],
        );
        check(
            "# Go\n\n## 1. select可以用于什么\n\n等待多个通道。\n\n## 2. Select可以用于什么$0？\n",
            &expect![[r#"
                [2. Select可以用于什么？]
                **2. Select可以用于什么？** · unanswered

                note.md › Go

                no links lead here

                answered in [1. select可以用于什么](‹/note.md Some(2)›), line 3
            "#]],
        );
    }

    const TERMS: &str = "//- gc.md\n# GC\n\n## 1. 写屏障（Write Barrier）\n\n让程序与回收并行的**开关**。\n\n## 2. 逃逸分析有什么用？\n\n逃逸分析的目的是决定分配到哪里。写屏障呢\n\n## 3. 写屏障的代价\n";

    #[test]
    fn a_name_in_prose_shows_what_it_is() {
        let asked = |text: &str| format!("//- a.md\n# 笔记\n\n{text}\n{TERMS}");
        check(
            &asked("😀打开寫$0屏障之后，写屏障"),
            &expect![[r#"
            [寫屏障]
            **写屏障** (Write Barrier) · answered

            gc.md › [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

            ---

            让程序与回收并行的**开关**。

            spoken of 2 times in this note
        "#]],
        );
        check(
            &asked("write barri$0er"),
            &expect![[r#"
            [write barrier]
            **写屏障** (Write Barrier) · answered

            gc.md › [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

            ---

            让程序与回收并行的**开关**。

            spoken of once in this note
        "#]],
        );
        check(
            &asked("`写屏$0障` 逃逸"),
            &expect![[r#"
                [写屏障]
                **写屏障** (Write Barrier) · answered

                gc.md › [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

                ---

                让程序与回收并行的**开关**。

                spoken of 0 times in this note
            "#]],
        );
        check(
            &asked("一般$0的词"),
            &expect![[r#"
            nothing
        "#]],
        );
        check_as(
            Form::Plain,
            &asked("逃逸分$0析"),
            &expect![[r#"
            [逃逸分析]
            逃逸分析

            gc.md › 逃逸分析有什么用？, line 9

            逃逸分析的目的是决定分配到哪里。写屏障呢

            spoken of once in this note
        "#]],
        );
    }

    #[test]
    fn a_name_in_a_heading_or_where_it_is_defined() {
        check(
            &TERMS.replace("3. 写屏", "3. 写$0屏"),
            &expect![[r#"
                [3. 写屏障的代价]
                **3. 写屏障的代价** · unanswered

                gc.md › GC

                no links lead here

                possible answers:

                - [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3 (写屏障)
                - [逃逸分析有什么用？](‹/gc.md Some(8)›), line 9 (写屏障)

                similar: [1. 写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

                ---

                **写屏障** (Write Barrier) · answered

                [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

                ---

                让程序与回收并行的**开关**。

                spoken of 3 times in this note
            "#]],
        );
        check(
            &TERMS.replace("逃逸分析的目的", "逃逸$0分析的目的"),
            &expect![[r#"
            [逃逸分析]
            **逃逸分析**

            [逃逸分析有什么用？](‹/gc.md Some(8)›), line 9

            ---

            逃逸分析的目的是决定分配到哪里。写屏障呢

            spoken of once in this note
        "#]],
        );
        check(
            &TERMS.replace("1. 写屏", "1. 写$0屏"),
            &expect![[r#"
            [1. 写屏障（Write Barrier）]
            **1. 写屏障（Write Barrier）** · answered

            gc.md › GC

            no links lead here

            similar: [3. 写屏障的代价](‹/gc.md Some(10)›), line 11
        "#]],
        );
    }
}
