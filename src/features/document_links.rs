//! The links of a note that an editor makes clickable.
//!
//! Invariant: every link given leads somewhere that an editor or browser can open; broken ones are left to diagnostics.

use std::sync::Arc;

use crate::note::destination::{Destination, Syntax};
use crate::note::{LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::Source;
use crate::vault::resolve::{Place, Resolution, Target};

/// A stretch of text that can be clicked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentLink {
    /// What is underlined: what names the target; for `[a](b.md#c "t")` the range of `b.md#c`.
    pub range: TextRange,
    /// Where it leads.
    pub to: To,
}

/// Where a [`DocumentLink`] leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum To {
    /// A note or file, and the line (from 0) in it.
    File(NotePath, Option<usize>),
    /// An address outside, as it is written.
    Address(String),
}

/// Every link of `note` that leads somewhere, by place. Marks of footnotes are no links in this sense.
pub fn document_links(vault: &Vault, note: &Arc<Note>) -> Vec<DocumentLink> {
    let mut links: Vec<DocumentLink> = vault
        .resolve_all(note)
        .filter(|(source, _)| !is_footnote(note, *source))
        .filter_map(|(source, resolution)| {
            let range = source.target(note);
            let to = match resolution {
                Resolution::Found(targets) => file(vault, targets.first()?)?,
                Resolution::External => To::Address(address(note, source)?),
                Resolution::Missing(_) | Resolution::Skipped => return None,
            };
            (!range.is_empty()).then_some(DocumentLink { range, to })
        })
        .collect();
    links.sort_by_key(|link| link.range);
    links
}

fn is_footnote(note: &Note, source: Source) -> bool {
    match source {
        Source::Link(index) => note.links.get(index).is_some_and(|link| link.kind == LinkKind::Footnote),
        Source::Definition(_) => false,
    }
}

fn file(vault: &Vault, target: &Target) -> Option<To> {
    let line = match (target.place, vault.note(&target.path)) {
        (Place::Folder, _) => return None,
        (Place::Line(line), _) => Some(line),
        (Place::Note | Place::File, _) | (_, None) => None,
        (_, Some(note)) => Some(note.text.line_of(target.range_in(note)?.start())),
    };
    Some(To::File(target.path.clone(), line))
}

/// The address of a link that leads outside. `www.…` without a scheme is none: a browser would look for a file.
fn address(note: &Note, source: Source) -> Option<String> {
    let written = match source {
        Source::Link(index) => {
            let link = note.links.get(index)?;
            match link.kind {
                LinkKind::Reference | LinkKind::ImageReference => {
                    note.definitions.get(note.definition(note.text.slice(link.target))?)?.target
                }
                _ => link.target,
            }
        }
        Source::Definition(index) => note.definitions.get(index)?.target,
    };
    let address = note.text.slice(written).trim();
    if address.contains('@') && !address.contains(':') {
        return Some(format!("mailto:{address}"));
    }
    let has_scheme =
        address.contains(':') && Destination::parse(address, Syntax::Html) == Destination::External;
    has_scheme.then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{To, document_links};
    use crate::fixture::Fixture;
    use expect_test::expect;

    #[test]
    fn what_can_be_clicked() {
        let fixture = Fixture::parse(
            "//- 甲/a.md\n[x](../b.md#闭包 \"t\") [[b]] ![p](p.png) [r] [e](https://a.b?x=1) <https://c.d> <m@a.b> www.a.b [w](www.a.b)\n\
             [n](no.md) [[no]] [s](/site) 甲[^1] [d](../甲/) [c](main.rs#L3) [t](mailto:x@y.z) [self](#节)\n\n# 节\n\n[r]: ../b.md\n[^1]: 注\n\
             //- b.md\n# b\n\n## 闭包\n//- 甲/p.png\n//- 甲/main.rs\n",
        );
        let note = fixture.first();
        let lines = document_links(&fixture.vault, note).into_iter().map(|link| {
            let to = match link.to {
                To::File(path, None) => path.as_str().to_owned(),
                To::File(path, Some(line)) => format!("{path}:{}", line + 1),
                To::Address(address) => address,
            };
            format!("{} -> {to}\n", note.text.slice(link.range))
        });
        expect![[r#"
            ../b.md#闭包 -> /b.md:3
            b -> /b.md
            p.png -> /甲/p.png
            r -> /b.md
            https://a.b?x=1 -> https://a.b?x=1
            https://c.d -> https://c.d
            m@a.b -> mailto:m@a.b
            main.rs#L3 -> /甲/main.rs:3
            mailto:x@y.z -> mailto:x@y.z
            #节 -> /甲/a.md:4
            ../b.md -> /b.md
        "#]]
        .assert_eq(&lines.collect::<String>());
    }
}
