//! What can be folded: sections, lists and their items, code, quotes, tables, details, front matter, comments.
//!
//! Invariant: a fold spans at least two lines, ends with text rather than blank lines, and no two start on one line.

use crate::note::{BlockKind, MaskKind, Note};
use crate::text::{Text, TextRange};

/// A stretch of lines that can be folded into its first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fold {
    /// From its first character to its last.
    pub range: TextRange,
    /// What it is.
    pub kind: FoldKind,
}

/// What is folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoldKind {
    /// A heading and what belongs to it.
    Section,
    /// A list, an item, code, a quote, a table, details.
    Block,
    /// The settings at the start.
    FrontMatter,
    /// An HTML comment.
    Comment,
}

/// Everything that can be folded, in document order.
pub fn folds(note: &Note) -> Vec<Fold> {
    let fold = |kind| move |range| Fold { range, kind };
    let mut folds: Vec<Fold> = Vec::new();
    folds.extend(note.front_matter.iter().map(|block| block.range).map(fold(FoldKind::FrontMatter)));
    folds.extend(note.sections.iter().map(|section| section.range).map(fold(FoldKind::Section)));
    folds.extend(note.details.iter().map(|details| details.range).map(fold(FoldKind::Block)));
    for block in &note.blocks {
        match block.kind {
            BlockKind::List => {
                folds.push(Fold { range: block.range, kind: FoldKind::Block });
                folds.extend(items(&note.text, block.range).into_iter().map(fold(FoldKind::Block)));
            }
            BlockKind::Table | BlockKind::Code | BlockKind::Quote | BlockKind::Footnote => {
                folds.push(Fold { range: block.range, kind: FoldKind::Block });
            }
            BlockKind::Paragraph | BlockKind::Html | BlockKind::Rule => {}
        }
    }
    for mask in &note.masks {
        match mask.kind {
            MaskKind::CodeBlock | MaskKind::Math => {
                folds.push(Fold { range: mask.range, kind: FoldKind::Block });
            }
            MaskKind::Comment => folds.push(Fold { range: mask.range, kind: FoldKind::Comment }),
            MaskKind::CodeSpan | MaskKind::Html | MaskKind::FrontMatter => {}
        }
    }
    let text = &note.text;
    for fold in &mut folds {
        fold.range = without_blank_end(text, fold.range);
    }
    folds.retain(|fold| text.line_of(fold.range.start()) < text.line_of(fold.range.end()));
    // An editor shows one fold a line: the longest, as of a list and its first item.
    folds.sort_by_key(|fold| (text.line_of(fold.range.start()), std::cmp::Reverse(fold.range.end)));
    folds.dedup_by_key(|fold| text.line_of(fold.range.start()));
    folds
}

fn without_blank_end(text: &Text, range: TextRange) -> TextRange {
    TextRange::new(range.start(), range.start() + text.slice(range).trim_end().len())
}

/// The items of a list, found by how far their lines are indented: an item goes on while the lines are blank or stand
/// further in than its marker.
fn items(text: &Text, list: TextRange) -> Vec<TextRange> {
    let (first, last) = (text.line_of(list.start()), text.line_of(list.end()));
    let mut items = Vec::new();
    // Start and indentation of the items that go on.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut end = list.start();
    for line in first..=last {
        let range = text.line_range(line);
        let content = text.slice(range);
        let trimmed = content.trim_start_matches([' ', '\t']);
        if trimmed.is_empty() {
            continue;
        }
        let indent = columns(&content[..content.len() - trimmed.len()]);
        while let Some(&(start, _)) = open.last().filter(|(_, marker)| indent <= *marker) {
            items.push(TextRange::new(start, end));
            open.pop();
        }
        if opens_item(trimmed) {
            open.push((range.start(), indent));
        }
        end = range.end().min(list.end());
    }
    items.extend(open.into_iter().map(|(start, _)| TextRange::new(start, end)));
    items
}

/// How wide white space is, tabs reaching to the next multiple of four.
fn columns(space: &str) -> usize {
    space.chars().fold(0, |column, c| if c == '\t' { (column / 4 + 1) * 4 } else { column + 1 })
}

/// Whether a line, its indentation taken off, opens with the marker of a list item.
fn opens_item(line: &str) -> bool {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = match digits {
        0 => line.strip_prefix(['-', '*', '+']),
        1..=9 => line[digits..].strip_prefix(['.', ')']),
        _ => None,
    };
    after.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::folds;
    use crate::fixture::Fixture;
    use expect_test::{Expect, expect};

    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let note = fixture.first();
        let lines: Vec<String> = folds(note)
            .iter()
            .map(|fold| {
                let line = |offset| note.text.line_of(offset) + 1;
                let first = note.text.slice(note.text.line_range(note.text.line_of(fold.range.start())));
                format!("{}-{} {:?} {first}", line(fold.range.start()), line(fold.range.end()), fold.kind)
            })
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn sections_end_with_their_text() {
        check(
            "# 一\n\ntext\n\n## 二\n\n\n## 三\ntext\n\n\n",
            &expect![[r#"
                1-9 Section # 一
                8-9 Section ## 三"#]],
        );
    }

    #[test]
    fn blocks() {
        check(
            "---\ntitle: x\n---\n\n```go\na\n```\n\n> a\n> b\n\n| a |\n|-|\n| b |\n\n<!-- a\nb -->\n\n$$\nx\n$$\n\n<details>\n<summary>问</summary>\n\n答\n\n</details>\n",
            &expect![[r#"
                1-3 FrontMatter ---
                5-7 Block ```go
                9-10 Block > a
                12-14 Block | a |
                16-17 Comment <!-- a
                19-21 Block $$
                23-28 Block <details>"#]],
        );
    }

    #[test]
    fn lists_and_their_items() {
        check(
            "- a\n  more\n- b\n  1. c\n\n     text\n  2. d\n- e\n\ntext\n",
            &expect![[r#"
                1-8 Block - a
                3-7 Block - b
                4-6 Block   1. c"#]],
        );
    }

    #[test]
    fn one_line_is_no_fold() {
        check("# 一\n\n- a\n\n`x`\n\n# 二", &expect![[r#"1-5 Section # 一"#]]);
    }
}
