//! How a link in a note names a place: the destination or the wiki name that leads there.
//!
//! Invariant: what is given was tried: it leads to that place, and there alone.

use std::sync::Arc;

use crate::config::{PathForm, WikiForm};
use crate::markdown::wiki::can_name;
use crate::note::destination::{Letters, Style, write};
use crate::note::{AnchorKind, LinkKind, Note, is_picture};
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::resolve::{Place, Resolution, Target, wiki_place};

/// How a destination is written.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Its path.
    pub path: PathForm,
    /// Whether a note's ending is written.
    pub ending: bool,
    /// Its characters.
    pub style: Style,
}

impl Default for Form {
    fn default() -> Self {
        Self { path: PathForm::Relative, ending: true, style: Style::Bare(Letters::Plain) }
    }
}

/// How a link in `note` names a note, a file or a heading: `../网络/tcp.md#三次握手`.
pub fn destination_of(vault: &Vault, note: &Note, target: &Target) -> Option<String> {
    destination(vault, note, target, Form::default())
}

/// The same in this form.
pub fn destination(vault: &Vault, note: &Note, target: &Target, form: Form) -> Option<String> {
    let fragment = fragment(vault, target, form.style)?;
    if target.path == note.path && !fragment.is_empty() {
        return Some(fragment);
    }
    let mut path = match form.path {
        PathForm::Absolute => site_path(vault, &target.path),
        PathForm::Relative | PathForm::Dotted => None,
    }
    .unwrap_or_else(|| {
        let relative = target.path.relative_from(&note.path.folder());
        let dotted = form.path == PathForm::Dotted && !relative.starts_with("..");
        if dotted { format!("./{relative}") } else { relative }
    });
    if !form.ending && vault.note(&target.path).is_some() {
        let bare = path.len() - target.path.extension().len() - 1;
        // A name with a dot would be taken for one with an ending.
        if !target.path.stem().contains('.') {
            path.truncate(bare);
        }
    }
    Some(format!("{}{fragment}", write(&path, form.style)))
}

/// The fragment of a place, with its `#`; empty for a note or a file as a whole.
fn fragment(vault: &Vault, target: &Target, style: Style) -> Option<String> {
    Some(match (target.place, vault.note(&target.path)) {
        (Place::Note | Place::File | Place::Folder, _) => String::new(),
        (Place::Heading(index), Some(owner)) => {
            format!("#{}", write(owner.slug(index), style))
        }
        (Place::Anchor(index), Some(owner)) => {
            let anchor = owner.anchors.get(index)?;
            let mark = if anchor.kind == AnchorKind::Block { "^" } else { "" };
            format!("#{mark}{}", write(owner.text.slice(anchor.name), style))
        }
        _ => return None,
    })
}

fn site_path(vault: &Vault, path: &NotePath) -> Option<String> {
    let root = vault.root_of(path)?;
    let content = root.path.join(root.config.links.content_root.as_deref()?.trim_matches('/'));
    Some(format!("/{}", path.relative_to(&content)?))
}

/// What stands between the brackets of a wiki link in `note` to a note, a heading, an anchor or a file:
/// `tcp#三次握手`. `None` when nothing that can be written there leads to it alone.
pub fn wiki_name(vault: &Vault, note: &Arc<Note>, target: &Target, form: WikiForm) -> Option<String> {
    let fragments = wiki_fragments(vault, target)?;
    let leads = |raw: &str, target: &Target| {
        let resolution = vault.resolve_as(note, LinkKind::Wiki, raw, 0);
        matches!(resolution, Resolution::Found(targets) if targets.as_slice() == std::slice::from_ref(target))
    };
    // The name of the note has to be clear by itself: other programs do not look into several.
    let place = if vault.note(&target.path).is_some() { Place::Note } else { Place::File };
    let whole = Target { path: target.path.clone(), place };
    let names = wiki_names(vault, note, target, form)?;
    let name = names.iter().find(|name| name.is_empty() || leads(name, &whole))?;
    let mut readable = fragments.iter().filter(|fragment| can_name(&format!("{name}{fragment}")));
    // And so the fragment alone decides where in the note the link leads.
    let fragment = readable.find(|fragment| match fragment.strip_prefix('#') {
        Some(fragment) => {
            vault.note(&target.path).and_then(|owner| wiki_place(owner, fragment.trim()))
                == Some(target.place)
        }
        None => *target == whole && !name.is_empty(),
    })?;
    Some(format!("{name}{fragment}"))
}

/// What stands behind the `#` of a wiki link in `note` that calls the note `name` (empty for the note itself), for a
/// heading or an anchor: `三次握手`. `None` when nothing that can be written there leads to it alone.
pub fn wiki_fragment(vault: &Vault, note: &Arc<Note>, name: &str, target: &Target) -> Option<String> {
    let fragments = wiki_fragments(vault, target)?;
    let leads = |fragment: &&String| {
        let raw = format!("{name}{fragment}");
        if !can_name(&raw) {
            return false;
        }
        let resolution = vault.resolve_as(note, LinkKind::Wiki, &raw, 0);
        matches!(resolution, Resolution::Found(targets) if targets.as_slice() == std::slice::from_ref(target))
    };
    let fragment = fragments.iter().filter(|fragment| !fragment.is_empty()).find(leads)?;
    Some(fragment.trim_start_matches('#').to_owned())
}

