//! The log: what the server did and what went wrong, a line each, on stderr or in a file.
//!
//! Invariant: standard output belongs to the protocol. A line is written whole and is one line. Of messages
//! it names the method and the id, never what is in them. A log that cannot be written keeps nobody from work.

mod file;

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tower_lsp::jsonrpc::Id;

use crate::path::NotePath;
use crate::server::log::file::LogFile;

/// How much a line of the log matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something was passed over.
    Warn,
    /// What the server did.
    Info,
    /// Every message, with its time.
    Debug,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// What is logged, and where.
struct Log {
    /// The least that is logged; `None` for nothing.
    level: Option<Level>,
    /// Where to, when it is not stderr.
    file: Option<LogFile>,
}

impl Log {
    fn takes(&self, level: Level) -> bool {
        self.level.is_some_and(|least| level <= least)
    }
}

/// The log where nothing was set.
static DEFAULT: Log = Log { level: Some(Level::Info), file: None };

static SET: OnceLock<Log> = OnceLock::new();

fn current() -> &'static Log {
    SET.get().unwrap_or(&DEFAULT)
}

/// Every line begins with it, in a file too: so a log is told from other files.
const HEAD: &str = "studymark ";

/// The most characters of a line.
const LONGEST_LINE: usize = 1_000;

/// Sets what is logged and where, once for the process; `level` is the least that is logged, `None` for nothing. A
/// file is added to; once it is large, it becomes the one before, and another is begun.
///
/// # Errors
/// When the file is a note or no log, or cannot be opened: which file, and why.
pub fn start(level: Option<Level>, file: Option<&Path>) -> Result<(), String> {
    let file = file.map(|path| LogFile::open(path, file::LIMIT)).transpose()?;
    // Set once, before the server starts; whoever comes later logs as the first one wanted.
    let _ = SET.set(Log { level, file });
    Ok(())
}

/// Whether a path is that of the log file, or of the one before it.
pub fn is_own(path: &NotePath) -> bool {
    current().file.as_ref().is_some_and(|log| log.is_called(path))
}

/// Logs that something failed.
pub fn error(what: impl Display) {
    write(Level::Error, &what);
}

/// Logs that something was passed over.
pub fn warn(what: impl Display) {
    write(Level::Warn, &what);
}

/// Logs what was done.
pub fn info(what: impl Display) {
    write(Level::Info, &what);
}

/// Logs a message that goes to the client.
pub fn sent(method: &str, id: Option<&Id>) {
    if current().takes(Level::Debug) {
        write(Level::Debug, &format_args!("sent {}", named(method, id)));
    }
}

fn write(level: Level, what: &dyn Display) {
    let log = current();
    if !log.takes(level) {
        return;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let line = line(now, level, &what.to_string());
    match &log.file {
        Some(file) => file.add(&line),
        None => {
            // When the log cannot be written there is nowhere left to say so.
            let _ = std::io::stderr().lock().write_all(line.as_bytes());
        }
    }
}

/// A line of the log: `studymark 2026-11-26T08:30:00.250Z info: read 12 notes in 3 ms`.
fn line(since_1970: Duration, level: Level, what: &str) -> String {
    let (time, level) = (stamp(since_1970), level.name());
    let mut line = format!("{HEAD}{time} {level}: ");
    let mut rest = what.chars();
    line.extend(rest.by_ref().take(LONGEST_LINE).map(|c| if c.is_control() { ' ' } else { c }));
    if rest.next().is_some() {
        line.push('…');
    }
    line.push('\n');
    line
}

/// A time in UTC, as RFC 3339 writes it.
fn stamp(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    // Years are counted from March, so that the odd day comes last; 719,468 days lie between 0000-03-01 and 1970.
    let day = day + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let thousandth = since_1970.subsec_millis();
    format!("{year:04}-{month:02}-{of_month:02}T{hour:02}:{minute:02}:{second:02}.{thousandth:03}Z")
}

fn named<'a>(method: &'a str, id: Option<&Id>) -> Cow<'a, str> {
    match id {
        Some(id) => format!("{method} #{id}").into(),
        None => method.into(),
    }
}

/// A message of the client that is worked on. When nobody says that it is done, the log does: so what was still worked
/// on when the server ended can be seen.
pub struct Timed(Option<(String, Instant)>);

impl Timed {
    /// Begins to take the time, when that is logged.
    pub fn begin(method: &str, id: Option<&Id>) -> Self {
        Self(current().takes(Level::Debug).then(|| (named(method, id).into_owned(), Instant::now())))
    }

    /// Logs the message with how long it took, and the code of the error when it is answered with one.
    pub fn done(mut self, error: Option<i64>) {
        if let Some((named, begun)) = self.0.take() {
            let error = error.map(|code| format!(", error {code}")).unwrap_or_default();
            write(Level::Debug, &format_args!("{named} {}{error}", milliseconds(begun)));
        }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        if let Some((named, begun)) = self.0.take() {
            write(Level::Debug, &format_args!("{named} given up after {}", milliseconds(begun)));
        }
    }
}

fn milliseconds(since: Instant) -> String {
    format!("{:.1} ms", since.elapsed().as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::{Level, Log, line, stamp};
    use std::time::Duration;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (1_767_225_599, "2025-12-31T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(stamp(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn a_line_is_one_line_of_bounded_length() {
        let shown = line(Duration::from_millis(1_250), Level::Warn, "甲\n乙\u{1b}[0m");
        assert_eq!(shown, "studymark 1970-01-01T00:00:01.250Z warn: 甲 乙 [0m\n");
        let long = line(Duration::ZERO, Level::Debug, &"长".repeat(5_000));
        assert!(long.ends_with("长…\n") && long.chars().count() < 1_100);
    }

    #[test]
    fn a_level_takes_what_matters_as_much() {
        let taken = |level: Option<Level>| {
            let log = Log { level, file: None };
            [Level::Error, Level::Warn, Level::Info, Level::Debug].map(|level| log.takes(level))
        };
        assert_eq!(taken(None), [false; 4]);
        assert_eq!(taken(Some(Level::Error)), [true, false, false, false]);
        assert_eq!(taken(Some(Level::Info)), [true, true, true, false]);
        assert_eq!(taken(Some(Level::Debug)), [true; 4]);
    }
}
