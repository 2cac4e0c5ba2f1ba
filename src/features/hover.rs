//! What stands behind the place under the cursor: the target of a link with its answer, why a link is broken, how a
//! heading stands.
//!
//! Invariant: reads the vault alone; what only the disk knows is left as a [`Piece`] for who may read it.

use std::sync::Arc;

use crate::note::subject::Subject;
use crate::note::{LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::note_coverage;
use crate::vault::occurrences::{Referent, Role};
use crate::vault::preview::Piece;
use crate::vault::resolve::{Missing, Place, Resolution, Target};

/// What is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The construct it is about.
    pub range: TextRange,
    /// Markdown in parts.
    pub pieces: Vec<Piece>,
}

/// What is to be said of the construct at the byte at `offset`; `None` when it is nothing.
pub fn hover(vault: &Vault, note: &Arc<Note>, offset: usize) -> Option<Hover> {
    let subject = note.subject_at(offset)?;
    let pieces = match subject {
        Subject::Heading(index) => about_heading(vault, note, index),
        Subject::Link(index) => about_link(vault, note, index)?,
        Subject::DefinitionTarget(index) => {
            let definition = note.definitions.get(index)?;
            about_resolution(vault, note, &vault.resolve_definition(note, definition))?
        }
        Subject::Definition(index) => {
            let uses = count(vault, note, &Referent::Definition(note.path.clone(), index));
            vec![text(format!("used {}", times(uses)))]
        }
        Subject::Footnote(index) => {
            let marks = count(vault, note, &Referent::Footnote(note.path.clone(), index));
            vec![text(format!("used {}", times(marks)))]
        }
        Subject::Anchor(index) => {
            let target = Target { path: note.path.clone(), place: Place::Anchor(index) };
            vec![text(linked(vault, &Referent::Target(target)))]
        }
        Subject::Tag(index) => about_tag(vault, note, index)?,
    };
    (!pieces.is_empty()).then(|| Hover { range: note.subject_range(subject), pieces })
}

fn text(text: impl Into<String>) -> Piece {
    Piece::Markdown(text.into())
}

fn about_link(vault: &Vault, note: &Arc<Note>, index: usize) -> Option<Vec<Piece>> {
    let link = note.links.get(index)?;
    let resolution = vault.resolve(note, link);
    match link.kind {
        LinkKind::Footnote => match resolution {
            Resolution::Found(targets) => {
                let Place::Footnote(index) = targets.first()?.place else { return None };
                let footnote = note.footnotes.get(index)?;
                let below = TextRange::new(footnote.name.end() + "]:".len(), footnote.range.end());
                Some(vault.preview(note, below))
            }
            resolution => about_resolution(vault, note, &resolution),
        },
        LinkKind::Reference | LinkKind::ImageReference => {
            let definition = note.definitions.get(note.definition(note.text.slice(link.target))?)?;
            let mut pieces = vec![text(format!("`{}`", note.text.slice(definition.range).replace('`', "'")))];
            if let Some(target) = about_resolution(vault, note, &resolution) {
                pieces.push(text("\n\n---\n\n"));
                pieces.extend(target);
            }
            Some(pieces)
        }
        _ => about_resolution(vault, note, &resolution),
    }
}

fn about_resolution(vault: &Vault, from: &Arc<Note>, resolution: &Resolution) -> Option<Vec<Piece>> {
    match resolution {
        Resolution::Found(targets) => match targets.as_slice() {
            [] => None,
            [target] => Some(about_target(vault, target)),
            several => Some(about_several(vault, several)),
        },
        Resolution::Missing(missing) => Some(about_missing(vault, from, missing)),
        Resolution::External | Resolution::Skipped => None,
    }
}

