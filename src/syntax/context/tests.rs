//! Half-written notes, `$0` the cursor, and what the cursor is inside of.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, proptest};
use proptest::sample::select;

use crate::note::Note;
use crate::path::NotePath;
use crate::syntax::Tree;
use crate::syntax::context::{Context, Part};
use crate::text::{Buffer, TextRange};

/// Shows the context of each text: the part as `typed‸rest`, where the rest is what a completion replaces too.
fn check(marked_texts: &[&str], expected: &Expect) {
    let mut out = String::new();
    for marked in marked_texts {
        let offset = marked.find("$0").unwrap();
        let text = marked.replacen("$0", "", 1);
        let context = Context::at(&Buffer::new(&text), &mut Tree::new(), offset);
        writeln!(
            out,
            "{:<32} {}",
            marked.escape_debug().to_string().replace("\\\"", "\""),
            show(&text, &context)
        )
        .unwrap();
    }
    expected.assert_eq(&out);
}

fn show(text: &str, context: &Context) -> String {
    let of = |range: &TextRange| range.of(text).to_owned();
    let part = |part: &Part| {
        assert!(part.whole.contains_range(part.typed) && part.whole.start == part.typed.start, "{part:?}");
        let rest = TextRange::new(part.typed.end(), part.whole.end());
        format!("{}‸{}{}", of(&part.typed), of(&rest), if part.closed { " closed" } else { "" })
    };
    match context {
        Context::WikiLink(link) => {
            let embed = if link.embed { " embed" } else { "" };
            format!("wiki {:?} of <{}>{embed}: {}", link.kind, of(&link.note), part(&link.part))
        }
        Context::Destination(at) => {
            let angle = if at.angle { " angle" } else { "" };
            format!("{:?} {:?} of <{}>{angle}: {}", at.of, at.kind, of(&at.path), part(&at.part))
        }
        Context::ReferenceLabel { part: label, shortcut } => {
            format!("{} {}", if *shortcut { "shortcut" } else { "label" }, part(label))
        }
        Context::FootnoteLabel(label) => format!("footnote {}", part(label)),
        Context::Tag(tag) => format!("tag {}", part(tag)),
        Context::HtmlAttribute(at) => format!("<{} {}> {}", at.element, at.attribute, part(&at.value)),
        Context::CalloutKind(kind) => format!("callout {}", part(kind)),
        Context::FenceLanguage(language) => format!("language {}", part(language)),
        Context::FrontMatterKey(key) => format!("key {}", part(key)),
        Context::FrontMatterValue { key, part: value } => format!("value of {key}: {}", part(value)),
        Context::HeadingText(word) => format!("heading <{}> in <{}>", of(&word.word), of(&word.run)),
        Context::Prose(word) => format!("prose <{}> in <{}>", of(&word.word), of(&word.run)),
        Context::Nothing => "nothing".to_owned(),
    }
}

