//! Texts, ranges and places, checked on small notes.

use super::{Buffer, Difference, LineCol, PositionEncoding, Text, TextRange};
use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};

const ENCODINGS: [PositionEncoding; 3] =
    [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

fn at(line: u32, column: u32) -> LineCol {
    LineCol { line, column }
}

#[test]
fn columns_count_in_the_unit_that_is_asked_for() {
    let text = Text::new("闭😀包x");
    let x = text.len() - 1;
    assert_eq!(text.line_col(x, PositionEncoding::Utf8), at(0, 10));
    assert_eq!(text.line_col(x, PositionEncoding::Utf16), at(0, 4));
    assert_eq!(text.line_col(x, PositionEncoding::Utf32), at(0, 3));
}

#[test]
fn places_are_found_in_any_order() {
    let text = Text::new("一\n二三\r\n\n四".repeat(200));
    let mut places = text.places();
    let far = [0, text.len(), 5, 2_000, 2_001, 1_999, text.len() + 9];
    for offset in far.into_iter().chain((0..text.len()).step_by(13)) {
        let alone = text.line_col(offset, PositionEncoding::Utf16);
        assert_eq!(places.line_col(offset, PositionEncoding::Utf16), alone, "{offset}");
        assert_eq!(text.line_of(text.offset(alone, PositionEncoding::Utf16)), alone.line as usize);
    }
}

#[test]
fn the_lines_of_an_edited_text_are_those_of_a_new_one() {
    let texts = ["", "\n", "\r", "a\r\nb", "a\rb\n", "\n\r\n", "一\r\n二", "a\n\nb\r"];
    let lines = |text: &Text| (0..text.line_count()).map(|n| text.line_range(n)).collect::<Vec<_>>();
    for old in texts {
        for new in
            texts.iter().flat_map(|new| [(*new).to_owned(), format!("{old}{new}"), format!("{new}{old}")])
        {
            let known = Text::new(old);
            known.line_count();
            let edited = Text::after(&known, new.as_str(), Difference::between(old, &new));
            assert_eq!(lines(&edited), lines(&Text::new(new.as_str())), "{old:?} to {new:?}");
        }
    }
}

#[test]
fn a_column_inside_a_character_is_its_start() {
    let text = Text::new("闭😀包");
    assert_eq!(text.offset(at(0, 2), PositionEncoding::Utf16), 3);
    assert_eq!(text.offset(at(0, 1), PositionEncoding::Utf8), 0);
}

#[test]
fn lines_end_with_lf_crlf_and_cr() {
    let text = Text::new("a\nb\r\nc\rd");
    let lines: Vec<&str> = (0..text.line_count()).map(|n| text.slice(text.line_range(n))).collect();
    assert_eq!(lines, ["a", "b", "c", "d"]);
    assert_eq!(text.line_range(9), TextRange::empty(text.len()));
}

#[test]
fn places_outside_the_text_are_clamped() {
    for encoding in ENCODINGS {
        for (line, column, offset) in [(0, 99, 3), (1, 99, 6), (99, 0, 6)] {
            assert_eq!(Text::new("闭\n包").offset(at(line, column), encoding).min(6), offset.min(7 - 1));
            assert_eq!(
                Text::new("闭\n包").offset(at(line, column), encoding),
                Buffer::new("闭\n包").offset(at(line, column), encoding)
            );
        }
    }
}

#[test]
fn an_edit_tells_bytes_and_points() {
    let mut buffer = Buffer::new("# 闭包\n\nx\n");
    let edit = buffer.edit(at(0, 3), at(1, 0), PositionEncoding::Utf16, "😀\n函数");
    assert_eq!(buffer.to_text(), "# 闭😀\n函数\nx\n");
    assert_eq!((edit.start.offset, edit.old_end.offset, edit.new_end.offset), (5, 9, 16));
    assert_eq!((edit.new_end.row, edit.new_end.column), (1, 6));
}

fn lines() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        proptest::sample::select(vec!["a", "闭", "😀", "\n", "\r\n", "\r", "é", "\u{0}", "\u{2028}"]),
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn offset_to_place_to_offset_is_the_identity(string in lines()) {
        let text = Text::new(string.as_str());
        for encoding in ENCODINGS {
            for (offset, c) in string.char_indices() {
                // The LF of a CRLF is no place of its own: it lies inside the line break.
                if c == '\n' && string[..offset].ends_with('\r') {
                    continue;
                }
                let place = text.line_col(offset, encoding);
                prop_assert_eq!(text.offset(place, encoding), offset, "{:?} {:?}", place, encoding);
            }
        }
    }

    #[test]
    fn buffer_and_text_agree_on_places(string in lines(), line in 0u32..12, column in 0u32..12) {
        let (text, buffer) = (Text::new(string.as_str()), Buffer::new(&string));
        prop_assert_eq!(text.line_count(), buffer.line_count());
        for encoding in ENCODINGS {
            prop_assert_eq!(text.offset(at(line, column), encoding), buffer.offset(at(line, column), encoding));
        }
    }

    #[test]
    fn an_edited_buffer_is_the_edited_string(
        string in lines(), new in lines(), a in any::<proptest::sample::Index>(), b in any::<proptest::sample::Index>(),
    ) {
        let mut cuts: Vec<usize> = string.char_indices().map(|(i, _)| i).collect();
        cuts.push(string.len());
        let (a, b) = (cuts[a.index(cuts.len())], cuts[b.index(cuts.len())]);
        let range = TextRange::new(a.min(b), a.max(b));
        let mut expected = string.clone();
        expected.replace_range(range.start()..range.end(), &new);
        let mut buffer = Buffer::new(&string);
        let edit = buffer.replace(range, &new);
        prop_assert_eq!(buffer.to_text(), expected);
        prop_assert_eq!(edit.new_end, buffer.point(range.start() + new.len()));
    }
}
