//! Fixes of findings: what was meant, what is missing, what is too much.
//!
//! Invariant: a finding with a `suggestion` is mended by putting that in place of its range.

use crate::edit::WorkspaceEdit;
use crate::features::code_actions::{
    Action, Context, Finding, Kind, at_end, edit_of, line_ending, whole_lines,
};
use crate::note::destination::{Letters, Style, write};
use crate::note::{Link, LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::creation::{new_heading, new_note};
use crate::vault::resolve::{Missing, Resolution};

/// Codes whose findings are mended by taking their lines out.
const TOO_MUCH: [&str; 3] = ["unused-definition", "duplicate-definition", "unused-footnote"];

/// The fixes at the place, and those of all findings of the same kind in the note.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let note = context.note;
    for (index, finding) in context.findings_here() {
        let before = actions.len();
        if let Some(suggestion) = finding.suggestion.as_deref() {
            push(actions, index, format!("Change to {}", shown(suggestion)), true, move || {
                edit_of(note, [(finding.range, suggestion.to_owned())])
            });
        }
        if TOO_MUCH.contains(&finding.code) {
            push(actions, index, "Take it out".to_owned(), true, move || {
                edit_of(note, [(whole_lines(note, finding.range), String::new())])
            });
        }
        for_missing(context, index, finding, actions);
        if actions.len() > before {
            all_of_a_kind(context, index, finding.code, actions);
        }
    }
    if context.findings.iter().any(is_safe) {
        let findings = context.findings;
        actions.push(Action {
            title: "Mend everything that can be mended safely".to_owned(),
            kind: Kind::FixAll,
            preferred: false,
            mends: None,
            edit: Box::new(move || mend_all(note, findings.iter().filter(|found| is_safe(found)))),
        });
    }
}

fn push<'a>(
    actions: &mut Vec<Action<'a>>,
    mends: usize,
    title: String,
    preferred: bool,
    edit: impl Fn() -> WorkspaceEdit + 'a,
) {
    actions.push(Action { title, kind: Kind::QuickFix, preferred, mends: Some(mends), edit: Box::new(edit) });
}

/// Whether mending it loses nothing and changes nothing that is shown but what was wrong.
fn is_safe(finding: &Finding) -> bool {
    finding.suggestion.as_deref().is_some() || finding.code == "unused-definition"
}

fn mend_all<'a>(note: &Note, findings: impl Iterator<Item = &'a Finding>) -> WorkspaceEdit {
    edit_of(
        note,
        findings.map(|finding| match finding.suggestion.as_deref() {
            Some(suggestion) => (finding.range, suggestion.to_owned()),
            None => (whole_lines(note, finding.range), String::new()),
        }),
    )
}

fn all_of_a_kind<'a>(context: &Context<'a>, index: usize, code: &'static str, actions: &mut Vec<Action<'a>>) {
    let (note, findings) = (context.note, context.findings);
    let of_kind = move |found: &&Finding| found.code == code && is_safe(found);
    let count = findings.iter().filter(of_kind).count();
    if count > 1 {
        push(actions, index, format!("Mend all {count} findings of {code} in this note"), false, move || {
            mend_all(note, findings.iter().filter(of_kind))
        });
    }
}

