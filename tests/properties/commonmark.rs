//! The examples of the CommonMark specification: the headings, links and images that its HTML shows are the facts
//! that are read, no more and no fewer.
//!
//! The specification is not part of the project (its licence differs): `tests/run` fetches it and names it in
//! `STUDYMARK_COMMONMARK_SPEC`.

use studymark::note::{HeadingKind, LinkKind, Note};
use studymark::path::NotePath;

pub struct Example {
    pub markdown: String,
    html: String,
}

pub fn examples() -> Option<Vec<Example>> {
    let path = std::env::var_os("STUDYMARK_COMMONMARK_SPEC")?;
    let spec = std::fs::read_to_string(path).unwrap();
    let mut examples = Vec::new();
    let fence = "`".repeat(32);
    let (opening, closing) = (format!("{fence} example\n"), format!("\n{fence}"));
    for part in spec.split(&opening).skip(1) {
        let body = part.split(&closing).next().unwrap().replace('→', "\t");
        let (markdown, html) = body.split_once("\n.\n").or_else(|| body.split_once("\n.")).unwrap();
        examples.push(Example { markdown: format!("{markdown}\n"), html: html.to_owned() });
    }
    Some(examples)
}

/// How many tags of this name the HTML opens.
fn count(html: &str, tag: &str) -> usize {
    html.matches(&format!("<{tag}")).count()
}

#[test]
fn headings_links_and_images_are_those_of_the_specification() {
    let Some(examples) = examples() else {
        eprintln!("NOT TESTED: STUDYMARK_COMMONMARK_SPEC is not set; tests/run sets it");
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "in CI the specification must be there");
        return;
    };
    assert!(examples.len() > 600, "{} examples", examples.len());
    let mut wrong = Vec::new();
    let mut compared = 0;
    for example in &examples {
        // Extensions that GitHub has and CommonMark has not would read these otherwise; raw HTML is compared apart.
        let extended = ["|", "$", "~~", "[^", "---\n"].iter().any(|mark| example.markdown.contains(mark));
        let raw_html =
            ["<a", "<img", "<h", "</"].iter().any(|tag| example.markdown.to_lowercase().contains(tag));
        if extended || raw_html {
            continue;
        }
        compared += 1;
        let note = Note::read(NotePath::new("/n.md"), example.markdown.as_str());
        let headings = note.headings.iter().filter(|heading| heading.kind != HeadingKind::Html).count();
        let links = note
            .links
            .iter()
            .filter(|link| matches!(link.kind, LinkKind::Inline | LinkKind::Reference | LinkKind::Autolink));
        let images =
            note.links.iter().filter(|link| matches!(link.kind, LinkKind::Image | LinkKind::ImageReference));
        let seen = (headings, links.count(), images.count());
        let shown = (
            (1..=6).map(|level| count(&example.html, &format!("h{level}>"))).sum(),
            count(&example.html, "a href"),
            count(&example.html, "img "),
        );
        // Links inside an image's text are shown as text, and so not in the HTML.
        let nested = example.markdown.contains("![") && example.markdown.matches('[').count() > 1;
        if seen != shown && !(nested && seen.0 == shown.0 && seen.2 >= shown.2) {
            wrong.push(format!(
                "{:?}\n  read (headings, links, images) {seen:?}, specified {shown:?}",
                example.markdown
            ));
        }
    }
    assert!(compared > 450, "{compared} examples were compared");
    assert!(wrong.is_empty(), "{} of {compared} examples differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn destinations_are_where_the_specification_has_them() {
    use studymark::note::destination::unescape;
    let Some(examples) = examples() else { return };
    for example in &examples {
        let note = Note::read(NotePath::new("/n.md"), example.markdown.as_str());
        let images: Vec<_> = note.links.iter().filter(|link| link.kind == LinkKind::Image).collect();
        for link in note.links.iter().filter(|link| matches!(link.kind, LinkKind::Inline | LinkKind::Image)) {
            // What is linked in an image's text is shown as text, and so not in the HTML.
            if images.iter().any(|image| image.label.contains_range(link.range)) {
                continue;
            }
            let target = unescape(note.text.slice(link.target));
            // Plain destinations stand in the HTML as they are written.
            if !target.is_empty()
                && target.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'#' | b'(' | b')')
                })
            {
                assert!(
                    example.html.contains(&format!("\"{target}\"")),
                    "{:?}: {target:?} is not in {}",
                    example.markdown,
                    example.html
                );
            }
        }
    }
}
