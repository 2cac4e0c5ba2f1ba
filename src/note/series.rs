//! Series of numbered headings, and where their order breaks.
//!
//! Invariant: only a series that mostly counts up by one is judged, so that numbers which name things (`206. 反转链表`)
//! are never taken for a count.

use std::collections::HashMap;

use crate::note::Note;
use crate::note::numbering::NumberStyle;

/// Where a series of numbers breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Break {
    /// The heading: an index into `Note::headings`.
    pub heading: usize,
    /// How it breaks.
    pub kind: BreakKind,
}

/// How a series of numbers breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BreakKind {
    /// The number should be `expected`, that after the one before.
    Gap {
        /// The number that is missing.
        expected: u32,
    },
    /// The number stands at the heading before too.
    Repeat,
    /// The number is smaller than the one before.
    Backwards {
        /// The number that should stand here.
        expected: u32,
    },
    /// The number is the right one and written in another way than most.
    Style,
}

/// The fewest numbered headings that make a series.
const FEWEST: usize = 3;

/// Every place where a series breaks, in document order.
pub fn breaks(note: &Note) -> Vec<Break> {
    let mut breaks: Vec<Break> = series(note).iter().flat_map(|series| breaks_of(note, series)).collect();
    breaks.sort_by_key(|found| found.heading);
    breaks
}

/// The series that a heading belongs to, if that has a break anywhere: the indices of its headings in order.
pub fn broken_series(note: &Note, heading: usize) -> Option<Vec<usize>> {
    let series = series(note).into_iter().find(|series| series.contains(&heading))?;
    (!breaks_of(note, &series).is_empty()).then_some(series)
}

/// The numbered headings of one level under one heading, with the same numbers before the last (`1.1`, `1.2`), in order.
/// A number 1 after a higher one begins another series.
fn series(note: &Note) -> Vec<Vec<usize>> {
    type Place<'a> = (Option<u32>, u32, u8, &'a [u32]);
    let mut places: HashMap<Place<'_>, usize> = HashMap::new();
    let mut series: Vec<Vec<usize>> = Vec::new();
    for (index, heading) in note.headings.iter().enumerate() {
        let Some((last, before)) = heading.number().and_then(|number| number.parts.split_last()) else {
            continue;
        };
        let place = (note.sections[index].parent, heading.container, heading.level, before);
        let at = *places.entry(place).or_insert(series.len());
        match series.get_mut(at) {
            Some(open) if *last > 1 => open.push(index),
            Some(_) => {
                places.insert(place, series.len());
                series.push(vec![index]);
            }
            None => series.push(vec![index]),
        }
    }
    series.retain(|series| series.len() >= FEWEST);
    series
}

fn breaks_of(note: &Note, series: &[usize]) -> Vec<Break> {
    let number = |index: usize| note.headings[index].number();
    let value = |index: usize| number(index).and_then(|number| number.parts.last().copied()).unwrap_or(0);
    let style = |index: usize| number(index).map(|number| number.style);
    let steps = series.len() - 1;
    let ups = series.windows(2).filter(|pair| value(pair[1]) == value(pair[0]) + 1).count();
    let begins = series.first().is_some_and(|&first| value(first) <= 1);
    if !begins || ups * 4 < steps * 3 {
        return Vec::new();
    }
    let styles = series.iter().filter_map(|&index| style(index));
    let mut counts: Vec<(NumberStyle, usize)> = Vec::new();
    for style in styles {
        match counts.iter_mut().find(|(known, _)| *known == style) {
            Some((_, count)) => *count += 1,
            None => counts.push((style, 1)),
        }
    }
    // Of styles that are equally common the one that comes last in the series counts.
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let is_most = |style: &NumberStyle| counts.contains(&(*style, most));
    let common = series.iter().rev().filter_map(|&index| style(index)).find(is_most);
    let clear = most * 3 >= series.len() * 2;
    let broken = series.windows(2).filter_map(|pair| {
        let (before, here) = (value(pair[0]), value(pair[1]));
        let expected = before + 1;
        let kind = match here {
            _ if here > expected => BreakKind::Gap { expected },
            _ if here == before => BreakKind::Repeat,
            _ if here < before => BreakKind::Backwards { expected },
            _ if clear && style(pair[1]) != common => BreakKind::Style,
            _ => return None,
        };
        Some(Break { heading: pair[1], kind })
    });
    broken.collect()
}

#[cfg(test)]
mod tests {
    use super::breaks;
    use crate::note::Note;
    use crate::path::NotePath;
    use expect_test::{Expect, expect};

    fn check(titles: &[&str], expected: &Expect) {
        let text: String = titles.iter().map(|title| format!("{title}\n\n")).collect();
        let note = Note::read(NotePath::new("/note.md"), text.as_str());
        let found = breaks(&note);
        let lines: Vec<String> = found
            .iter()
            .map(|found| format!("{}: {:?}", note.headings[found.heading].text(), found.kind))
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn gaps_repeats_and_styles() {
        check(
            &["## 一、a", "## 二、b", "## 三、c", "## 五、d", "## 六、e"],
            &expect!["五、d: Gap { expected: 4 }"],
        );
        check(&["## 1. a", "## 2. b", "## 2. c", "## 3. d", "## 4. e"], &expect!["2. c: Repeat"]);
        check(&["## 1. a", "## 2. b", "## 三、c", "## 4. d"], &expect!["三、c: Style"]);
        check(
            &["## 1. a", "## 2. b", "## 3. c", "## 4. d", "## 5. e", "## 3. f"],
            &expect!["3. f: Backwards { expected: 6 }"],
        );
    }

    #[test]
    fn another_chapter_another_count() {
        check(&["# x", "## 1 a", "## 2 b", "# y", "## 1 a", "## 2 b", "## 3 c"], &expect![""]);
        check(&["## 1. a", "## 2. b", "## 3. c", "## 1. d", "## 2. e", "## 3. f"], &expect![""]);
        check(&["## 1.1 a", "## 1.2 b", "## 1.3 c", "## 2.1 d", "## 2.2 e", "## 2.3 f"], &expect![""]);
        check(&["## 1. a", "## 2、b", "## 3 c", "## x", "## 4) d"], &expect![""]);
    }

    #[test]
    fn numbers_that_name_are_no_count() {
        check(&["## 206. 反转链表", "## 21. 合并", "## 22. 括号", "## 23. 合并"], &expect![""]);
        check(&["## 1. 两数之和", "## 15. 三数之和", "## 16. 最近", "## 18. 四数之和"], &expect![""]);
        check(&["## 1. a", "## 3. b"], &expect![""]);
    }
}