/// The target itself: how it stands, where, and how it begins.
fn about_target(vault: &Vault, target: &Target) -> Vec<Piece> {
    let Some(note) = vault.note(&target.path) else { return about_file(vault, target) };
    let section = match target.place {
        Place::Heading(index) => Some(index),
        Place::Note => None,
        _ => target.range_in(note).and_then(|range| note.section_at(range.start())),
    };
    let mut pieces = vec![text(head(vault, note, section))];
    let shown = match (section, target.place) {
        (Some(index), Place::Heading(_)) => below_heading(note, index),
        (_, Place::Note) => whole(note),
        _ => target.range_in(note).map_or_else(TextRange::default, |range| from_line(note, section, range)),
    };
    let body = vault.preview(note, shown);
    if !body.is_empty() {
        pieces.push(text("\n\n---\n\n"));
        pieces.extend(body);
    }
    pieces
}

/// A file that is no note: a picture is shown.
fn about_file(vault: &Vault, target: &Target) -> Vec<Piece> {
    let path = vault.display_path(&target.path);
    let shown = format!("`{}`", path.replace('`', "'"));
    if target.place == Place::File && crate::note::is_picture(target.path.as_str()) {
        return vec![
            text("!["),
            text(target.path.stem().replace(['[', ']'], "")),
            text("]("),
            Piece::Uri(target.path.clone(), None),
            text(format!(")\n\n{shown} · ")),
            Piece::PictureSize(target.path.clone()),
        ];
    }
    vec![text(shown)]
}

fn about_several(vault: &Vault, targets: &[Target]) -> Vec<Piece> {
    let mut pieces = vec![text(format!("ambiguous: {} places are called so\n", targets.len()))];
    for target in targets.iter().take(10) {
        pieces.push(text(format!("\n- {}", place_name(vault, target))));
    }
    pieces
}

fn about_missing(vault: &Vault, from: &Arc<Note>, missing: &Missing) -> Vec<Piece> {
    let mut message = escaped(&missing.describe(vault, &from.path));
    let nearest: Vec<String> = match missing {
        Missing::File(path) | Missing::Image(path) => {
            vault.nearest_files(path).iter().map(|path| file_name(vault, path)).collect()
        }
        Missing::Note(name) => vault.nearest_notes(name).iter().map(|path| file_name(vault, path)).collect(),
        Missing::Heading { note, fragment, .. } => vault.note(note).map_or_else(Vec::new, |note| {
            let nearest = vault.nearest_headings(note, fragment).into_iter();
            nearest.filter_map(|index| Some(format!("`#{}`", note.headings.get(index)?.slug))).collect()
        }),
        Missing::Reference(_) | Missing::Footnote(_) => Vec::new(),
    };
    if !nearest.is_empty() {
        message.push_str("\n\ndid you mean ");
        message.push_str(&nearest.join(", "));
        message.push('?');
    }
    vec![text(message)]
}

fn file_name(vault: &Vault, path: &NotePath) -> String {
    format!("`{}`", vault.display_path(path).replace('`', "'"))
}

fn about_heading(vault: &Vault, note: &Arc<Note>, index: usize) -> Vec<Piece> {
    let mut lines = vec![head(vault, note, Some(index))];
    let target = Target { path: note.path.clone(), place: Place::Heading(index) };
    lines.push(linked(vault, &Referent::Target(target)));
    vec![text(lines.join("\n\n"))]
}

fn about_tag(vault: &Vault, note: &Arc<Note>, index: usize) -> Option<Vec<Piece>> {
    let tag = note.text.slice(*note.tags.get(index)?).trim_start_matches('#');
    let uses = vault.tagged(tag);
    let mut notes: Vec<&NotePath> = uses.iter().map(|(note, _)| &note.path).collect();
    notes.dedup();
    Some(vec![text(format!(
        "**#{}**: {} in {}",
        escaped(tag),
        times(uses.len()),
        notes_in_words(notes.len())
    ))])
}

