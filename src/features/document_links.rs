//! The links of a note that an editor makes clickable.
//!
//! Invariant: every link given leads to a file that is there or to a page that a browser opens, and does nothing else when
//! it is clicked; broken ones are left to diagnostics. Whether a link is one of them is what costs, so nothing is left
//! to be found out when one is followed.

use std::sync::Arc;

use crate::config::DocumentLinks;
use crate::note::destination::{Syntax, web_address};
use crate::note::{LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::Source;
use crate::vault::glossary::Glossary;
use crate::vault::resolve::{Place, Resolution, Target};

/// A stretch of text that can be clicked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentLink {
    /// What is underlined: what names the target; for `[a](b.md#c "t")` the range of `b.md#c`.
    pub range: TextRange,
    /// Where it leads.
    pub to: To,
    /// The same in words: `网络/tcp.md › 三次握手`; `None` for an address, which is its own words.
    pub tooltip: Option<String>,
}

/// Where a [`DocumentLink`] leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum To {
    /// A note or file, and the line (from 0) in it.
    File(NotePath, Option<usize>),
    /// An address outside, as it is written.
    Address(String),
}

/// Every link of `note` that leads somewhere and that its settings want clickable, by place. Marks of footnotes are no
/// links in this sense.
pub fn document_links(vault: &Vault, note: &Arc<Note>) -> Vec<DocumentLink> {
    let wanted = vault.config_of(&note.path).features.document_links;
    if wanted == DocumentLinks::Off {
        return Vec::new();
    }
    let mut links: Vec<DocumentLink> = vault
        .resolve_all(note)
        .filter(|(source, _)| match wanted {
            DocumentLinks::Wiki => is_wiki(note, *source),
            DocumentLinks::All | DocumentLinks::Off => !is_footnote(note, *source),
        })
        .filter_map(|(source, resolution)| {
            let range = source.target(note);
            let (to, tooltip) = match resolution {
                Resolution::Found(targets) => {
                    let target = targets.first()?;
                    (file(vault, target)?, Some(words(vault, target)))
                }
                Resolution::External => (To::Address(address(note, source)?), None),
                Resolution::Missing(_) | Resolution::Skipped => return None,
            };
            (!range.is_empty()).then_some(DocumentLink { range, to, tooltip })
        })
        .collect();
    links.sort_by_key(|link| link.range);
    links
}

/// The names in the prose of `note` as links to what they mean, by place; where a name is defined, none to itself.
pub fn term_links(vault: &Vault, glossary: &Glossary, note: &Arc<Note>) -> Vec<DocumentLink> {
    let mentions = vault.mentions(glossary, note);
    let links = mentions.iter().filter_map(|mention| {
        let section = note.section_at(mention.range.start());
        let definitions = glossary.definitions(vault, mention.name, &note.path, section);
        let best = definitions.first()?;
        let itself = best.note.path == note.path && best.definition.range.contains_range(mention.range);
        let line = best.note.text.line_of(best.definition.name_range.start());
        let to = To::File(best.note.path.clone(), Some(line));
        let tooltip = Some(words(vault, &best.target()));
        (!itself).then_some(DocumentLink { range: mention.range, to, tooltip })
    });
    links.collect()
}

fn kind(note: &Note, source: Source) -> Option<LinkKind> {
    match source {
        Source::Link(index) => note.links.get(index).map(|link| link.kind),
        Source::Definition(_) => None,
    }
}

fn is_footnote(note: &Note, source: Source) -> bool {
    kind(note, source) == Some(LinkKind::Footnote)
}