/// A text for a title: short, on one line.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// What a link that leads to nothing may have meant, and what can be made so that it leads somewhere.
fn for_missing<'a>(context: &Context<'a>, index: usize, finding: &Finding, actions: &mut Vec<Action<'a>>) {
    let (vault, note) = (context.vault, context.note);
    let Some((kind, target, resolution)) = link_of(context, finding) else { return };
    let Resolution::Missing(missing) = resolution else { return };
    let raw = note.text.slice(target);
    match missing {
        Missing::Heading { note: owner, fragment, range } => {
            let Some(owner) = vault.note(&owner) else { return };
            for (rank, found) in vault.nearest_headings(owner, &fragment).into_iter().enumerate() {
                let Some(heading) = owner.headings.get(found) else { continue };
                let name = if is_wiki(kind) {
                    wiki_name(heading.text(), owner.slug(found))
                } else {
                    owner.slug(found).to_string()
                };
                let written = format!("#{}", write(&name, style(context, kind, target, raw)));
                push(actions, index, format!("Change to {}", shown(&written)), rank == 0, move || {
                    edit_of(note, [(range, written.clone())])
                });
            }
            if !fragment.starts_with('^') && !fragment.trim().is_empty() {
                let title = fragment.replace('-', " ");
                let place = vault.display_path(&owner.path).into_owned();
                push(
                    actions,
                    index,
                    format!("Create the heading {} in {place}", shown(&title)),
                    false,
                    move || new_heading(owner, &title),
                );
            }
        }
        Missing::File(path) | Missing::Image(path) => {
            let hash = raw.find('#').unwrap_or(raw.len());
            let path_range = TextRange::new(target.start(), target.start() + hash);
            for (rank, near) in vault.nearest_files(&path).into_iter().enumerate() {
                let relative = near.relative_from(&note.path.folder());
                let written = write(&relative, style(context, kind, target, raw));
                push(actions, index, format!("Change to {}", shown(&relative)), rank == 0, move || {
                    edit_of(note, [(path_range, written.clone())])
                });
            }
            let endings = &vault.config_of(&note.path).files.extensions;
            let is_note = endings.iter().any(|ending| path.extension() == ending);
            if finding.code == "missing-file" && (is_note || path.extension().is_empty()) {
                let path = if is_note { path } else { NotePath::new(&format!("{path}.md")) };
                create(context, index, &path, actions);
            }
        }
        Missing::Note(name) => {
            let name_range =
                TextRange::new(target.start(), target.start() + raw.find('#').unwrap_or(raw.len()));
            for (rank, near) in vault.nearest_notes(&name).into_iter().enumerate() {
                let stem = near.stem().to_owned();
                push(actions, index, format!("Change to {}", shown(&stem)), rank == 0, move || {
                    edit_of(note, [(name_range, stem.clone())])
                });
            }
            let path = note.path.folder().join(&format!("{}.md", name.trim_end_matches(".md")));
            create(context, index, &path, actions);
        }
        Missing::Reference(name) => {
            push(actions, index, format!("Define [{}]", shown(&name)), false, move || {
                edit_of(note, [at_end(note, &format!("[{name}]: "))])
            });
        }
        Missing::Footnote(name) => {
            push(actions, index, format!("Write the footnote [^{}]", shown(&name)), false, move || {
                edit_of(note, [at_end(note, &format!("[^{name}]: "))])
            });
        }
    }
}

/// Creates the note that a link names, inside the roots, with its name for a title.
fn create<'a>(context: &Context<'a>, index: usize, path: &NotePath, actions: &mut Vec<Action<'a>>) {
    let Some(edit) = new_note(context.vault, path, line_ending(context.note)) else { return };
    let title = format!("Create the note {}", context.vault.display_path(path));
    push(actions, index, title, false, move || edit.clone());
}

/// The link or definition that a finding is about: how it is written, what names its target, where it leads.
fn link_of(context: &Context<'_>, finding: &Finding) -> Option<(LinkKind, TextRange, Resolution)> {
    let (vault, note) = (context.vault, context.note);
    if !finding.code.starts_with("missing-") {
        return None;
    }
    let at = |link: &&Link| link.range.contains_range(finding.range);
    let first = note.links.partition_point(|link| link.range.start() <= finding.range.start());
    if let Some(link) = note.links[..first].iter().rev().find(at) {
        return Some((link.kind, link.target, vault.resolve(note, link)));
    }
    let definition =
        note.definitions.iter().find(|definition| definition.range.contains_range(finding.range))?;
    Some((LinkKind::Inline, definition.target, vault.resolve_definition(note, definition)))
}

fn is_wiki(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Wiki | LinkKind::Embed)
}

/// How a wiki link calls a heading: by its text, unless that has marks that mean something there.
fn wiki_name(text: &str, slug: &str) -> String {
    if text.contains(['#', '|', '[', ']', '^']) { slug.to_owned() } else { text.to_owned() }
}

fn style(context: &Context<'_>, kind: LinkKind, target: TextRange, raw: &str) -> Style {
    let letters = Letters::of(raw);
    match kind {
        LinkKind::Wiki | LinkKind::Embed => Style::Wiki,
        LinkKind::HtmlLink | LinkKind::HtmlImage => Style::Attribute(letters),
        _ if context.note.text.as_str()[..target.start()].ends_with('<') => Style::Angled(letters),
        _ => Style::Bare(letters),
    }
}
