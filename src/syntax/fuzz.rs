//! Random edits against the syntax tree: nothing crashes, ranges stay in bounds, and how often a tree that was
//! brought up to date differs from a fresh one.
//!
//! Invariant: a run is repeatable, its seed says everything. The measurements are `#[ignore]`d; `docs/syntax-tree.md`
//! has their commands and figures.

use std::time::{Duration, Instant};

use crate::syntax::Tree;
use crate::syntax::blocks::Blocks;
use crate::syntax::context::Context;
use crate::text::{Buffer, TextRange};

/// Every mark that opens or closes something, in pieces that meet in unforeseen ways.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "> ",
    ">",
    "> > ",
    "- ",
    "-\t",
    "* ",
    "+ ",
    "1. ",
    "12) ",
    "    ",
    "\t",
    " ",
    "# ",
    "## ",
    "###### ",
    "```",
    "```rust\n",
    "~~~",
    "---",
    "---\n",
    "+++\n",
    "***",
    "===",
    "\n| a | b |\n|-|-|\n",
    "|",
    "|-|",
    "<div>",
    "<!--",
    "-->",
    "<pre>",
    "</pre>",
    "<a href=\"",
    "\">",
    "[",
    "]",
    "[[",
    "]]",
    "(",
    ")",
    "![",
    "[^",
    "[a]: b \"t\"\n",
    "`",
    "``",
    "$",
    "$$",
    "**",
    "*",
    "_",
    "~~",
    "\\",
    "&amp;",
    "闭包",
    "函数。",
    "😀",
    "é",
    "word",
    "a b",
    "#标签",
    "https://a.b",
    "\u{0}",
    "\u{2028}",
    "- [ ] ",
    "[!note]",
];

/// A note as people write them, on which typing is tried.
const NOTE: &str = "---\ntags: [js, 面试]\n---\n# 闭包\n\n什么是**闭包**？见 [[作用域#词法|词法作用域]]。\n\n## 定义\n\n> [!note] 注意\n> 闭包是`函数`加环境。\n\n1. 捕获变量\n   - 值，`let x = 1`\n   - 引用\n2. 返回函数\n\n| 语言 | 支持 |\n|------|------|\n| JS   | [是](js.md) |\n\n```js\nfunction f() {\n  return () => 1;\n}\n```\n\n## 复杂度\n\n查找是 $O(n)$，见[^1]。\n\n[^1]: 最坏情况。\n\n### 问题\n\nWhy does it *keep* the variable alive? <img src=\"a.png\">\n\n- [ ] 内存泄漏\n- [x] 循环变量\n";

/// xorshift64*
struct Rng(u64);

impl Rng {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn piece(&mut self) -> &'static str {
        PIECES[self.below(PIECES.len())]
    }
}

/// Where an edit goes and what it writes.
type Edit = (TextRange, String);

/// An edit that no person would make.
fn hostile(rng: &mut Rng, buffer: &Buffer) -> Edit {
    if buffer.len() > 6000 {
        return (TextRange::new(0, buffer.len() - 1000), String::new());
    }
    let start = rng.below(buffer.len() + 1);
    let end = if rng.one_in(3) { start + rng.below(20) } else { start };
    let piece = rng.piece();
    let text = match rng.below(40) {
        0 => piece.repeat(100 + rng.below(200)),
        1..8 => piece.repeat(1 + rng.below(6)),
        8..12 => format!("\n{piece}"),
        _ => (0..=rng.below(3)).map(|_| rng.piece()).collect(),
    };
    (TextRange::new(start, end), text)
}

/// An edit of someone typing: a key or a mark, a deletion, a line break; now and then a paste.
fn typing(rng: &mut Rng, buffer: &Buffer) -> Edit {
    let start = rng.below(buffer.len() + 1);
    match rng.below(12) {
        0..3 => (TextRange::new(start, start + 1 + rng.below(3)), String::new()),
        3 => (TextRange::empty(start), "\n".to_owned()),
        4 => (TextRange::empty(start), "\n- ".to_owned()),
        5 => (
            TextRange::new(start, start + rng.below(60)),
            NOTE.chars().skip(rng.below(300)).take(rng.below(60)).collect(),
        ),
        6..9 => (TextRange::empty(start), rng.piece().to_owned()),
        _ => (TextRange::empty(start), ["闭", "包", "a", "e", " ", "，"][rng.below(6)].to_owned()),
    }
}

#[derive(Default)]
struct Counts {
    edits: usize,
    differ: usize,
    largest: usize,
}

