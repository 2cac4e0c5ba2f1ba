//! What the terminal shows: streams that know whether they may colour, styles, bars, JSON documents.
//!
//! Invariant: colour comes from `--color`, `NO_COLOR`, `CLICOLOR` and the terminal, in this order, and from nowhere
//! else; widths are counted in columns of the terminal, where a Chinese character takes two.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::EXIT_USAGE;
use crate::config::Severity;
use crate::vault::coverage::{AnswerState, Coverage};

/// When to use colour.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColorChoice {
    /// When the output is a terminal and nothing in the environment forbids it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Standard output, buffered, with colour taken out where it is not wanted.
pub struct Out {
    stream: BufWriter<AutoStream<io::Stdout>>,
    /// The columns of the terminal, or of a page when there is none.
    pub width: usize,
}

/// The width of what is no terminal.
const PAGE_WIDTH: usize = 100;

impl Out {
    /// Opens standard output.
    pub fn new(color: ColorChoice) -> Self {
        let stream = AutoStream::new(io::stdout(), choice(color));
        let from_environment = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = from_environment
            .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
            .unwrap_or(PAGE_WIDTH);
        Self { stream: BufWriter::new(stream), width: width.clamp(40, 200) }
    }

    /// Prints one JSON document: `version` and `root` before the fields of `body`.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn json<T: Serialize>(&mut self, root: &str, body: &T) -> io::Result<()> {
        write_json(self, root, body)
    }
}

/// Writes one JSON document: `version` and `root` before the fields of `body`.
///
/// # Errors
/// When the stream cannot be written.
pub fn write_json<T: Serialize>(stream: &mut impl Write, root: &str, body: &T) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a, T> {
        version: u32,
        root: &'a str,
        #[serde(flatten)]
        body: &'a T,
    }
    serde_json::to_writer_pretty(&mut *stream, &Document { version: 1, root, body })
        .map_err(io::Error::from)?;
    writeln!(stream)
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn choice(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Says on standard error why nothing was done.
pub fn complain(color: ColorChoice, message: &str) -> ExitCode {
    let mut stream = AutoStream::new(io::stderr(), choice(color));
    let style = severity_style(Severity::Error);
    // Nobody is left to tell when standard error is closed too.
    let _ = writeln!(stream, "{style}error{style:#}: {message}");
    ExitCode::from(EXIT_USAGE)
}

/// Bold text.
pub const BOLD: Style = Style::new().bold();
/// Text that steps back.
pub const DIM: Style = Style::new().dimmed();

/// The colour of a severity.
pub fn severity_style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Information => AnsiColor::Blue,
        Severity::Hint => AnsiColor::Cyan,
    };
    color.on_default().bold()
}

/// The word for a severity, as LSP and the JSON contract have it.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
        Severity::Hint => "hint",
    }
}

/// The mark of an answer state, and its colour.
pub fn state_mark(state: AnswerState) -> (&'static str, Style) {
    match state {
        AnswerState::Answered | AnswerState::AnsweredByChildren => ("✓", AnsiColor::Green.on_default()),
        AnswerState::Partial => ("◐", AnsiColor::Yellow.on_default()),
        AnswerState::Delegated => ("→", AnsiColor::Green.on_default()),
        AnswerState::Stub => ("…", AnsiColor::Yellow.on_default()),
        AnswerState::Unanswered => ("○", AnsiColor::Red.on_default()),
        AnswerState::EmptyChapter => ("◌", AnsiColor::Red.on_default().dimmed()),
    }
}

/// A bar of `cells` columns, filled to the answered part in eighths of a column.
pub fn bar(coverage: Coverage, cells: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (coverage.answered * cells * 8).checked_div(coverage.questions).unwrap_or(0);
    let (full, part) = (eighths / 8, EIGHTHS[eighths % 8]);
    let rest = cells - full - usize::from(!part.is_empty());
    let style = match coverage.percent() {
        100 => AnsiColor::Green.on_default(),
        50.. => AnsiColor::Cyan.on_default(),
        _ => AnsiColor::Yellow.on_default(),
    };
    format!("{style}{}{part}{style:#}{DIM}{}{DIM:#}", "█".repeat(full), "░".repeat(rest))
}

/// `text` cut or filled to exactly `width` columns.
pub fn padded(text: &str, width: usize) -> String {
    let shown = fitted(text, width);
    let fill = width.saturating_sub(shown.width());
    format!("{shown}{}", " ".repeat(fill))
}

/// `text` cut to at most `width` columns, with `…` where it was cut.
pub fn fitted(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 1;
    for c in text.chars() {
        let columns = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + columns > width {
            break;
        }
        used += columns;
        shown.push(c);
    }
    shown.push('…');
    shown
}

/// `1 note`, `3 notes`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{bar, fitted, padded};
    use crate::vault::coverage::Coverage;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn bars_fill_by_eighths_and_keep_their_width() {
        for (answered, questions) in [(0, 3), (1, 3), (3, 3), (0, 0), (26, 61)] {
            let coverage = Coverage { answered, questions, ..Coverage::default() };
            let plain = anstream::adapter::strip_str(&bar(coverage, 10)).to_string();
            assert_eq!(plain.width(), 10, "{plain}");
        }
        let half = Coverage { answered: 1, questions: 16, ..Coverage::default() };
        assert!(bar(half, 10).contains('▋') || bar(half, 10).contains('▌') || bar(half, 10).contains('▍'));
    }

    #[test]
    fn columns_of_chinese_text() {
        assert_eq!(padded("闭包", 6), "闭包  ");
        assert_eq!(padded("三次握手", 5), "三次…");
        assert_eq!(fitted("abc", 3), "abc");
        assert_eq!(padded("三次握手", 6).width(), 6);
    }
}
