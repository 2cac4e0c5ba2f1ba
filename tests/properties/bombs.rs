//! Notes that are made to be slow: one piece of Markdown over and over. What is asked of them grows as they do.
//!
//! Invariant: growth is asserted, never time: a text four times as long may cost nine times as much, where what
//! compares everything with everything costs sixteen times as much. `STUDYMARK_BOMBS=all` tries every piece.

use std::sync::Arc;
use std::time::{Duration, Instant};

use studymark::features::completion::{Memo, Request, complete};
use studymark::features::definition::{Sought, definition};
use studymark::features::diagnostics::check_note;
use studymark::features::document_links::document_links;
use studymark::features::folding::folds;
use studymark::features::hover::{Known, hover};
use studymark::features::references::highlights;
use studymark::features::rename::rename;
use studymark::features::selection::selection_ranges;
use studymark::features::symbols::outline;
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::syntax::Tree;
use studymark::syntax::context::Context;
use studymark::text::Buffer;
use studymark::vault::Vault;
use studymark::vault::glossary::Glossary;
use studymark::vault::preview::Form;

use crate::vault::empty;

/// The pieces that are tried always: what scanners begin something at, and what once cost too much.
const PIECES: &[&str] = &[
    "[",
    "[]",
    "[[",
    "[[a#",
    "![",
    "[a](",
    "[^",
    "[^1]: ",
    "*",
    "`",
    "<",
    "<a ",
    "<!--",
    "<details>",
    "<?",
    "$",
    "(",
    "{{",
    "#",
    "|",
    "：",
    "？",
    "言",
    "堆（",
    "http://a",
    "> ",
    "> - ",
    "a\n",
    "---\n",
    "[[b]]\n",
    "`a` [[b]] ",
    "![x](p.png)\n",
    "[a]: b\n",
    "a[^a]\n",
    "# [[b]] ",
    "## 什么是堆？\n",
    "# ab\n\n![x](p.png)\n\n",
    "- X：a\n  - 优点：b\n",
    "```text\nA：\n b\n```\n",
    "堆是一种树。\n\n",
];

/// The others.
const MORE_PIECES: &[&str] = &[
    "[",
    "]",
    "[]",
    "[[",
    "]]",
    "[[a",
    "[[a|",
    "[[a#",
    "![",
    "![[",
    "[a](",
    "[a](b",
    "[a](<",
    "[a](b \"",
    "[a][",
    "[^",
    "[^1]",
    "[^1]: ",
    "*",
    "**a ",
    "*a_",
    "_",
    "`",
    "` ",
    "`a``",
    "~",
    "~~",
    "==",
    "<",
    "<a ",
    "<a b=\"",
    "<!--",
    "<!-- a",
    "<![CDATA[",
    "<?",
    "</",
    "<details>",
    "<details><summary>",
    "<summary>",
    "<b>",
    "<a href=\"b\">",
    "<https://",
    "http://a",
    "$",
    "$$",
    "$a",
    "\\(",
    "(",
    ")",
    "((",
    "（",
    "{{",
    "{",
    "}}",
    "{{c1::",
    "#",
    "# ",
    "#a ",
    "#标签",
    "|",
    "| a ",
    "|-",
    "\\",
    "&",
    "&amp;",
    "&#",
    ":",
    "::",
    "：",
    "^",
    " ^a",
    "言",
    "言是",
    "堆（",
    "堆（heap）",
    "是",
    "一、",
    "1. ",
    "1.1.",
    "第",
    "？",
    "！",
    "，",
    "a",
    "a ",
    "A",
    "é",
    "\u{301}",
    "😀",
    "\u{200b}",
    " ",
    "\t",
    "\0",
    "\u{feff}",
    "\n",
    "\r",
    "\r\n",
    "a\n",
    "a\n\n",
    "# a\n",
    "# a\n\n",
    "## 什么是堆？\n",
    "## a\n# b\n",
    "a\n=\n",
    "---\n",
    "- ",
    "- a\n",
    "- a\n\n",
    "- [ ] a\n",
    "1. a\n",
    "> ",
    "> a\n",
    "> [!question]\n",
    "> - ",
    "```\n",
    "~~~\n",
    "    a\n",
    "| a |\n|-|\n",
    "|a|\n",
    "[a]: b\n",
    "[a]\n\n",
    "[a](#a)\n",
    "[[b]]\n",
    "[x](b.md#y)\n",
    "![x](p.png)\n",
    "[^a]: a\n\n",
    "a[^a]\n",
    ": a\n",
    "a\n: b\n\n",
    "Q: a\nA: b\n\n",
    "<div>\n",
    "<h2>a</h2>\n",
    "<a id=\"x\"></a>\n",
    "<img src=\"a\">\n",
    "<!-- a -->\n",
    "<!-- studymark: ignore -->\n",
    "<details>\n<summary>a</summary>\n\n",
    "</details>\n",
    "$$\n",
    "{{a}}\n",
    "堆是一种树。\n\n",
    "**堆**：一棵树。\n",
    "堆（heap）：树\n\n",
    "TODO\n",
    "术语 ^a\n",
    "#标签 ",
    "+++\n",
    "- X：a\n  - 优点：b\n",
    "- 优点：快\n",
    "[^",
    "[[a]] ",
    "# [[b]] ",
    "`a` [[b]] ",
    "```text\nA：\n b\n```\n",
    "a（b",
    "（？",
    "X (a) ",
    "- ```\n  ab\n  ```\n  - c\n",
    "是？",
    "a. ",
    "# ab\n\n![x](p.png)\n\n",
    "AB (a a a a a a a a a a) ",
    "**甲：**乙",
    "| 术语 | 说明 |\n|-|-|\n| 堆 | 树 |\n",
    "<b>a</b>",
    "a://b",
    "[a](b)(",
    "<!-- a\n",
    "<script>",
    "\\[[",
    "a: b\n",
    "\"",
    "'",
    "“",
    "”",
    "——",
    "…",
    "。",
    "a-",
    "a_b ",
    "a.b ",
    "@",
    "%",
    "%E8",
    "%%",
    "\\n",
    "/",
    "../",
    "file:",
    "mailto:a ",
];