/// Makes edits on a buffer and its tree, and compares with a fresh parse after each.
fn run(
    rng: &mut Rng,
    start: &str,
    edits: usize,
    edit: impl Fn(&mut Rng, &Buffer) -> Edit,
    counts: &mut Counts,
) {
    let mut buffer = Buffer::new(start);
    let mut tree = Tree::new();
    for _ in 0..edits {
        for _ in 0..=rng.below(2) {
            let (range, text) = edit(rng, &buffer);
            tree.note_edit(&buffer.replace(range, &text));
        }
        counts.edits += 1;
        counts.largest = counts.largest.max(buffer.len());
        let live = tree.bring_up_to_date(&buffer).expect("a short text has a tree").clone();
        let fresh = Blocks::fresh(&buffer).expect("a short text has a tree");
        counts.differ += usize::from(live.outline() != fresh.outline());
        let offset = buffer.point(rng.below(buffer.len() + 1)).offset;
        for blocks in [&live, &fresh] {
            check_ranges(blocks, &buffer, offset);
        }
        let _ = Context::at(&buffer, &mut tree, offset);
    }
}

fn check_ranges(blocks: &Blocks, buffer: &Buffer, offset: usize) {
    let text = buffer.to_text();
    let fits = |range: TextRange| text.get(range.start()..range.end()).is_some();
    let around = blocks.around(offset);
    for block in &around {
        assert!(fits(block.range), "{block:?} in {text:?}");
    }
    for pair in around.windows(2) {
        assert!(pair[1].range.contains_range(pair[0].range), "{pair:?} in {text:?}");
    }
    let Some(leaf) = blocks.leaf(offset) else { return };
    assert!(fits(leaf.inline) && leaf.marks.iter().all(|mark| fits(*mark)), "{leaf:?} in {text:?}");
    assert_eq!(leaf.text(buffer, leaf.inline).len(), leaf.inline.len(), "{leaf:?} in {text:?}");
}

#[test]
fn random_edits_crash_nothing() {
    let mut counts = Counts::default();
    for seed in 0..10 {
        run(&mut Rng::new(seed), "", 40, hostile, &mut counts);
        run(&mut Rng::new(seed), NOTE, 40, typing, &mut counts);
    }
    // Far above the measured rate: more would mean that edits are carried over wrongly.
    assert!(counts.differ * 20 < counts.edits, "{} of {} differ", counts.differ, counts.edits);
}

/// Texts of random marks.
pub(crate) fn random_texts(seed: u64, count: usize) -> impl Iterator<Item = String> {
    let mut rng = Rng::new(seed);
    (0..count).map(move |_| (0..40).map(|_| rng.piece()).collect())
}

/// Texts that are hard on a parser: very deep, very long lines, marks that nothing closes.
pub(crate) fn extremes() -> Vec<(&'static str, String)> {
    let many = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let stairs = |mark: &str, levels: usize| {
        (0..levels).map(|level| format!("{}{mark}x\n", "  ".repeat(level))).collect()
    };
    let million = 1_000_000;
    vec![
        ("10,000 quotes in a line", many("> ", 20_000)),
        ("10,000 quotes, 5 lines", many(&format!("{}a\n", many(">", 10_000)), 50_005)),
        ("10,000 items in a line", many("- ", 20_000)),
        ("400 levels of lists", stairs("- ", 400)),
        ("400 levels of numbers", (0..400).map(|n| format!("{}1. x\n", "   ".repeat(n))).collect()),
        ("quotes and items by turns", many("> - ", 8_000)),
        ("NUL, 1 MB", many("\0", million)),
        ("NUL between marks", many("\0- \0> \0`\n", 100_000)),
        ("a line of 1 MB, Chinese", many("闭包是函数。", million)),
        ("a line of 1 MB, spaces", many(" ", million)),
        ("a line of 1 MB, brackets", many("[", million)),
        ("a line of 1 MB, backticks", many("` `` ``` ", million)),
        ("a line of 1 MB, stars", many("*a **b ", million)),
        ("a line of 1 MB, bars", many("| a ", million)),
        ("a line of 1 MB, angles", many("<a ", million)),
        ("60 KB of brackets", many("[", 60_000)),
        ("60 KB of links half-open", many("[a](", 60_000)),
        ("60 KB of images half-open", many("![", 60_000)),
        ("60 KB of emphasis", many("*a_", 60_000)),
        ("60 KB of strikes", many("~a~~", 60_000)),
        ("60 KB of backtick runs", many("` `` ``` ", 60_000)),
        ("60 KB of dollars", many("$a ", 60_000)),
        ("60 KB of comments half-open", many("<!-- ", 60_000)),
        ("60 KB of tags half-open", many("<a b=\"", 60_000)),
        ("60 KB of wiki links half-open", many("[[a", 60_000)),
        ("300 stars", many("*", 300)),
        // Fifty bytes that keep the grammar of inline text busy for seconds.
        ("images half-open in emphasis", format!("***{}[~~~[!", many("![", 80))),
        ("257 backticks and a fence", format!("{}\na\n{}\n", many("`", 257), many("`", 257))),
        ("tables in a row", many("| a | b |\n|-|-|\n", million)),
        ("settings that never end", format!("---\n{}", many("a: b\n", million))),
        ("headings", many("# a\n", million)),
        ("definitions", many("[a]: b\n", million)),
        ("breaks", many("\n", million)),
        ("lone CR", many("a\r- b\r", million)),
    ]
}

