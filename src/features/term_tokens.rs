//! Names in prose for editors that give them a colour of their own.
//!
//! Invariant: by place, none over another, each on one line; what is no mention and no definition has no colour.

use std::sync::Arc;

use crate::note::Note;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::Glossary;
use crate::vault::occurrences::Role;

/// A name in prose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Where it stands.
    pub range: TextRange,
    /// Whether it is spoken of here or defined.
    pub role: Role,
}

/// The names that `note` speaks of and defines within a range. What stands in headings and code is coloured as such.
pub fn term_tokens(vault: &Vault, glossary: &Glossary, note: &Arc<Note>, within: TextRange) -> Vec<Token> {
    let mentions = vault.mentions(glossary, note);
    let mentions = mentions.iter().map(|mention| Token { range: mention.range, role: Role::Reference });
    let known = |name: &str| glossary.id(name).is_some();
    let in_code = |range: TextRange| note.masks.iter().any(|mask| mask.range.overlaps(range));
    let in_heading = |range: TextRange| {
        let after = note.headings.partition_point(|heading| heading.range.start <= range.start);
        note.headings[..after].last().is_some_and(|heading| heading.range.overlaps(range))
    };
    let defined = note
        .terms()
        .iter()
        .filter(|defined| {
            !defined.name_range.is_empty() && known(&defined.name) && !in_code(defined.name_range)
        })
        .map(|defined| Token { range: defined.name_range, role: Role::Definition });
    let on_one_line = |range: TextRange| !note.text.slice(range).contains(['\n', '\r']);
    let mut tokens: Vec<Token> = mentions
        .chain(defined)
        .filter(|token| token.range.overlaps(within) && on_one_line(token.range) && !in_heading(token.range))
        .collect();
    tokens.sort_by_key(|token| token.range);
    tokens.dedup_by(|later, earlier| later.range.start < earlier.range.end);
    tokens
}

#[cfg(test)]
mod tests {
    use super::term_tokens;
    use crate::fixture::Fixture;
    use crate::text::TextRange;
    use crate::vault::glossary::Glossary;
    use crate::vault::occurrences::Role;
    use expect_test::expect;

    #[test]
    fn what_is_spoken_of_and_what_is_defined() {
        let fixture = Fixture::parse(
            "---\ntitle: 笔记\n---\n# 什么是信号量？\n\n😀信号量是一种计数器。\n\n信号量，`信号量` [信号量](x)\n\n```\nKubelet：\n  代理\n```\n\nkubelet\n",
        );
        let note = fixture.first();
        let glossary = Glossary::of(&fixture.vault);
        let shown = |within| -> Vec<String> {
            let tokens = term_tokens(&fixture.vault, &glossary, note, within).into_iter();
            let line = |at: usize| note.text.line_of(at) + 1;
            tokens
                .map(|token| {
                    let mark = if token.role == Role::Definition { " defined" } else { "" };
                    format!("{} {}{mark}", line(token.range.start()), note.text.slice(token.range))
                })
                .collect()
        };
        let whole = shown(TextRange::new(0, note.text.len()));
        expect![[r#"
            6 信号量 defined
            8 信号量
            15 kubelet"#]]
        .assert_eq(&whole.join("\n"));
        assert_eq!(shown(note.text.line_range(7)), ["8 信号量"]);
    }
}
