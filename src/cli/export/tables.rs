//! Cards as tables: the text form that Anki imports, and CSV for spreadsheets.
//!
//! Invariant: every field is quoted as far as it must be, so that any text comes back as it was.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::cli::export::{Row, one_line};

/// The text form of Anki: header lines, then guid, deck, question, answer and tags.
///
/// The columns are not named: Anki would look for fields of these names, and they are called otherwise in every
/// language. Without names the first columns that are neither guid, deck nor tags are the fields.
pub fn anki(stream: &mut impl Write, rows: &[Row<'_>], note_type: &str) -> io::Result<()> {
    writeln!(stream, "#separator:tab\n#html:true\n#notetype:{}", one_line(note_type))?;
    writeln!(stream, "#guid column:1\n#deck column:2\n#tags column:5")?;
    let mut table = WriterBuilder::new()
        .delimiter(b'\t')
        .terminator(Terminator::Any(b'\n'))
        .quote_style(QuoteStyle::Necessary)
        .from_writer(stream);
    for row in rows {
        let tags: Vec<String> = row.tags.iter().map(|tag| anki_tag(tag)).collect();
        table.write_record([row.guid, &row.deck, row.front, row.back, &tags.join(" ")])?;
    }
    table.flush()
}

/// A tag in Anki has no spaces, and `::` between its levels.
fn anki_tag(tag: &str) -> String {
    tag.split_whitespace().collect::<Vec<_>>().join("_").replace('/', "::")
}

/// CSV with a header line. Questions and answers are Markdown.
pub fn csv(stream: &mut impl Write, rows: &[Row<'_>]) -> io::Result<()> {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(stream);
    table.write_record(["guid", "path", "line", "chapter", "question", "answer", "state", "tags"])?;
    for row in rows {
        table.write_record([
            row.guid,
            row.path,
            &row.line.to_string(),
            row.chapter.unwrap_or_default(),
            row.title,
            row.markdown,
            row.state,
            &row.tags.join(" "),
        ])?;
    }
    table.flush()
}