#[test]
fn wiki_links() {
    check(
        &[
            "见 [[$0",
            "见 [[$0]]",
            "见[[闭$0",
            "见[[闭$0包]]。",
            "见 [[闭$0 和 [[作用域]]",
            "[[闭$0\n包]]",
            "[[闭包#$0",
            "[[闭包#词$0法|标]]",
            "[[闭包#一#二$0]]",
            "[[#本$0]]",
            "[[闭包#^$0",
            "[[闭包#^a$0]]",
            "[[闭包|标$0签]]",
            "[[闭$0包|标签]]",
            "![[图$0",
            "[[a]] 和 [[b$0",
            "[[a]]$0",
            "[[a]$0]",
            "[[a]$0",
            "[$0[a]]",
            "\\[[a$0",
            "[[a](b$0",
            "[[[a$0",
            "**[[闭$0**",
            "*见 [[Clo$0",
            "[[My note$0",
        ],
        &expect![[r#"
            见 [[$0                           wiki Note of <>: ‸
            见 [[$0]]                         wiki Note of <>: ‸ closed
            见[[闭$0                           wiki Note of <闭>: 闭‸
            见[[闭$0包]]。                       wiki Note of <闭>: 闭‸包 closed
            见 [[闭$0 和 [[作用域]]                wiki Note of <闭>: 闭‸
            [[闭$0\n包]]                       wiki Note of <闭>: 闭‸
            [[闭包#$0                          wiki Heading of <闭包>: ‸
            [[闭包#词$0法|标]]                    wiki Heading of <闭包>: 词‸法 closed
            [[闭包#一#二$0]]                     wiki Heading of <闭包>: 二‸ closed
            [[#本$0]]                         wiki Heading of <>: 本‸ closed
            [[闭包#^$0                         wiki Block of <闭包>: ‸
            [[闭包#^a$0]]                      wiki Block of <闭包>: a‸ closed
            [[闭包|标$0签]]                      wiki Label of <闭包>: 标‸签 closed
            [[闭$0包|标签]]                      wiki Note of <闭>: 闭‸包 closed
            ![[图$0                           wiki Note of <图> embed: 图‸
            [[a]] 和 [[b$0                    wiki Note of <b>: b‸
            [[a]]$0                          prose <> in <>
            [[a]$0]                          nothing
            [[a]$0                           prose <> in <>
            [$0[a]]                          nothing
            \\[[a$0                          prose <a> in <a>
            [[a](b$0                         Link Path of <b>: b‸
            [[[a$0                           wiki Note of <a>: a‸
            **[[闭$0**                        wiki Note of <闭>: 闭‸
            *见 [[Clo$0                       wiki Note of <Clo>: Clo‸
            [[My note$0                      wiki Note of <My note>: My note‸
        "#]],
    );
}

#[test]
fn wiki_links_in_every_block() {
    check(
        &[
            "# 标题 [[闭$0",
            "闭包\n见 [[闭$0\n===",
            "- 一\n  - [[闭$0",
            "1. [[闭$0\n2. 二",
            "- [ ] [[闭$0",
            "> [[闭$0",
            "> 一\n> [[闭$0\n> 二",
            "> - 一\n>   [[闭$0",
            "| a | b |\n|-|-|\n| [[闭$0 | b |",
            "| a | b |\n|-|-|\n| [[闭$0",
            "| a | b |\n|-|-|\n| [[a\\|标$0]] | b |",
            "| a | b |\n|-|-|\n| [[a|标$0]] | b |",
            "| a | [[b$0\n|-|-|\n",
            "- [[闭$0",
            "- $0",
            "-$0",
            "> $0",
            "\r\n见 [[闭$0\r\n后\r\n",
            "[^1]: 见 [[闭$0",
        ],
        &expect![[r#"
            # 标题 [[闭$0                       wiki Note of <闭>: 闭‸
            闭包\n见 [[闭$0\n===                 wiki Note of <闭>: 闭‸
            - 一\n  - [[闭$0                   wiki Note of <闭>: 闭‸
            1. [[闭$0\n2. 二                   wiki Note of <闭>: 闭‸
            - [ ] [[闭$0                      wiki Note of <闭>: 闭‸
            > [[闭$0                          wiki Note of <闭>: 闭‸
            > 一\n> [[闭$0\n> 二                wiki Note of <闭>: 闭‸
            > - 一\n>   [[闭$0                 wiki Note of <闭>: 闭‸
            | a | b |\n|-|-|\n| [[闭$0 | b |  wiki Note of <闭>: 闭‸
            | a | b |\n|-|-|\n| [[闭$0        wiki Note of <闭>: 闭‸
            | a | b |\n|-|-|\n| [[a\\|标$0]] | b | wiki Label of <a>: 标‸ closed
            | a | b |\n|-|-|\n| [[a|标$0]] | b | prose <标> in <标>
            | a | [[b$0\n|-|-|\n             wiki Note of <b>: b‸
            - [[闭$0                          wiki Note of <闭>: 闭‸
            - $0                             prose <> in <>
            -$0                              prose <> in <>
            > $0                             prose <> in <>
            \r\n见 [[闭$0\r\n后\r\n             wiki Note of <闭>: 闭‸
            [^1]: 见 [[闭$0                    wiki Note of <闭>: 闭‸
        "#]],
    );
}

#[test]
fn destinations() {
    check(
        &[
            "[a]($0",
            "[a]($0)",
            "[a](b$0",
            "[a](./图$0片.md)",
            "[a](b.md#$0",
            "[a](b.md#定$0义)",
            "[a](#定$0",
            "[a](b$0#c)",
            "[a](<b c$0",
            "[a](<b$0 c.md>)",
            "[a](<b c.md#d$0>)",
            "![图](img/$0",
            "![图](img/a$0.png \"t\")",
            "[a](b.md \"标$0",
            "[a](b.md \"t\"$0)",
            "[a](b.md \"t\")$0",
            "[a](my no$0",
            "[a](b(c$0)d)",
            "[a](b)$0 c",
            "[a](https://exa$0",
            "[a](b 后文。\n\n[c]($0",
            "[a](闭$0包 后文",
            "[`a](`b](c$0",
            "[a\nb](c$0",
            "[![i](j)](k$0",
            "[a](b\nc$0)",
            "[一](a.md)、[二](b$0、三",
            "[a]: $0",
            "[a]: b$0.md",
            "[a]: b.md#c$0",
            "[a]: b.md \"t$0",
            "[a]: <b c$0",
            "- 见 [a](b$0\n- 二",
            "[x]($0b.md)",
            "[x]( $0 )",
            "[a](b\\) c$0",
            "[a](b\\\nc d$0",
            "[a]: b\\\r\nc d$0",
        ],
        &expect![[r#"
            [a]($0                           Link Path of <>: ‸
            [a]($0)                          Link Path of <>: ‸ closed
            [a](b$0                          Link Path of <b>: b‸
            [a](./图$0片.md)                   Link Path of <./图片.md>: ./图‸片.md closed
            [a](b.md#$0                      Link Fragment of <b.md>: ‸
            [a](b.md#定$0义)                   Link Fragment of <b.md>: 定‸义 closed
            [a](#定$0                         Link Fragment of <>: 定‸
            [a](b$0#c)                       Link Path of <b>: b‸ closed
            [a](<b c$0                       Link Path of <b c> angle: b c‸
            [a](<b$0 c.md>)                  Link Path of <b c.md> angle: b‸ c.md closed
            [a](<b c.md#d$0>)                Link Fragment of <b c.md> angle: d‸ closed
            ![图](img/$0                      Image Path of <img/>: img/‸
            ![图](img/a$0.png "t")            Image Path of <img/a.png>: img/a‸.png closed
            [a](b.md "标$0                    nothing
            [a](b.md "t"$0)                  nothing
            [a](b.md "t")$0                  prose <> in <>
            [a](my no$0                      Link Path of <my no>: my no‸
            [a](b(c$0)d)                     Link Path of <b(c>: b(c‸ closed
            [a](b)$0 c                       prose <> in <>
            [a](https://exa$0                nothing
            [a](b 后文。\n\n[c]($0              Link Path of <>: ‸
            [a](闭$0包 后文                      Link Path of <闭>: 闭‸
            [`a](`b](c$0                     Link Path of <c>: c‸
            [a\nb](c$0                       Link Path of <c>: c‸
            [![i](j)](k$0                    Link Path of <k>: k‸
            [a](b\nc$0)                      prose <c> in <c>
            [一](a.md)、[二](b$0、三              Link Path of <b>: b‸
            [a]: $0                          Definition Path of <>: ‸ closed
            [a]: b$0.md                      Definition Path of <b.md>: b‸.md closed
            [a]: b.md#c$0                    Definition Fragment of <b.md>: c‸ closed
            [a]: b.md "t$0                   nothing
            [a]: <b c$0                      Definition Path of <b c> angle: b c‸
            - 见 [a](b$0\n- 二                 Link Path of <b>: b‸
            [x]($0b.md)                      Link Path of <b.md>: ‸b.md closed
            [x]( $0 )                        Link Path of <>: ‸ closed
            [a](b\\) c$0                     Link Path of <b\) c>: b\) c‸
            [a](b\\\nc d$0                   prose <d> in <d>
            [a]: b\\\r\nc d$0                prose <d> in <d>
        "#]],
    );
}

#[test]
fn labels() {
    check(
        &[
            "[文][$0",
            "[文][闭$0包] 后",
            "[文][闭$0",
            "[闭$0",
            "[闭$0]",
            "[te$0xt](b)",
            "[te$0xt][b]",
            "- [$0",
            "- [ ] 一 [x$0",
            "![al$0",
            "[^$0",
            "[^1$0]",
            "[^注$0 后",
            "[^1]: 注$0",
            "^[行内$0",
            "> 见 [^a$0\n> 后",
            "[a\nb$0",
        ],
        &expect![[r#"
            [文][$0                           label ‸
            [文][闭$0包] 后                      label 闭‸包 closed
            [文][闭$0                          label 闭‸
            [闭$0                             shortcut 闭‸
            [闭$0]                            shortcut 闭‸ closed
            [te$0xt](b)                      prose <te> in <te>
            [te$0xt][b]                      prose <te> in <te>
            - [$0                            shortcut ‸
            - [ ] 一 [x$0                     shortcut x‸
            ![al$0                           prose <al> in <al>
            [^$0                             footnote ‸
            [^1$0]                           footnote 1‸ closed
            [^注$0 后                          footnote 注‸
            [^1]: 注$0                        prose <注> in <注>
            ^[行内$0                           shortcut 行内‸
            > 见 [^a$0\n> 后                   footnote a‸
            [a\nb$0                          prose <b> in <b>
        "#]],
    );
}

#[test]
fn tags_and_words() {
    check(
        &[
            "#标$0",
            "#标$0签 后",
            "学习 #$0",
            "学习 #ab/c$0-d",
            "#$0",
            "##$0",
            "C#$0",
            "a#b$0",
            "第 #12$0",
            "> #标$0",
            "- #标$0",
            "使用TCP握$0手",
            "see foo_b$0ar",
            "。$0",
            "$0",
            "a\n\n$0\n\nb",
            "**粗$0**",
            "don't$0",
            "# $0",
            "# 闭包 Clo$0",
            "## 一 #$0",
            "闭$0包\n===\n",
            "闭包\n==$0=\n",
            "# 闭包 ##$0",
            "---$0",
            "价格 $5 和 a$0",
        ],
        &expect![[r#"
            #标$0                             tag 标‸ closed
            #标$0签 后                          tag 标‸签 closed
            学习 #$0                           tag ‸ closed
            学习 #ab/c$0-d                     tag ab/c‸-d closed
            #$0                              nothing
            ##$0                             nothing
            C#$0                             prose <> in <>
            a#b$0                            prose <b> in <b>
            第 #12$0                          prose <12> in <12>
            > #标$0                           tag 标‸ closed
            - #标$0                           tag 标‸ closed
            使用TCP握$0手                        prose <握> in <使用TCP握>
            see foo_b$0ar                    prose <foo_b> in <foo_b>
            。$0                              prose <> in <>
            $0                               prose <> in <>
            a\n\n$0\n\nb                     prose <> in <>
            **粗$0**                          prose <粗> in <粗>
            don\'t$0                         prose <t> in <t>
            # $0                             heading <> in <>
            # 闭包 Clo$0                       heading <Clo> in <Clo>
            ## 一 #$0                         tag ‸ closed
            闭$0包\n===\n                      heading <闭> in <闭>
            闭包\n==$0=\n                      nothing
            # 闭包 ##$0                        heading <> in <>
            ---$0                            nothing
            价格 $5 和 a$0                      prose <a> in <a>
        "#]],
    );
}

#[test]
fn html_and_callouts() {
    check(
        &[
            "<img src=\"$0",
            "<img src=\"图$0片.png\" alt=\"\">",
            "见 <a href='b$0'>",
            "<img src=a$0>",
            "<img src=\"a\" $0",
            "<im$0",
            "<div>\n<img alt=\"a\" src=\"b$0\n",
            "<details>\n<summary>问$0",
            "<details>\n\n[[闭$0\n\n</details>",
            "<img src=\"a$0 和 \"b\"",
            "<a href=\"\na$0\">",
            "<a href=\"a\nb$0",
            "a <b$0",
            "若 a <b 则 [[c$0",
            "1 < 2 [[c$0",
            "<!-- [[a$0",
            "一 <!-- [[a$0 --> b",
            "一 <!-- a --> [[b$0",
            "<https://a$0",
            "<https://a.b> [[c$0",
            "<a href=\"b\">[[c$0</a>",
            "> [!$0",
            "> [!no$0te] 标题",
            "> [!note]$0",
            "> [!note] 标$0题",
            "> a\n> [!no$0",
            "[!no$0",
            ">[!tip$0",
            "> - [!no$0",
        ],
        &expect![[r#"
            <img src="$0                     <img src> ‸
            <img src="图$0片.png" alt="">      <img src> 图‸片.png closed
            见 <a href=\'b$0\'>               <a href> b‸ closed
            <img src=a$0>                    <img src> a‸ closed
            <img src="a" $0                  nothing
            <im$0                            nothing
            <div>\n<img alt="a" src="b$0\n   <img src> b‸
            <details>\n<summary>问$0          nothing
            <details>\n\n[[闭$0\n\n</details> wiki Note of <闭>: 闭‸
            <img src="a$0 和 "b"              <img src> a‸ 和  closed
            <a href="\na$0">                 nothing
            <a href="a\nb$0                  nothing
            a <b$0                           nothing
            若 a <b 则 [[c$0                   wiki Note of <c>: c‸
            1 < 2 [[c$0                      wiki Note of <c>: c‸
            <!-- [[a$0                       nothing
            一 <!-- [[a$0 --> b               nothing
            一 <!-- a --> [[b$0               wiki Note of <b>: b‸
            <https://a$0                     nothing
            <https://a.b> [[c$0              wiki Note of <c>: c‸
            <a href="b">[[c$0</a>            wiki Note of <c>: c‸
            > [!$0                           callout ‸
            > [!no$0te] 标题                   callout no‸te closed
            > [!note]$0                      prose <> in <>
            > [!note] 标$0题                   prose <标> in <标>
            > a\n> [!no$0                    prose <no> in <no>
            [!no$0                           prose <no> in <no>
            >[!tip$0                         callout tip‸
            > - [!no$0                       prose <no> in <no>
        "#]],
    );
}

#[test]
fn code_and_math_and_urls() {
    check(
        &[
            "```$0",
            "```ru$0",
            "```ru$0st\nfn",
            "~~~ py$0",
            "```rust a$0",
            "```\n[[a$0",
            "```\na\n```$0",
            "```\na\n```\n[[b$0",
            "> ```js$0",
            "- ```js\n  [[a$0",
            "一\n```ru$0\n\n二\n```js\nx\n```\n",
            "    [[a$0",
            "一\n    [[a$0",
            "用 `foo[[$0",
            "用 `a` 和 [[b$0",
            "用 `a[[$0`",
            "``a ` [[b$0``",
            "`多行\n[[a$0\n代码`",
            "`一\n[[a$0",
            "$x + [[$0$",
            "$$\n\\frac{[[$0",
            "$$a$$ [[b$0",
            "$x^$0",
            "\\alpha $\\beta [$0",
            "价 $5，[[a$0",
            "$HOME 和 [[a$0",
            "\\`a [[b$0",
            "见 https://a.b/[[c$0",
            "见https://a.b。[[c$0",
            "http$0",
            "$a$ 与 $b$ 见 [[c$0",
        ],
        &expect![[r#"
            ```$0                            language ‸ closed
            ```ru$0                          language ru‸ closed
            ```ru$0st\nfn                    language ru‸st closed
            ~~~ py$0                         language py‸ closed
            ```rust a$0                      nothing
            ```\n[[a$0                       nothing
            ```\na\n```$0                    nothing
            ```\na\n```\n[[b$0               wiki Note of <b>: b‸
            > ```js$0                        language js‸ closed
            - ```js\n  [[a$0                 nothing
            一\n```ru$0\n\n二\n```js\nx\n```\n language ru‸ closed
                [[a$0                        nothing
            一\n    [[a$0                     wiki Note of <a>: a‸
            用 `foo[[$0                       nothing
            用 `a` 和 [[b$0                    wiki Note of <b>: b‸
            用 `a[[$0`                        nothing
            ``a ` [[b$0``                    nothing
            `多行\n[[a$0\n代码`                  nothing
            `一\n[[a$0                        wiki Note of <a>: a‸
            $x + [[$0$                       nothing
            $$\n\\frac{[[$0                  nothing
            $$a$$ [[b$0                      wiki Note of <b>: b‸
            $x^$0                            nothing
            \\alpha $\\beta [$0              nothing
            价 $5，[[a$0                       wiki Note of <a>: a‸
            $HOME 和 [[a$0                    wiki Note of <a>: a‸
            \\`a [[b$0                       wiki Note of <b>: b‸
            见 https://a.b/[[c$0              nothing
            见https://a.b。[[c$0               wiki Note of <c>: c‸
            http$0                           prose <http> in <http>
            $a$ 与 $b$ 见 [[c$0                wiki Note of <c>: c‸
        "#]],
    );
}

#[test]
fn front_matter() {
    check(
        &[
            "---\n$0\n---\n",
            "---\nti$0\n---\n",
            "---\nti$0tle: a\n---\n",
            "---\ntitle:$0\n---\n",
            "---\ntitle: 闭$0包\n---\n",
            "---\ntags: [a, b$0]\n---\n",
            "---\ntags: [a, $0\n---\n",
            "---\ntags:\n  - a\n  - b$0\n---\n",
            "---\ntags:\n- $0\n---\n",
            "---\ntitle: \"闭$0\"\n---\n",
            "---$0\na: b\n---\n",
            "---\na: b\n---$0\n",
            "---\na: b\n---\n[[c$0",
            "---\n$0",
            "---\nti$0",
            "---\ntitle: a\nta$0",
            "---\ntags: [a, b$0",
            "---\ntags:\n  - a$0",
            "---\n\n正文 [[a$0",
            "---\n正文 [[a$0",
            "+++\nti$0tle = \"a\"\n+++\n",
            "+++\ntitle = \"a$0\"\n+++\n",
            "---\na: b # 注$0\n---\n",
            "一\n\n---\nti$0",
        ],
        &expect![[r#"
            ---\n$0\n---\n                   key ‸
            ---\nti$0\n---\n                 key ti‸
            ---\nti$0tle: a\n---\n           key ti‸tle closed
            ---\ntitle:$0\n---\n             value of title: ‸ closed
            ---\ntitle: 闭$0包\n---\n          value of title: 闭‸包 closed
            ---\ntags: [a, b$0]\n---\n       value of tags: b‸ closed
            ---\ntags: [a, $0\n---\n         value of tags: ‸
            ---\ntags:\n  - a\n  - b$0\n---\n value of tags: b‸ closed
            ---\ntags:\n- $0\n---\n          value of tags: ‸ closed
            ---\ntitle: "闭$0"\n---\n         value of title: 闭‸ closed
            ---$0\na: b\n---\n               nothing
            ---\na: b\n---$0\n               nothing
            ---\na: b\n---\n[[c$0            wiki Note of <c>: c‸
            ---\n$0                          key ‸
            ---\nti$0                        key ti‸
            ---\ntitle: a\nta$0              key ta‸
            ---\ntags: [a, b$0               value of tags: b‸
            ---\ntags:\n  - a$0              value of tags: a‸ closed
            ---\n\n正文 [[a$0                  wiki Note of <a>: a‸
            ---\n正文 [[a$0                    wiki Note of <a>: a‸
            +++\nti$0tle = "a"\n+++\n        key ti‸tle closed
            +++\ntitle = "a$0"\n+++\n        value of title: a‸ closed
            ---\na: b # 注$0\n---\n           nothing
            一\n\n---\nti$0                   prose <ti> in <ti>
        "#]],
    );
}

#[test]
fn no_place_of_no_text_fails() {
    let texts = [
        "---\ntags: [a, \"b\"]\n---\n# 闭包 [[a#b|c]] ![x](<y z#q> \"t\")\r\n> [!note] `code` $x^2$ <img src=\"a\">\n> - [ ] #标签 [^1] [a][b]\n",
        "| a\\|b | [[c\\|d]] |\n|:-|-:|\n| `x|y` | <a href='b'> |\n\n[^1]: 注 https://a.b\n\n[r]: <a b> 't'\n\n```rust x\ncode\n```\n$$\na\n$$\n<!-- c -->\n😀é\u{0}",
    ];
    for text in texts {
        let buffer = Buffer::new(text);
        let mut tree = Tree::new();
        for offset in 0..=text.len() + 1 {
            show(text, &Context::at(&buffer, &mut tree, offset));
        }
        // And with everything behind the cursor not yet typed.
        for (offset, _) in text.char_indices() {
            let typed = &text[..offset];
            show(typed, &Context::at(&Buffer::new(typed), &mut Tree::new(), offset));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn no_place_among_marks_fails(begun in select(&BEGUN[..]), marks in vec(select(&MARKS[..]), 1..16)) {
        let text = begun.to_owned() + &marks.concat();
        let buffer = Buffer::new(&text);
        let mut tree = Tree::new();
        for offset in 0..=text.len() {
            show(&text, &Context::at(&buffer, &mut tree, offset));
        }
    }
}

/// What a cursor may be inside of.
const BEGUN: [&str; 12] =
    ["[a](", "![](", "[a](<", "[a]: ", "[a][", "[[", "<a href=", "`", "$", "> [!", "---\n", "https://a.b"];

/// What ends it, escapes it or goes on with it.
const MARKS: [&str; 15] = ["\\", "\n", "\r\n", " ", "\"", "<", ">", "(", ")", "[", "]", "#", "|", "闭", "`"];

/// The stretch around a place tells what the whole text tells.
#[test]
fn a_stretch_tells_what_the_whole_text_tells() {
    let sections = [
        "---\ntags: [a, b]\n---\n",
        "正文 [[闭包#定义|标]] 和 #标签，`code` [a](b.md#c)\n\n",
        "---\n\n> [!note] 一\n> - [ ] [^1] [a][b]\n\n",
        "## 闭包 [[a\n\n",
        "# 一\n\n",
        "### 二\n---\ntitle: x\n---\n\n",
        "```ru x\n\n# 不是\n\n```\n\n",
        "- 一\n\n  # 里面\n\n- 二 [[\n\n",
        "| a | b |\n|-|-|\n| [[c\\|d]] | e |\n\n",
        "<details>\n\n# 折\n\n</details>\n\n",
        "$$\na\n\n# 三\n$$\n\n",
        "[r]: <a b> 't'\n\n[^1]: 注 https://a.b\n\n",
    ];
    let mut stretches = 0;
    for seed in 0..40_usize {
        let picked = (0..6).map(|n| sections[(seed * 7 + n * (seed % 11 + 1)) % sections.len()]);
        let text: String = picked.collect();
        let note = Note::read(NotePath::new("/a.md"), text.as_str());
        let buffer = Buffer::new(&text);
        let mut tree = Tree::new();
        for (offset, _) in text.char_indices() {
            let stretch = note.stretch_around(offset);
            stretches += usize::from(stretch.len() < text.len());
            let whole = Context::at(&buffer, &mut tree, offset);
            assert_eq!(Context::within(&buffer, stretch, offset), whole, "{offset} in {text:?}");
        }
    }
    assert!(stretches > 1_000, "most are told from less than the text: {stretches}");
}