/// What is asked of a note.
struct Asked {
    vault: Vault,
    glossary: Glossary,
    note: Arc<Note>,
}

impl Asked {
    fn of(text: &str) -> Self {
        let mut vault = empty();
        let note = Arc::new(Note::read(NotePath::new("/n.md"), text));
        vault.insert(Arc::new(Note::read(NotePath::new("/b.md"), "# y\n\n堆（heap）是一种树。\n")));
        vault.insert(Arc::clone(&note));
        let glossary = Glossary::of(&vault);
        Self { vault, glossary, note }
    }

    fn places(&self) -> [usize; 3] {
        let text = self.note.text.as_str();
        let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        [0, text.len() / 2, text.len()].map(boundary)
    }
}

type Ask = (&'static str, fn(&Asked) -> usize);

const ASKED: &[Ask] = &[
    ("reading", |asked| Note::read(asked.note.path.clone(), asked.note.text.as_str()).links.len()),
    ("the glossary", |asked| Glossary::of(&fresh(asked)).len()),
    ("mentions", |asked| asked.vault.mentions(&asked.glossary.apart(), &asked.note).len()),
    ("diagnostics", |asked| check_note(&asked.vault, &asked.note).len()),
    ("the outline", |asked| outline(&asked.vault, &asked.note).len()),
    ("folds", |asked| folds(&asked.note).len()),
    ("links", |asked| document_links(&asked.vault, &asked.note).len()),
    ("hover", |asked| {
        let known = Known { glossary: &asked.glossary, compared: None, topics: None };
        let shown = |at| hover(&asked.vault, known, &asked.note, at, Form::Markdown);
        asked.places().into_iter().filter_map(shown).count()
    }),
    ("definition", |asked| {
        let led = |at| definition(&asked.vault, &asked.glossary, &asked.note, at, Sought::Definition);
        asked.places().into_iter().filter_map(led).count()
    }),
    ("highlights", |asked| {
        asked
            .places()
            .into_iter()
            .map(|at| highlights(&asked.vault, &asked.glossary, &asked.note, at).len())
            .sum()
    }),
    ("a preview", |asked| {
        asked.vault.preview(&asked.note, studymark::text::TextRange::new(0, asked.note.text.len())).len()
    }),
    ("a rename", |asked| {
        let renamed = |at| rename(&asked.vault, &asked.glossary, &asked.note, at, "新名").ok();
        asked.places().into_iter().filter_map(renamed).count()
    }),
    ("completion", |asked| {
        let buffer = Buffer::new(asked.note.text.as_str());
        let completed = |at| {
            let context = Context::at(&buffer, &mut Tree::new(), at);
            let request = Request {
                vault: &asked.vault,
                glossary: &asked.glossary,
                note: &asked.note,
                context: &context,
                recent: &[],
            };
            complete(&request, &mut Memo::default()).items.len()
        };
        asked.places().into_iter().map(completed).sum()
    }),
    ("selection", |asked| selection_ranges(&Buffer::new(asked.note.text.as_str()), &asked.places()).len()),
];

fn fresh(asked: &Asked) -> Vault {
    let mut vault = empty();
    vault.insert(Arc::new(Note::read(asked.note.path.clone(), asked.note.text.as_str())));
    vault
}

fn time(ask: fn(&Asked) -> usize, asked: &Asked) -> Duration {
    let start = Instant::now();
    std::hint::black_box(ask(asked));
    start.elapsed()
}

/// Pieces between a beginning and an end.
const WRAPPED: &[(&str, &str, &str)] = &[
    ("<div>\n", "<a ", ""),
    ("<div>\n", "<a b=\"", ">"),
    ("<div>\n", "<!--", ""),
    ("<div>\n", "</a", ""),
    ("# ", "a", "\n\na\n"),
    ("# ", "a", "（b）\n\na\n"),
    ("", "[^", "]"),
    ("", "[[a ", "]]"),
    ("", "（", "）"),
    ("", "(a", ")"),
    ("---\n", "a: b\n", "---\n"),
    ("---\n", "- a\n", "---\n"),
    ("---\naliases: [", "a, ", "]\n---\n"),
    ("---\n", "[", "\n---\n"),
    ("---\n", "{a: ", "\n---\n"),
    ("---\n", "a: &a [*a, ", "\n---\n"),
    ("```text\n", "A：\n b\n", "```\n"),
    ("```\n", "`", "\n```\n"),
    ("| a |\n|-|\n", "| b |\n", ""),
    ("| a |\n|-|\n|", " b |", "\n"),
    ("堆是一种树。\n\n", "堆", ""),
    ("堆是一种树。\n\n", "堆，", ""),
    ("[r]: x\n\n", "[a][r]", ""),
    ("[r]: x\n\n", "[r]", ""),
    ("", "\\", "[[a]]"),
    ("", "`", "a"),
    ("> [!", "a", "]\n"),
    ("## 什么是", "堆", "？\n\n堆。\n"),
    ("# a\n\n", "- [a](#a)\n", ""),
    ("<details>\n", "<summary>a</summary>\n", ""),
    ("<h2>", "a<b>", "</h2>\n"),
    ("AB (", "a ", ")"),
    ("**", "a", "**：b"),
    ("", "    ", "a"),
    ("", "a\u{301}", "\n"),
    ("^", "a", ""),
    ("[a](", "(", ")"),
    ("[a](<", "\\", ">)"),
    ("[a](b \"", "\\\"", "\")"),
    ("$", "\\$", "$"),
    ("a ", "==", "a"),
    ("", "#", " a\n"),
    ("1", ".1", " a\n"),
    ("# 一", "、一", "、a\n"),
    ("# 1", ".1", " a\n"),
    ("# ", "第一章 ", "a\n"),
];

/// The length of the shorter text, in bytes.
const SHORT: usize = 1_500;

/// What a busy machine may add to any time.
const SLACK: Duration = Duration::from_millis(25);

/// Those that grow faster than the text does. Times are the best of some, since other programs run as well.
fn too_slow(make: impl Fn(usize) -> String) -> Vec<String> {
    let (short, long) = (Asked::of(&make(SHORT)), Asked::of(&make(4 * SHORT)));
    let mut slow = Vec::new();
    for (name, ask) in ASKED {
        let grows = |short: Duration, long: Duration| long > 9 * short + SLACK;
        let (mut of_short, mut of_long) = (time(*ask, &short), time(*ask, &long));
        for _ in 0..6 {
            if !grows(of_short, of_long) {
                break;
            }
            of_short = of_short.min(time(*ask, &short));
            of_long = of_long.min(time(*ask, &long));
        }
        if grows(of_short, of_long) {
            slow.push(format!("{name}: {of_short:?}, four times as long {of_long:?}"));
        }
    }
    slow
}

#[test]
fn nothing_that_is_written_over_and_over_is_slow() {
    let all = std::env::var("STUDYMARK_BOMBS").is_ok_and(|which| which == "all");
    let mut slow = Vec::new();
    for piece in PIECES.iter().chain(MORE_PIECES.iter().filter(|_| all)) {
        let of_piece = too_slow(|bytes| piece.repeat(bytes / piece.len()));
        slow.extend(of_piece.into_iter().map(|what| format!("{piece:?} {what}")));
    }
    let step = if all { 1 } else { 6 };
    for (before, piece, after) in WRAPPED.iter().step_by(step) {
        let of_piece = too_slow(|bytes| format!("{before}{}{after}", piece.repeat(bytes / piece.len())));
        slow.extend(of_piece.into_iter().map(|what| format!("{before:?} {piece:?} {after:?} {what}")));
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn notes_beyond_measure_are_answered() {
    let cases = [
        ("言".repeat(5_000_000 / 3), 0),
        ("> ".repeat(10_000) + "# x", 1),
        ("- ".repeat(10_000) + "x", 0),
        ("# x\n".repeat(20_000), 20_000),
    ];
    for (text, headings) in cases {
        let asked = Asked::of(&text);
        assert_eq!(asked.note.headings.len(), headings);
        for (_, ask) in ASKED {
            std::hint::black_box(ask(&asked));
        }
        let whole = studymark::text::TextRange::new(0, text.len());
        let shown: usize =
            asked.vault.preview(&asked.note, whole).iter().map(|piece| format!("{piece:?}").len()).sum();
        assert!(shown < 20_000, "a preview is short, however long the note is: {shown} bytes");
    }
}
