//! Events of Markdown, checked on small notes.

use super::{Event, walk};
use expect_test::{Expect, expect};
use std::fmt::Write;

fn check_links(text: &str, expected: &Expect) {
    let mut out = String::new();
    let walked = walk(text, |event, range| {
        if let Event::LinkEnd { parts, tag } = event {
            let image = if tag.image { "!" } else { "" };
            writeln!(
                out,
                "{image}{:?} {:?} label {:?} target {:?}",
                tag.form,
                range.of(text),
                parts.label.of(text),
                parts.target.of(text)
            )
            .unwrap();
        }
    });
    for definition in walked.definitions {
        writeln!(
            out,
            "definition {:?} label {:?} target {:?}",
            definition.range.of(text),
            definition.label.of(text),
            definition.target.of(text)
        )
        .unwrap();
    }
    for (range, parts) in walked.broken_references {
        writeln!(
            out,
            "broken {:?} label {:?} target {:?}",
            range.of(text),
            parts.label.of(text),
            parts.target.of(text)
        )
        .unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn inline_links() {
    check_links(
        "[闭包](a.md#b \"t\") [x](<b c.md> 't') [](e) [p](a(b)c.md) [q](a\\)b) ![图](图.png) [a\\]](z)",
        &expect![[r#"
                Inline "[闭包](a.md#b \"t\")" label "闭包" target "a.md#b"
                Inline "[x](<b c.md> 't')" label "x" target "b c.md"
                Inline "[](e)" label "" target "e"
                Inline "[p](a(b)c.md)" label "p" target "a(b)c.md"
                Inline "[q](a\\)b)" label "q" target "a\\)b"
                !Inline "![图](图.png)" label "图" target "图.png"
                Inline "[a\\]](z)" label "a\\]" target "z"
            "#]],
    );
}

#[test]
fn links_in_links_and_over_lines() {
    check_links(
        "[![a](b.png)](c.md) [two\nlines](d.md\n'title')\n\n> [q](\n> e.md)\n\n[`]`](f)",
        &expect![[r#"
                !Inline "![a](b.png)" label "a" target "b.png"
                Inline "[![a](b.png)](c.md)" label "![a](b.png)" target "c.md"
                Inline "[two\nlines](d.md\n'title')" label "two\nlines" target "d.md"
                Inline "[q](\n> e.md)" label "q" target "e.md"
                Inline "[`]`](f)" label "`]`" target "f"
            "#]],
    );
}

#[test]
fn references_and_definitions() {
    check_links(
        "[t][r] [r][] [r] ![i][r] <http://a.b> [t][闭] [闭][]\n\n[r]: <b c> 'x'\n  [b]:\n  d.md\n",
        &expect![[r#"
                FullReference "[t][r]" label "t" target "r"
                CollapsedReference "[r][]" label "r" target "r"
                ShortcutReference "[r]" label "r" target "r"
                !FullReference "![i][r]" label "i" target "r"
                Autolink "<http://a.b>" label "http://a.b" target "http://a.b"
                definition "[r]: <b c> 'x'" label "r" target "b c"
                definition "[b]:\n  d.md" label "b" target "d.md"
                broken "[t][闭]" label "t" target "闭"
                broken "[闭][]" label "闭" target "闭"
            "#]],
    );
}
