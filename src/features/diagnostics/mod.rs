//! Findings: a registry of checks, each a pure function over one note in its vault.
//!
//! Invariant: a check reports only codes it declares; a code that the settings turn off is never reported. A new
//! check is one file beside this one and one line in [`CHECKS`], or in [`TELLINGS`] when it looks at what other
//! sections say: that takes too long to be done at each key.

mod accidental;
mod ambiguous;
mod definitions;
mod duplicates;
mod elsewhere;
mod emphasis;
mod links;
mod near_miss;
mod numbering;
mod questions;
mod references;
mod spelling;
mod unreadable;

use std::sync::Arc;

use crate::config::settings::nearest;
use crate::config::{Config, ConfigFile, Level, Problem, Severity};
use crate::note::{Link, LinkDefinition, Note};
use crate::path::NotePath;
use crate::text::{TextRange, narrow};
use crate::vault::backlinks::Source;
use crate::vault::comparison::Comparison;
use crate::vault::resolve::Resolution;
use crate::vault::resolved::{Renewed, Resolved};
use crate::vault::topics::Topics;
use crate::vault::{Unreadable, Vault};

/// Something to say about a place in a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Where.
    pub range: TextRange,
    /// Which kind.
    pub code: &'static str,
    /// How loud.
    pub severity: Severity,
    /// What, in one line.
    pub message: String,
    /// Whether an editor may fade the text.
    pub unnecessary: bool,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// Facts for tools, by name.
    pub data: Vec<(&'static str, String)>,
}

/// A place that explains a [`Diagnostic`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// The note.
    pub path: NotePath,
    /// Where in it.
    pub range: TextRange,
    /// What is there, in one line.
    pub message: String,
}

/// A kind of finding.
#[derive(Debug)]
pub struct CodeSpec {
    /// Its stable name: `missing-heading`.
    pub code: &'static str,
    /// How loud it is unless set otherwise.
    pub severity: Severity,
    /// What it means, in one sentence, for lists and schemas.
    pub summary: &'static str,
}

/// A check: the codes it reports and how it finds them.
pub struct Check {
    /// Every code it may report.
    pub codes: &'static [CodeSpec],
    /// What a finding rests on.
    pub reach: Reach,
    /// Finds what there is to say about one note.
    pub run: fn(&Context<'_>, &mut Vec<Finding>),
}

/// What a finding rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// On the line it stands in and the facts there: not made again while that is the same.
    Line,
    /// On a link, in what names whose target it stands, the line of that and where it leads: not made again while that is the
    /// same.
    Link,
    /// On the whole note, or on texts of others.
    Note,
}

/// A check of what comparing a note's questions with other sections found.
pub struct Telling {
    /// Every code it may report.
    pub codes: &'static [CodeSpec],
    /// Finds what there is to say about one note.
    pub run: fn(&Compared<'_>, &mut Vec<Finding>),
}

/// What a [`Telling`] may look at.
pub struct Compared<'a> {
    /// All notes.
    pub vault: &'a Vault,
    /// The note in question.
    pub note: &'a Arc<Note>,
    /// What the comparison found.
    pub comparison: &'a Comparison,
    /// The settings in force for it.
    pub config: &'a Config,
}

/// What a check may look at.
pub struct Context<'a> {
    /// All notes.
    pub vault: &'a Vault,
    /// The note in question.
    pub note: &'a Arc<Note>,
    /// The settings in force for it.
    pub config: &'a Config,
    /// Where its links lead, by their indices, and after them where its definitions lead.
    pub resolved: &'a [Resolution],
    /// The whole lines about which something is to be found.
    pub lines: TextRange,
    /// Links and definitions elsewhere about which something is to be found, by their indices in `resolved`; in order.
    pub elsewhere: &'a [usize],
}

impl Context<'_> {
    /// Each link that is looked at with where it leads.
    pub fn links(&self) -> impl Iterator<Item = (&Link, &Resolution)> {
        let before = self.note.links.partition_point(|link| link.range.start < self.lines.start);
        let links = self.note.links.iter().zip(self.resolved).skip(before);
        let in_lines = links.take_while(|(link, _)| link.range.start < self.lines.end);
        let elsewhere = self.elsewhere.iter();
        in_lines.chain(
            elsewhere.filter_map(|index| Some((self.note.links.get(*index)?, self.resolved.get(*index)?))),
        )
    }

    /// Each link definition that is looked at with where it leads.
    pub fn definitions(&self) -> impl Iterator<Item = (&LinkDefinition, &Resolution)> {
        let links = self.note.links.len();
        let resolved = self.resolved.get(links..).unwrap_or_default();
        let definitions = self.note.definitions.iter().zip(resolved);
        let in_lines = definitions.filter(|(definition, _)| self.lines.contains(definition.range.start()));
        let elsewhere = self.elsewhere.iter().filter_map(move |index| {
            Some((self.note.definitions.get(index.checked_sub(links)?)?, self.resolved.get(*index)?))
        });
        in_lines.chain(elsewhere)
    }
}

