//! What is shown of an answer, checked on small notes.

use super::{Form, Piece};
use crate::fixture::Fixture;
use crate::text::TextRange;
use expect_test::{Expect, expect};

/// What is shown of the first note's text, URIs as `‹path:line›`.
fn shown(fixture: &str) -> String {
    shown_as(Form::Markdown, fixture)
}

fn shown_as(form: Form, fixture: &str) -> String {
    let fixture = Fixture::parse(fixture);
    let note = fixture.first();
    let pieces = fixture.vault.preview_as(note, TextRange::new(0, note.text.len()), form);
    let pieces = pieces.into_iter().map(|piece| match piece {
        Piece::Markdown(text) => text,
        Piece::Uri(path, None) | Piece::Picture(path) => format!("‹{path}›"),
        Piece::Uri(path, Some(line)) => format!("‹{path}:{}›", line + 1),
        Piece::PictureSize(path) => format!("‹size of {path}›"),
    });
    pieces.collect()
}

fn check(fixture: &str, expected: &Expect) {
    expected.assert_eq(&shown(fixture));
}

#[test]
fn links_lead_where_they_led() {
    check(
        "//- 甲/a.md\n[x](../b.md#闭包) [[b#闭包|y]] [[b]] ![p](p.png) ![[p.png]] [r] [z](https://a.b) [n](no.md) \
         [s](/site) 甲[^1] <img src=\"p.png\" alt=\"p\"> <https://c.d>\n\n[r]: ../b.md\n[^1]: 注\n\
         //- b.md\n# b\n\n## 闭包\n//- 甲/p.png\n",
        &expect![[r#"
                [x](‹/b.md:3›) [y](‹/b.md:3›) [b](‹/b.md›) ![p](‹/甲/p.png›) ![p](‹/甲/p.png›) [r](‹/b.md›) [z](https://a.b) n s 甲[^1] ![p](‹/甲/p.png›) <https://c.d>


                [^1]: 注"#]],
    );
}

#[test]
fn a_picture_in_a_link_is_shown_in_it() {
    check(
        "//- 甲/a.md\n[![图](p.png)](../b.md) [![图](p.png)][r] ![远](https://a.b/p.png)\n\n[r]: ../b.md\n//- b.md\n//- 甲/p.png\n",
        &expect!["[![图](‹/甲/p.png›)](‹/b.md›) [![图](‹/甲/p.png›)](‹/b.md›) 远"],
    );
}

#[test]
fn as_plain_text() {
    let shown = shown_as(
        Form::Plain,
        "//- a.md\n[x](b.md) [[b|y]] ![图](p.png) <b>粗</b> *重* `<c>` a<b [z](https://a.b) <https://c.d>\n//- b.md\n//- p.png\n",
    );
    expect!["x y 图 粗 *重* `<c>` a<b z https://c.d"].assert_eq(&shown);
}

#[test]
fn nothing_in_it_can_run() {
    check(
        "a <b onclick=\"x()\">c</b> <!-- 注 --> d\n\n<script>alert(1)</script>\n\n<details><summary>问</summary>\n\n答\n\n</details>\n",
        &expect![[r#"
                a c  d



                问

                答"#]],
    );
}

#[test]
fn what_is_left_of_html_does_not_join_to_new_html_or_links() {
    check(
        "<scr<b>ipt>alert(1)</scr<b>ipt> [x]<b>(javascript:x()) \\<b> a<b> `<script>` `<b\n",
        &expect![[r#"&lt;script>alert(1)&lt;/script> [x]\(javascript:x()) \<b> a `<script>` `&lt;b"#]],
    );
    check("<div>\n[x](command:x) <!-- a > b --> <\n</div>\n", &expect![[r#"\[x\](command:x)"#]]);
}

#[test]
fn addresses_lead_to_pages_only() {
    check(
        "[a](javascript:x()) [b](command:x) [c](data:text/html,x) [d](https://e.f?x=1&amp;y) <javascript:x> \
         <m@a.b> [e](<https://a b>) [f][r] [g](www.a.b)\n\n[r]: vscode:open\n",
        &expect!["a b c [d](https://e.f?x=1&y) javascript:x <m@a.b> e f g"],
    );
}

#[test]
fn html_that_is_cut_off_is_no_html() {
    let long = format!(
        "<div>\n{}<script>alert(1)</script>\n{}</div>\n",
        "<b>行</b>\n".repeat(22),
        "<i>后</i>\n".repeat(9)
    );
    let shown = shown(&long);
    assert!(!shown.contains('<') && shown.contains('行') && shown.ends_with('…'), "{shown}");
}

#[test]
fn text_is_escaped_where_markdown_would_read_it() {
    let escaped = |text: &str| Form::Markdown.text(text);
    assert_eq!(escaped("a_b *c* [d] `e` <f>"), r"a_b \*c\* \[d\] \`e\` \<f>");
    assert_eq!(escaped("# C# _x_"), r"\# C# \_x\_");
    assert_eq!(escaped("什么是 goroutine？"), "什么是 goroutine？");
}

#[test]
fn it_ends_at_the_end_of_a_block() {
    let long = format!("开头\n\n{}\n\n{}\n", "行\n".repeat(15), "后\n".repeat(15));
    check(
        &long,
        &expect![[r#"
            开头

            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行

            …"#]],
    );
    let code = format!("```rust\n{}```\n", "let x = 1;\n".repeat(40));
    let shown = shown(&code);
    assert_eq!(shown.lines().count(), 24 + 1 + 2);
    assert!(shown.ends_with("let x = 1;\n```\n\n…"), "{shown}");
}

#[test]
fn a_very_long_line_is_cut_between_characters() {
    let shown = shown(&"闭包".repeat(3_000));
    assert!(shown.len() < 4_020 && shown.ends_with("\n\n…"), "{}", shown.len());
}

#[test]
fn nothing_is_shown_of_nothing() {
    assert_eq!(shown("\n\n  \n"), "");
}