fn is_wiki(note: &Note, source: Source) -> bool {
    matches!(kind(note, source), Some(LinkKind::Wiki | LinkKind::Embed))
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

/// `网络/tcp.md › 三次握手`
fn words(vault: &Vault, target: &Target) -> String {
    let path = vault.display_path(&target.path);
    let heading = match target.place {
        Place::Heading(index) => vault.note(&target.path).and_then(|note| note.headings.get(index)),
        _ => None,
    };
    match heading {
        Some(heading) => format!("{path} › {}", heading.text()),
        None => path.into_owned(),
    }
}

/// The address of a link that leads outside. `www.…` without a scheme is none: a browser would look for a file.
fn address(note: &Note, source: Source) -> Option<String> {
    let (written, syntax) = match source {
        Source::Link(index) => {
            let link = note.links.get(index)?;
            match link.kind {
                LinkKind::Reference | LinkKind::ImageReference => {
                    let index = note.definition(note.text.slice(link.target))?;
                    (note.definitions.get(index)?.target, Syntax::Markdown)
                }
                LinkKind::Autolink => return autolink(note.text.slice(link.target)),
                LinkKind::HtmlLink | LinkKind::HtmlImage => (link.target, Syntax::Html),
                _ => (link.target, Syntax::Markdown),
            }
        }
        Source::Definition(index) => (note.definitions.get(index)?.target, Syntax::Markdown),
    };
    web_address(note.text.slice(written), syntax)
}

/// An address in angle brackets, which may be one of mail: `<a@b.c>`. Nothing in it is escaped.
fn autolink(address: &str) -> Option<String> {
    if address.contains('@') && !address.contains(':') {
        return Some(format!("mailto:{address}"));
    }
    web_address(address, Syntax::Html)
}

#[cfg(test)]
mod tests {
    use super::{To, document_links, term_links};
    use crate::config::{Config, DocumentLinks};
    use crate::fixture::Fixture;
    use crate::vault::glossary::Glossary;
    use expect_test::expect;

    #[test]
    fn what_can_be_clicked() {
        let fixture = Fixture::parse(
            "//- 甲/a.md\n[x](../b.md#闭包 \"t\") [[b]] ![p](p.png) [r] [e](https://a.b?x=1) <https://c.d> <m@a.b> www.a.b [w](www.a.b)\n\
             [n](no.md) [[no]] [s](/site) 甲[^1] [d](../甲/) [c](main.rs#L3) [t](mailto:x@y.z) [self](#节) [j](javascript:x) [v](command:x) <vscode:x> [amp](https://a.b?x&amp;y) <a href=\"https://a.b?x&amp;z\">\n\n# 节\n\n[r]: ../b.md\n[^1]: 注\n\
             //- b.md\n# b\n\n## 闭包\n//- 甲/p.png\n//- 甲/main.rs\n",
        );
        let note = fixture.first();
        let lines = document_links(&fixture.vault, note).into_iter().map(|link| {
            let to = match link.to {
                To::File(path, None) => path.as_str().to_owned(),
                To::File(path, Some(line)) => format!("{path}:{}", line + 1),
                To::Address(address) => address,
            };
            let tooltip = link.tooltip.map_or_else(String::new, |tooltip| format!(" ({tooltip})"));
            format!("{} -> {to}{tooltip}\n", note.text.slice(link.range))
        });
        expect![[r#"
            ../b.md#闭包 -> /b.md:3 (b.md › 闭包)
            b -> /b.md (b.md)
            p.png -> /甲/p.png (甲/p.png)
            r -> /b.md (b.md)
            https://a.b?x=1 -> https://a.b?x=1
            https://c.d -> https://c.d
            m@a.b -> mailto:m@a.b
            main.rs#L3 -> /甲/main.rs:3 (甲/main.rs)
            mailto:x@y.z -> mailto:x@y.z
            #节 -> /甲/a.md:4 (甲/a.md › 节)
            https://a.b?x&amp;y -> https://a.b?x&y
            https://a.b?x&amp;z -> https://a.b?x&z
            ../b.md -> /b.md (b.md)
        "#]]
        .assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn what_settings_want_clickable() {
        let text = "[x](b.md) [[b]] ![[b]] <https://c.d>\n//- b.md\n";
        let shown = |wanted| -> Vec<String> {
            let mut config = Config::default();
            config.features.document_links = wanted;
            let fixture = Fixture::with_config(&format!("//- a.md\n{text}"), config);
            let note = fixture.first().clone();
            let links = document_links(&fixture.vault, &note).into_iter();
            links.map(|link| format!("{}", link.range.start())).collect()
        };
        assert_eq!(shown(DocumentLinks::All), ["4", "12", "19", "24"]);
        assert_eq!(shown(DocumentLinks::Wiki), ["12", "19"]);
        assert!(shown(DocumentLinks::Off).is_empty());
    }

    #[test]
    fn names_in_prose_lead_to_what_they_mean() {
        let fixture = Fixture::parse(
            "//- a.md\n# 一\n\n管道是一种文件，管道好。\n\n见 `管道`、管道和写屏障。\n//- b.md\n## 什么是写屏障？\n\n开关。\n",
        );
        let note = fixture.first();
        let links = term_links(&fixture.vault, &Glossary::of(&fixture.vault), note).into_iter();
        let lines: Vec<String> = links
            .map(|link| {
                let To::File(path, line) = link.to else { panic!("an address") };
                let at = note.text.line_of(link.range.start());
                format!("{at} {} -> {path}:{line:?} {}", note.text.slice(link.range), link.tooltip.unwrap())
            })
            .collect();
        expect![[r#"
            4 管道 -> /a.md:Some(2) a.md › 一
            4 写屏障 -> /b.md:Some(0) b.md › 什么是写屏障？"#]]
        .assert_eq(&lines.join("\n"));
    }
}
