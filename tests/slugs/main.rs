//! Headings and the anchors that GitHub makes of them.
//!
//! `table.txt` holds one note, a heading a line: its Markdown, its text, its anchor. The anchors of the texts are compared
//! with the ecosystem's own package by `tests/slugs/compare`.

use studymark::note::Note;
use studymark::path::NotePath;

const TABLE: &str = include_str!("table.txt");

#[test]
fn headings_have_the_anchors_of_the_table() {
    let rows: Vec<Vec<&str>> = TABLE.lines().map(|line| line.split('|').collect()).collect();
    assert!(rows.len() >= 60, "{}", rows.len());
    let text: String = rows.iter().map(|row| format!("# {}\n", row[0].replace("&#124;", "|"))).collect();
    let note = Note::read(NotePath::new("/n.md"), text);
    let read: Vec<String> = note
        .headings
        .iter()
        .zip(&rows)
        .enumerate()
        .map(|(index, (heading, row))| {
            format!("{}|{}|{}", row[0], heading.text().replace('|', "&#124;"), note.slug(index))
        })
        .collect();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        #[expect(clippy::disallowed_methods, reason = "the table is the test's own")]
        std::fs::write(
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slugs/table.txt"),
            read.join("\n") + "\n",
        )
        .unwrap();
        return;
    }
    assert_eq!(read, TABLE.lines().collect::<Vec<_>>());
}