/// The title, how it is answered, and where it stands: `**闭包** · answered`, `网络/tcp.md › 传输层`.
fn head(vault: &Vault, note: &Arc<Note>, section: Option<usize>) -> String {
    let answers = vault.answers(note);
    let coverage = note_coverage(note, &answers);
    let (title, state) = match section {
        None => {
            let total = coverage.total;
            let state =
                (total.questions > 0).then(|| format!("{}/{} answered", total.answered, total.questions));
            (note_name(note), state)
        }
        Some(index) => {
            let title = note.headings.get(index).map_or_else(String::new, |heading| heading.text.to_string());
            let chapter = coverage.chapters.iter().find(|chapter| chapter.section == index);
            let state = match (chapter, answers.sections.get(index)) {
                (Some(chapter), _) if chapter.coverage.questions > 0 => {
                    Some(format!("{}/{} answered", chapter.coverage.answered, chapter.coverage.questions))
                }
                (_, Some(answer)) if answer.question => Some(answer.state.name().replace('-', " ")),
                _ => None,
            };
            (title, state)
        }
    };
    let mut head = format!("**{}**", escaped(&title));
    if let Some(state) = state {
        head.push_str(" · ");
        head.push_str(&state);
    }
    let mut way = vec![escaped(&vault.display_path(&note.path))];
    let mut above = Vec::new();
    let mut parent = section.and_then(|index| note.sections.get(index)?.parent);
    while let Some(index) = parent {
        above.extend(note.headings.get(index as usize).map(|heading| escaped(&heading.text)));
        parent = note.sections.get(index as usize).and_then(|section| section.parent);
    }
    way.extend(above.into_iter().rev());
    format!("{head}\n\n{}", way.join(" › "))
}

fn place_name(vault: &Vault, target: &Target) -> String {
    let path = escaped(&vault.display_path(&target.path));
    match (target.place, vault.note(&target.path)) {
        (Place::Heading(index), Some(note)) => match note.headings.get(index) {
            Some(heading) => format!("{path} › {}", escaped(&heading.text)),
            None => path,
        },
        _ => path,
    }
}

fn note_name(note: &Note) -> String {
    let front = note.front_matter.as_ref().and_then(|front| front.title.as_deref());
    let heading = note.headings.first().filter(|_| note.is_title(0)).map(|heading| &*heading.text);
    front.or(heading).unwrap_or(note.path.stem()).to_owned()
}

/// `linked 3 times from 2 notes`, the links of a place.
fn linked(vault: &Vault, referent: &Referent) -> String {
    let occurrences = vault.occurrences(referent);
    let links: Vec<&NotePath> = occurrences
        .iter()
        .filter(|occurrence| occurrence.role == Role::Reference)
        .map(|occurrence| &occurrence.note.path)
        .collect();
    let mut notes = links.clone();
    notes.dedup();
    match links.len() {
        0 => "no links lead here".to_owned(),
        count => format!("linked {} from {}", times(count), notes_in_words(notes.len())),
    }
}

fn count(vault: &Vault, note: &Arc<Note>, referent: &Referent) -> usize {
    let occurrences = vault.occurrences_in(note, referent);
    occurrences.iter().filter(|occurrence| occurrence.role == Role::Reference).count()
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

/// From the line of `range` to the end of its section, or of the note.
fn from_line(note: &Note, section: Option<usize>, range: TextRange) -> TextRange {
    let line = note.text.line_range(note.text.line_of(range.start()));
    let end = section
        .and_then(|index| note.sections.get(index))
        .map_or(note.text.len(), |section| section.range.end());
    TextRange::new(line.start(), end)
}

/// Text as Markdown that shows it as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '!' | '#' | '|' | '~' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::hover;
    use crate::fixture::Fixture;
    use crate::vault::preview::Piece;
    use expect_test::{Expect, expect};

    /// What is shown at `$0`.
    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let (path, offset) = fixture.cursor.clone().expect("a cursor");
        let note = fixture.vault.note(&path).expect("a note");
        let Some(hover) = hover(&fixture.vault, note, offset) else { return expected.assert_eq("nothing\n") };
        let mut shown = format!("[{}]\n", note.text.slice(hover.range));
        for piece in hover.pieces {
            match piece {
                Piece::Markdown(text) => shown.push_str(&text),
                Piece::Uri(path, line) => shown.push_str(&format!("‹{path} {line:?}›")),
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
            ![a](‹/图/a.png None›)

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
                no heading or anchor \#什么是三次握 in 面试/网络.md

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

            [r]: #闭包
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
            **#操作系统**: 3 times in 2 notes
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
}