fn wiki_fragments(vault: &Vault, target: &Target) -> Option<Vec<String>> {
    Some(match (target.place, vault.note(&target.path)) {
        (Place::Note | Place::File, _) => vec![String::new()],
        (Place::Heading(index), Some(owner)) => {
            let heading = owner.headings.get(index)?;
            let plain = |name: &&str| !name.is_empty() && !name.contains(['#', '|', '[', ']', '^', '\n']);
            let names = [heading.text(), heading.title(), owner.slug(index)].into_iter().filter(plain);
            names.map(|name| format!("#{name}")).collect()
        }
        (Place::Anchor(index), Some(owner)) => {
            let anchor = owner.anchors.get(index)?;
            let mark = if anchor.kind == AnchorKind::Block { "^" } else { "" };
            vec![format!("#{mark}{}", owner.text.slice(anchor.name))]
        }
        _ => return None,
    })
}

/// The names of a note or file, the preferred first: its file name with more and more folders, or all of them at once.
fn wiki_names(vault: &Vault, note: &Note, target: &Target, form: WikiForm) -> Option<Vec<String>> {
    let path = &target.path;
    if *path == note.path && !matches!(target.place, Place::Note | Place::File) {
        return Some(vec![String::new()]);
    }
    // Before the folders are read there are notes without a root.
    let root = vault.root_of(path);
    let whole = root.and_then(|root| path.relative_to(&root.path)).unwrap_or(path.file_name());
    let is_note = vault.note(path).is_some();
    let bare = match whole.strip_suffix(&format!(".{}", path.extension())) {
        Some(bare) if is_note && !is_picture(bare) => bare,
        _ => whole,
    };
    if bare.contains(['#', '|', '[', ']']) {
        return None;
    }
    let starts = std::iter::once(0).chain(bare.match_indices('/').map(|(slash, _)| slash + 1));
    let mut names: Vec<String> = starts.map(|start| bare[start..].to_owned()).collect();
    if form == WikiForm::Shortest {
        names.reverse();
    }
    let relative = path.relative_from(&note.path.folder());
    let relative = if relative.starts_with("..") { relative } else { format!("./{relative}") };
    names.push(relative[..relative.len() - (whole.len() - bare.len())].to_owned());
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::{Form, destination, wiki_name};
    use crate::config::{PathForm, WikiForm};
    use crate::fixture::Fixture;
    use crate::path::NotePath;
    use crate::vault::resolve::{Place, Target};

    fn names(fixture: &str) -> Vec<String> {
        let fixture = Fixture::parse(fixture);
        let from = fixture.first();
        let of = |note: &std::sync::Arc<crate::note::Note>| {
            let headings = (0..note.headings.len()).map(Place::Heading);
            let anchors = (0..note.anchors.len()).map(Place::Anchor);
            let places = std::iter::once(Place::Note).chain(headings).chain(anchors);
            let targets = places.map(|place| Target { path: note.path.clone(), place });
            let named = |target: Target| {
                format!(
                    "{} | {}",
                    wiki_name(&fixture.vault, from, &target, WikiForm::Shortest).unwrap_or("-".to_owned()),
                    destination(&fixture.vault, from, &target, Form::default()).unwrap_or("-".to_owned())
                )
            };
            targets.map(named).collect::<Vec<_>>()
        };
        fixture.vault.notes().flat_map(of).collect()
    }

    #[test]
    fn names_lead_to_one_place() {
        assert_eq!(
            names("//- a/甲.md\n# 一\n\n# 一\n\n段 ^x\n//- b/tcp.md\n# A | B\n//- c/tcp.md\n//- c d/x.md\n"),
            [
                "甲 | 甲.md",
                "#一 | #一",
                "#一-1 | #一-1",
                "#^x | #^x",
                "b/tcp | ../b/tcp.md",
                "b/tcp#a--b | ../b/tcp.md#a--b",
                "x | ../c%20d/x.md",
                "c/tcp | ../c/tcp.md",
            ]
        );
    }

    #[test]
    fn forms_of_paths() {
        let fixture = Fixture::parse("//- a/甲.md\n//- a/乙.md\n//- v1.2.md\n");
        let to = |path: &str, form: Form| {
            let target = Target { path: NotePath::new(path), place: Place::Note };
            destination(&fixture.vault, fixture.note("a/甲.md"), &target, form).unwrap()
        };
        let bare = Form { ending: false, ..Form::default() };
        assert_eq!(to("/a/乙.md", bare), "乙");
        assert_eq!(to("/v1.2.md", bare), "../v1.2.md");
        assert_eq!(to("/a/乙.md", Form { path: PathForm::Dotted, ..Form::default() }), "./乙.md");
        assert_eq!(to("/v1.2.md", Form { path: PathForm::Dotted, ..Form::default() }), "../v1.2.md");
    }
}