/// What a check found; its severity comes from the settings.
pub struct Finding {
    /// One of the check's codes.
    pub code: &'static str,
    /// Where.
    pub range: TextRange,
    /// What, in one line.
    pub message: String,
    /// Whether an editor may fade the text.
    pub unnecessary: bool,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// Facts for tools, by name.
    pub data: Vec<(&'static str, String)>,
}

impl Finding {
    /// A finding without further facts.
    pub fn new(code: &'static str, range: TextRange, message: String) -> Self {
        Self { code, range, message, unnecessary: false, related: Vec::new(), data: Vec::new() }
    }

    /// The same, mended by putting `text` in place of its range.
    #[must_use]
    pub fn suggesting(mut self, text: String) -> Self {
        self.data.push(("suggestion", text));
        self
    }
}

/// Every check there is.
pub static CHECKS: &[&Check] = &[
    &questions::CHECK,
    &links::CHECK,
    &references::CHECK,
    &ambiguous::CHECK,
    &definitions::CHECK,
    &spelling::CHECK,
    &emphasis::CHECK,
    &near_miss::CHECK,
    &numbering::CHECK,
    &accidental::CHECK,
];

/// Every telling there is. A finding with the range and code of one of a check's stands in its place, and only if
/// that one is there.
pub static TELLINGS: &[&Telling] = &[&elsewhere::TELLING, &duplicates::TELLING];

/// Every code there is: those of [`CHECKS`] in order, those of [`TELLINGS`], then those for whole files.
pub fn codes() -> impl Iterator<Item = &'static CodeSpec> {
    CHECKS
        .iter()
        .flat_map(|check| check.codes)
        .chain(TELLINGS.iter().flat_map(|telling| telling.codes))
        .chain(unreadable::CODES)
}

/// What there is to say of files that should be notes and cannot be read, by path.
pub fn check_unreadable(vault: &Vault) -> Vec<(NotePath, Diagnostic)> {
    vault
        .unreadable()
        .filter_map(|(path, why)| Some((path.clone(), unreadable::diagnostic(vault, path, why)?)))
        .collect()
}

/// Why a file that should be a note is none, whatever is set of the finding.
pub fn why_unreadable(why: &Unreadable) -> String {
    unreadable::message(why)
}

/// Keys of a settings file that set the level of a code that does not exist.
pub fn unknown_codes(file: &ConfigFile) -> Vec<Problem> {
    let known = || codes().map(|spec| spec.code);
    file.keys
        .iter()
        .filter_map(|(key, range)| Some((key, key.strip_prefix("diagnostics.")?, *range)))
        .filter(|(_, code, _)| !known().any(|known| known == *code))
        .map(|(key, code, range)| {
            let message = match nearest(code, known()) {
                Some(near) => format!("there is no such finding; did you mean {near}?"),
                None => "there is no such finding; `studymark init --print` shows them all".to_owned(),
            };
            Problem { range, key: key.clone(), message }
        })
        .collect()
}

/// What the checks find about `note`, by place: what an editor is told at each key.
pub fn check_note(vault: &Vault, note: &Arc<Note>) -> Vec<Diagnostic> {
    examine(vault, note).diagnostics
}

/// Every finding about `note`, by place, those of comparisons with them. `topics` is the index of `vault`.
pub fn check_and_compare(vault: &Vault, topics: &Topics, note: &Arc<Note>) -> Vec<Diagnostic> {
    let mut diagnostics = examine(vault, note).diagnostics;
    merge(&mut diagnostics, &tell(vault, note, &vault.compare(topics, note)));
    diagnostics
}

/// What there is to say of what a comparison of `note` with other sections found. To be put together with what
/// [`examine`] finds by [`merge`].
pub fn tell(vault: &Vault, note: &Arc<Note>, comparison: &Comparison) -> Vec<Diagnostic> {
    let config = vault.config_of(&note.path);
    let compared = Compared { vault, note, comparison, config };
    let mut found = Vec::new();
    for telling in TELLINGS {
        (telling.run)(&compared, &mut found);
    }
    // A telling may say more of what a check finds, under the check's code.
    found.into_iter().filter_map(|finding| leveled(config, codes(), finding)).collect()
}

