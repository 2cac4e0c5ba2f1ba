//! One note of a hundred thousand headings.
//!
//! Invariant: growth is asserted, never time: of what costs as much for each heading, ten times as many take ten times
//! as long, and what compares all with all a hundred times.

use std::time::{Duration, Instant};

use crate::Folder;

fn run(folder: &Folder, arguments: &[&str]) -> (String, Duration) {
    let begun = Instant::now();
    let output = folder.run(arguments);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap(), begun.elapsed())
}

#[test]
fn a_hundred_thousand_headings_are_listed_and_checked() {
    let folder = |count: usize| {
        let text: String = (0..count)
            .map(|n| match n % 100 {
                0 => format!("## 什么是 {n}？\n\n"),
                _ => format!("## 什么是 {n}？\n\n见 [x](#什么是-{n})。\n\n"),
            })
            .collect();
        Folder::with(&[("a.md", &text)])
    };
    let (few, many) = (folder(10_000), folder(100_000));
    for (verb, lines) in [("outline", 100_000), ("check", 1_000)] {
        let mut ratio = f64::MAX;
        for _ in 0..3 {
            let (_, short) = run(&few, &[verb, "--color", "never"]);
            let (shown, long) = run(&many, &[verb, "--color", "never"]);
            assert!(shown.lines().count() >= lines, "{verb} shows {} lines", shown.lines().count());
            ratio = ratio.min(long.as_secs_f64() / short.as_secs_f64().max(0.02));
            if ratio < 30.0 {
                break;
            }
        }
        assert!(ratio < 30.0, "{verb}: {ratio:.1} times as long for ten times as many");
    }
}
