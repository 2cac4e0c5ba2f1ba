//! What stands at a place of a note: the link, heading, definition, footnote, anchor or tag under a cursor.
//!
//! Invariant: the innermost construct that the place touches; a link in a heading wins over the heading.

use crate::note::{Link, Note};
use crate::text::TextRange;

/// A construct of a note, by its index in the note's lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// `Note::links`
    Link(usize),
    /// `Note::headings`
    Heading(usize),
    /// `Note::anchors`
    Anchor(usize),
    /// The label of `Note::definitions`: `r` of `[r]: path`.
    Definition(usize),
    /// The destination in `Note::definitions`: `path` of `[r]: path`.
    DefinitionTarget(usize),
    /// `Note::footnotes`
    Footnote(usize),
    /// `Note::tags`
    Tag(usize),
}

impl Note {
    /// What stands at the byte at `offset`, a cursor right behind it included.
    pub fn subject_at(&self, offset: usize) -> Option<Subject> {
        if let Some(index) = self.link_at(offset) {
            return Some(Subject::Link(index));
        }
        let definition = touching(&self.definitions, |definition| definition.range, offset);
        if let Some(index) = definition {
            let definition = &self.definitions[index];
            let subject = if definition.target.touches(offset) {
                Subject::DefinitionTarget(index)
            } else {
                Subject::Definition(index)
            };
            return Some(subject);
        }
        // The text of a footnote is prose; its mark `[^n]:` stands for it.
        let marks = |footnote: &crate::note::FootnoteDefinition| {
            TextRange::new(footnote.range.start(), footnote.name.end() + "]:".len())
        };
        if let Some(index) = touching(&self.footnotes, marks, offset) {
            return Some(Subject::Footnote(index));
        }
        if let Some(index) = touching(&self.tags, |tag| *tag, offset) {
            return Some(Subject::Tag(index));
        }
        if let Some(index) = touching(&self.anchors, |anchor| anchor.name, offset) {
            return Some(Subject::Anchor(index));
        }
        touching(&self.headings, |heading| heading.range, offset).map(Subject::Heading)
    }

    /// The index of the innermost link that touches the byte at `offset`: of a picture in a link the picture.
    fn link_at(&self, offset: usize) -> Option<usize> {
        let end = self.links.partition_point(|link| link.range.start() <= offset);
        let around = |link: &Link| link.range.touches(offset);
        let last = self.links[..end].iter().rposition(around)?;
        // A cursor between two links that touch belongs to the one that begins there.
        Some(last)
    }

    /// The range that stands for a subject: what an editor marks when it is asked about it. For a link the whole of it,
    /// for a heading its content, for a definition its label, for a tag all of it.
    pub fn subject_range(&self, subject: Subject) -> TextRange {
        match subject {
            Subject::Link(index) => self.links.get(index).map(|link| link.range),
            Subject::Heading(index) => self.headings.get(index).map(|heading| heading.content),
            Subject::Anchor(index) => self.anchors.get(index).map(|anchor| anchor.name),
            Subject::Definition(index) => self.definitions.get(index).map(|definition| definition.label),
            Subject::DefinitionTarget(index) => {
                self.definitions.get(index).map(|definition| definition.target)
            }
            Subject::Footnote(index) => self.footnotes.get(index).map(|footnote| footnote.name),
            Subject::Tag(index) => self.tags.get(index).copied(),
        }
        .unwrap_or_default()
    }
}

/// The index of the last of `items`, which are in document order, whose range touches the byte at `offset`.
fn touching<T>(items: &[T], range: impl Fn(&T) -> TextRange, offset: usize) -> Option<usize> {
    let index = items.partition_point(|item| range(item).start() <= offset).checked_sub(1)?;
    range(&items[index]).touches(offset).then_some(index)
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use expect_test::{Expect, expect};

    /// What stands at each `|` of the text.
    fn check(marked: &str, expected: &Expect) {
        let mut lines = String::new();
        let places: Vec<usize> = marked.match_indices('|').map(|(at, _)| at).collect();
        let text = marked.replace('|', "");
        let fixture = Fixture::parse(&text);
        let note = fixture.first();
        for (before, at) in places.iter().enumerate() {
            let subject = note.subject_at(at - before);
            let text = subject.map_or("", |subject| note.text.slice(note.subject_range(subject)));
            lines.push_str(&format!("{subject:?} {text}\n"));
        }
        expected.assert_eq(&lines);
    }

    #[test]
    fn the_innermost_construct() {
        check(
            "# 一、|闭包 [作用域](b.md#|甲)|\n\nprose| [![图|](p.png)](|l.md) [x](a)|[y](b) #标|签 [^1|] <b id=\"锚|点\">\n",
            &expect![[r#"
                Some(Heading(0)) 一、闭包 [作用域](b.md#甲)
                Some(Link(0)) [作用域](b.md#甲)
                Some(Link(0)) [作用域](b.md#甲)
                None 
                Some(Link(2)) ![图](p.png)
                Some(Link(1)) [![图](p.png)](l.md)
                Some(Link(4)) [y](b)
                Some(Tag(0)) #标签
                Some(Link(5)) [^1]
                Some(Anchor(0)) 锚点
            "#]],
        );
    }

    #[test]
    fn definitions_and_footnotes() {
        check(
            "[r|]: pa|th \"t|\"\n\n[|^甲]|: text| [r|]\n",
            &expect![[r#"
            Some(Definition(0)) r
            Some(DefinitionTarget(0)) path
            Some(Definition(0)) r
            Some(Footnote(0)) 甲
            Some(Footnote(0)) 甲
            None 
            Some(Link(0)) [r]
        "#]],
        );
    }
}