/// Puts what comparisons found into what checks found about the same note, both by place. A finding that tells more of
/// one that is there stands in its place; one that would tell more of what is no longer there is left out.
pub fn merge(diagnostics: &mut Vec<Diagnostic>, compared: &[Diagnostic]) {
    let is_extra =
        |code: &str| TELLINGS.iter().flat_map(|telling| telling.codes).any(|spec| spec.code == code);
    let mut extra = Vec::new();
    for found in compared {
        let place = (found.range, found.code);
        match diagnostics.binary_search_by_key(&place, |known| (known.range, known.code)) {
            Ok(at) => diagnostics[at] = found.clone(),
            Err(_) if is_extra(found.code) => extra.push(found.clone()),
            Err(_) => {}
        }
    }
    if !extra.is_empty() {
        diagnostics.append(&mut extra);
        diagnostics.sort_by_key(|diagnostic| (diagnostic.range, diagnostic.code));
    }
}

/// What a look at one note finds.
pub struct Examined {
    /// Every finding, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The paths that links name and of which nothing is known; see [`Vault::unknown_paths`].
    pub unknown: Vec<NotePath>,
    /// Where its links lead.
    pub links: Resolved,
}

/// What a look at one note found, for the next look: what did not change is not looked at again.
pub struct Known {
    /// The findings. What was added to them or taken out does not matter when it is of no check but those of
    /// [`Reach::Note`].
    pub diagnostics: Vec<Diagnostic>,
    /// Where the links led.
    pub links: Resolved,
}

/// Every finding about `note`, and what would have to be looked up on disk to be sure of them.
pub fn examine(vault: &Vault, note: &Arc<Note>) -> Examined {
    examine_again(vault, note, None)
}

/// The same, with what was found of an earlier reading of the note: it costs less when that is known and little changed.
pub fn examine_again(vault: &Vault, note: &Arc<Note>, known: Option<Known>) -> Examined {
    let config = vault.config_of(&note.path);
    let (known, before) = match known {
        Some(Known { diagnostics, links }) => (diagnostics, Some(links)),
        None => (Vec::new(), None),
    };
    let (links, renewed) = vault.resolve_again(note, before);
    let whole = TextRange::new(0, usize::MAX);
    let (mut diagnostics, lines, elsewhere) = match renewed {
        Some(renewed) => {
            (kept(known, note, &renewed), TextRange::from(renewed.stretch.new), renewed.elsewhere)
        }
        None => (Vec::new(), whole, Vec::new()),
    };
    let mut found = Vec::new();
    for check in CHECKS {
        let (lines, elsewhere) = match check.reach {
            Reach::Line | Reach::Link => (lines, &elsewhere[..]),
            Reach::Note => (whole, &[][..]),
        };
        let context = Context { vault, note, config, resolved: links.all(), lines, elsewhere };
        (check.run)(&context, &mut found);
        diagnostics
            .extend(found.drain(..).filter_map(|finding| leveled(config, check.codes.iter(), finding)));
    }
    diagnostics.sort_by_key(|diagnostic| (diagnostic.range, diagnostic.code));
    Examined { diagnostics, unknown: vault.unknown_among(note, links.all()), links }
}

/// Those of the known findings that need not be made again, where they stand now.
fn kept(mut known: Vec<Diagnostic>, note: &Note, renewed: &Renewed) -> Vec<Diagnostic> {
    let Renewed { stretch, elsewhere } = renewed;
    let (of_line, of_link) = (codes_of(Reach::Line), codes_of(Reach::Link));
    let mut targets: Vec<TextRange> =
        elsewhere.iter().map(|index| Source::at(note, *index).target(note)).collect();
    targets.sort_unstable();
    let is_of_one = |at: usize| {
        let before = targets.partition_point(|target| target.start() <= at).checked_sub(1);
        before.and_then(|last| targets.get(last)).is_some_and(|target| target.contains(at))
    };
    let (from, to) = (narrow(stretch.old.end), narrow(stretch.new.end));
    known.retain_mut(|found| {
        if stretch.old.contains(&found.range.start()) {
            return false;
        }
        if found.range.start() >= stretch.old.end {
            found.range = found.range.moved(from, to);
        }
        of_line.contains(&found.code) || (of_link.contains(&found.code) && !is_of_one(found.range.start()))
    });
    known
}

/// The codes of the checks of this reach.
fn codes_of(reach: Reach) -> Vec<&'static str> {
    let checks = CHECKS.iter().filter(|check| check.reach == reach);
    checks.flat_map(|check| check.codes).map(|spec| spec.code).collect()
}

fn leveled<'a>(
    config: &Config,
    mut codes: impl Iterator<Item = &'a CodeSpec>,
    finding: Finding,
) -> Option<Diagnostic> {
    let spec = codes.find(|spec| spec.code == finding.code)?;
    let severity = match config.levels.get(spec.code) {
        Some(Level::Off) => return None,
        Some(Level::At(severity)) => *severity,
        None => spec.severity,
    };
    let Finding { code, range, message, unnecessary, related, data } = finding;
    Some(Diagnostic { range, code, severity, message, unnecessary, related, data })
}

#[cfg(test)]
mod tests;
