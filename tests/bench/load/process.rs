//! What a process costs: time of the processors and memory, as Linux tells them in `/proc`.
//!
//! Invariant: a process that cannot be looked into costs nothing known, which is `None` and no number.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How much of a window of [`WINDOW`] a server at rest may work: timers tick in some.
const REST: Duration = Duration::from_millis(3);
const WINDOW: Duration = Duration::from_millis(250);

/// Counts what a process, its threads and its children worked.
pub struct Meter {
    pids: Vec<u32>,
    /// By thread, so that what a thread worked still counts when it has ended.
    threads: BTreeMap<PathBuf, Duration>,
    /// What threads worked that were never seen, as far as it is known.
    unseen: Duration,
}

/// Memory in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Resident now.
    pub resident: usize,
    /// The most that ever was.
    pub peak: usize,
}

impl Meter {
    /// Counts from the start of the process.
    pub fn of(pid: u32) -> Self {
        let mut meter = Self { pids: vec![pid], threads: BTreeMap::new(), unseen: Duration::ZERO };
        meter.find_children();
        meter
    }

    /// What was worked until now; a thread that works at this moment is counted to its last tick.
    ///
    /// Threads tell nanoseconds, but those that begin and end between two readings tell nothing. The process tells of all of them, in
    /// hundredths of a second, rounded down: where that is more, so much at least was worked unseen.
    pub fn read(&mut self) -> Option<Duration> {
        let mut told = Duration::ZERO;
        for pid in &self.pids {
            for thread in entries(&PathBuf::from(format!("/proc/{pid}/task"))) {
                // The first number is the time on a processor in nanoseconds.
                let Some(worked) = first_number(&thread.join("schedstat")) else { continue };
                self.threads.insert(thread, Duration::from_nanos(worked));
            }
            told += hundredths(*pid).unwrap_or_default();
        }
        let seen: Duration = self.threads.values().sum();
        self.unseen = self.unseen.max(told.saturating_sub(seen));
        (!self.threads.is_empty()).then(|| seen + self.unseen)
    }

    /// Memory now, of the process and its children.
    pub fn memory(&mut self) -> Option<Memory> {
        self.find_children();
        let each = self.pids.iter().filter_map(|pid| {
            let status = text(&PathBuf::from(format!("/proc/{pid}/status")))?;
            let field = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                line.split_whitespace().next()?.parse::<usize>().ok()
            };
            Some(Memory { resident: field("VmRSS:")? * 1024, peak: field("VmHWM:")? * 1024 })
        });
        each.reduce(|one, other| Memory {
            resident: one.resident + other.resident,
            peak: one.peak + other.peak,
        })
    }

    /// Waits until the process rests, or this long. Returns whether it rests.
    pub fn settle(&mut self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut before = self.read();
        let mut rests = 0;
        while Instant::now() < until {
            std::thread::sleep(WINDOW);
            let now = self.read();
            let (Some(earlier), Some(later)) = (before, now) else { return false };
            rests = if later.saturating_sub(earlier) <= REST { rests + 1 } else { 0 };
            if rests == 2 {
                return true;
            }
            before = now;
        }
        false
    }

    fn find_children(&mut self) {
        let parents: Vec<(u32, u32)> =
            entries(Path::new("/proc")).iter().filter_map(|path| parent(path)).collect();
        let mut at = 0;
        while let Some(&known) = self.pids.get(at) {
            let children = parents.iter().filter(|(_, of)| *of == known).map(|(pid, _)| *pid);
            let new: Vec<u32> = children.filter(|pid| !self.pids.contains(pid)).collect();
            self.pids.extend(new);
            at += 1;
        }
    }
}

/// A process and the one that started it. For `12 (name) S 3 …` these are 12 and 3; the name may hold anything.
fn parent(process: &Path) -> Option<(u32, u32)> {
    let pid = process.file_name()?.to_str()?.parse().ok()?;
    Some((pid, numbers(process)?.get(1)?.parse().ok()?))
}

/// The time of all threads that a process ever had, in itself and in the kernel.
fn hundredths(pid: u32) -> Option<Duration> {
    let numbers = numbers(&PathBuf::from(format!("/proc/{pid}")))?;
    let ticks = |at: usize| numbers.get(at)?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

/// What `/proc/…/stat` tells after the name.
fn numbers(process: &Path) -> Option<Vec<String>> {
    let stat = text(&process.join("stat"))?;
    let (_, after) = stat.rsplit_once(')')?;
    Some(after.split_whitespace().map(str::to_owned).collect())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
}

fn text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

fn first_number(path: &Path) -> Option<u64> {
    text(path)?.split_whitespace().next()?.parse().ok()
}