#[test]
fn extreme_texts_end_in_time() {
    for (name, text) in extremes() {
        // The start of each is enough for every day; the whole is tried by the measurement.
        let cut = text.floor_char_boundary(40_000);
        try_extreme(name, &Buffer::new(&text[..cut]));
    }
}

fn try_extreme(name: &str, buffer: &Buffer) -> [Duration; 3] {
    let mut buffer = buffer.clone();
    let mut tree = Tree::new();
    let timed = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let blocks = timed(&mut || drop(tree.bring_up_to_date(&buffer).cloned()));
    let edit = buffer.replace(TextRange::empty(buffer.len() / 2), "a");
    tree.note_edit(&edit);
    let again = timed(&mut || drop(tree.bring_up_to_date(&buffer).cloned()));
    let context = timed(&mut || drop(Context::at(&buffer, &mut tree, buffer.len() - 1)));
    let all = [blocks, again, context];
    assert!(all.iter().all(|time| *time < Duration::from_secs(8)), "{name}: {all:?}");
    all
}

#[test]
#[ignore = "a measurement: some minutes in release"]
fn measure_differences() {
    let edits: usize = std::env::var("EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(100_000);
    for (name, start) in [("hostile", ""), ("typing", NOTE)] {
        let mut counts = Counts::default();
        let mut seed = 1000;
        while counts.edits < edits {
            seed += 1;
            let mut rng = Rng::new(seed);
            match name {
                "hostile" => run(&mut rng, start, 200, hostile, &mut counts),
                _ => run(&mut rng, start, 100, typing, &mut counts),
            }
        }
        let Counts { edits, differ, largest } = counts;
        println!("{name}: {edits} edits, largest {largest} bytes, differ {differ}");
    }
}

#[test]
#[ignore = "a measurement on notes that are named in NOTES, as in PATH"]
#[expect(clippy::disallowed_methods, reason = "the notes are outside the project")]
fn measure_notes() {
    let mut counts = Counts::default();
    let mut slowest = (Duration::ZERO, 0);
    let mut rng = Rng::new(5);
    for path in std::env::split_paths(&std::env::var_os("NOTES").unwrap_or_default()) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let buffer = Buffer::new(&text);
        let start = Instant::now();
        let blocks = Blocks::fresh(&buffer);
        slowest = slowest.max((start.elapsed(), text.len()));
        assert!(blocks.is_some(), "{}", path.display());
        run(&mut rng, &text, 40, typing, &mut counts);
    }
    let Counts { edits, differ, largest } = counts;
    println!(
        "{edits} edits, largest {largest} bytes, differ {differ}; slowest fresh parse {slowest:?} (bytes)"
    );
}

#[test]
#[ignore = "a measurement"]
fn measure_extremes() {
    for (name, text) in extremes() {
        let [blocks, again, context] = try_extreme(name, &Buffer::new(&text));
        println!("{name:<34} blocks {blocks:>9.1?}  after a key {again:>9.1?}  context {context:>9.1?}");
    }
}

#[test]
#[ignore = "a measurement"]
fn measure_costs() {
    let section = NOTE.split_once("# 闭包").map_or(NOTE, |(_, body)| body);
    let text: String = (0..40).map(|n| format!("## 第 {n} 节{section}")).collect();
    let text = text.get(..text.floor_char_boundary(20 * 1024)).unwrap_or(&text);
    let mut buffer = Buffer::new(text);
    println!("a note of {} bytes", text.len());
    median("blocks, fresh", || drop(Blocks::fresh(&buffer)));
    let at = text.find("第 20 节").expect("it is there");
    let mut tree = Tree::new();
    tree.bring_up_to_date(&buffer);
    let mut n = 0;
    for (name, at) in [("start", text.find("什么是").unwrap_or(0)), ("middle", at), ("end", text.len() - 40)]
    {
        let at = text.floor_char_boundary(at);
        median(&format!("blocks after a key, {name}"), || {
            n += 1;
            let (range, new) =
                if n % 2 == 1 { (TextRange::empty(at), "闭") } else { (TextRange::new(at, at + 3), "") };
            tree.note_edit(&buffer.replace(range, new));
            tree.bring_up_to_date(&buffer);
        });
    }
    median("context", || drop(Context::at(&buffer, &mut tree, at)));
}

fn median(name: &str, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..200)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("{name:<28} median {:>8.1?}, 95 of 100 within {:>8.1?}", times[100], times[190]);
}
