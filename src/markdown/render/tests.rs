//! Stretches of texts, and their HTML.

use expect_test::{Expect, expect};

use super::{Instead, Renderer};
use crate::text::TextRange;

/// Renders what stands between the `⟦ ⟧` of a text, or all of it.
#[track_caller]
fn check(text: &str, expected: &Expect) {
    let start = text.find('⟦').unwrap_or(0);
    let plain = text.replace('⟦', "");
    let end = plain.find('⟧').unwrap_or(plain.len());
    let plain = plain.replace('⟧', "");
    expected.assert_eq(&Renderer::new(&plain, Vec::new()).html(TextRange::new(start, end)));
}

#[test]
fn blocks() {
    check(
        "段落 *a* **b** ~~c~~ `x<y`\n\n> 引用\n\n```go\nif a < b && c {\n\t\"t\"\n}\n```\n\n| 甲 | 乙 |\n|-|-:|\n| 1 | `\\|` |\n\n1. 一\n2. 二\n   - [x] 三\n\n---\n",
        &expect![[r#"
            <p>段落 <em>a</em> <strong>b</strong> <del>c</del> <code>x&lt;y</code></p>
            <blockquote>
            <p>引用</p>
            </blockquote>
            <pre><code class="language-go">if a &lt; b &amp;&amp; c {
            	"t"
            }
            </code></pre>
            <table><thead><tr><th>甲</th><th style="text-align: right">乙</th></tr></thead><tbody>
            <tr><td>1</td><td style="text-align: right"><code>|</code></td></tr>
            </tbody></table>
            <ol>
            <li>一</li>
            <li>二
            <ul>
            <li><input disabled="" type="checkbox" checked=""/>
            三</li>
            </ul>
            </li>
            </ol>
            <hr />"#]],
    );
}

#[test]
fn a_stretch_is_cut_out_whole() {
    check(
        "# 一\n\n前\n\n## 二\n⟦\n中\n\n- 列\n⟧\n## 三\n\n后\n",
        &expect![[r#"
            <p>中</p>
            <ul>
            <li>列</li>
            </ul>"#]],
    );
    check(
        "1. ## 一\n⟦\n   in the item\n\n2. next\n\nafter the list\n⟧\n# 三\n",
        &expect![[r#"
        <p>in the item</p>
        <p>next</p>
        <p>after the list</p>"#]],
    );
    check("> ## 一⟦\n>\n> quoted⟧\n\nafter\n", &expect!["<p>quoted</p>"]);
}

#[test]
fn what_could_run_is_taken_out() {
    check(
        "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <a href=\"javascript:alert(1)\">a</a> [b](javascript:alert(1)) <img src=\"javascript:x\">\n\n<iframe src=\"x\">inside</iframe>\n\n<div onclick='x' style=\"y\">kept</div>\n\n<svg onload=x><b>svg</b></svg>\n\n<!-- a comment --> text <!--SR:!2026-01-01,3,250-->\n",
        &expect![[r#"
            <p><img src="x"> <a>a</a> b <img></p>

            <div>kept</div>
            <p><b>svg</b></p>
             text"#]],
    );
}

#[test]
fn raw_html_is_balanced_in_the_stretch() {
    check(
        "<details><summary>Q</summary>\n⟦\n答 <b>粗\n\n</details>\n\n<div>\n\n* 一\n⟧\n</div>\n",
        &expect![[r#"
            <p>答 <b>粗</p>

            <div>
            <ul>
            <li>一</li>
            </ul>
            </div></b>"#]],
    );
    check(
        "a < b & c &amp; &lt;script> <sub>x</sub><br/>\n\n<p>a < b &nbsp;</p>\n",
        &expect![[r#"
        <p>a &lt; b &amp; c &amp; &lt;script&gt; <sub>x</sub><br></p>
        <p>a &lt; b &nbsp;</p>"#]],
    );
}

#[test]
fn links_and_images() {
    check(
        "[web](https://example.org/?a=1&b=\"2\") <https://example.org> [note](a.md#闭包) [ref][r] ![图 *b*](图 1.png) ![x](<a b.png> \"t\") <img src=\"p.png\" width=\"40\">\n\n[r]: b.md\n",
        &expect![[
            r#"<p><a href="https://example.org/?a=1&amp;b=&quot;2&quot;">web</a> <a href="https://example.org">https://example.org</a> note ref ![图 <em>b</em>](图 1.png) <img src="a b.png" alt="x"> <img src="p.png" width="40"></p>"#
        ]],
    );
}

#[test]
fn math_is_for_mathjax() {
    check(
        "$a < b$ 和\n\n$$\\sum_{i=1}^n i$$\n",
        &expect![[r#"
        <p>\(a &lt; b\) 和</p>
        <p>\[\sum_{i=1}^n i\]</p>"#]],
    );
}

#[test]
fn line_breaks_between_chinese_characters_are_none() {
    check(
        "先读，\n再写\nthen\n> 引\n> 用\n",
        &expect![[r#"
        <p>先读，再写
        then</p>
        <blockquote>
        <p>引用</p>
        </blockquote>"#]],
    );
}

#[test]
fn footnotes_come_along() {
    check(
        "## 一\n⟦\n答[^1]，再[^1] [^缺]\n⟧\n## 二\n\n[^1]: 注 *一*\n",
        &expect![[r#"
        <p>答<sup>[1]</sup>，再<sup>[1]</sup> [^缺]</p>
        <div>[1]
        <p>注 <em>一</em></p>
        </div>"#]],
    );
    check(
        "答[^1]\n\n[^1]: 注\n",
        &expect![[r#"
        <p>答<sup>[1]</sup></p>
        <div>[1]
        <p>注</p>
        </div>"#]],
    );
}

#[test]
fn stretches_are_replaced() {
    let text = "see [[b#c|闭包]] and ![[图.png]], #tag ^id";
    let place = |what: &str| {
        let start = text.find(what).unwrap();
        TextRange::new(start, start + what.len())
    };
    let instead = vec![
        (place("[[b#c|闭包]]"), Instead::Text("闭<包".to_owned())),
        (place("![[图.png]]"), Instead::Image("图.png".to_owned())),
        (place(" ^id"), Instead::Text(String::new())),
    ];
    let html = Renderer::new(text, instead).html(TextRange::new(0, text.len()));
    expect![[r#"<p>see 闭&lt;包 and <img src="图.png" alt="">, #tag</p>"#]].assert_eq(&html);
}

#[test]
fn many_unclosed_elements_cost_no_more_than_they_are_long() {
    let text = format!("{}\n\n{}", "<div>".repeat(20_000), "</p>".repeat(20_000));
    let html = Renderer::new(&text, Vec::new()).html(TextRange::new(0, text.len()));
    assert_eq!((html.matches("<div>").count(), html.matches("</div>").count()), (64, 64));
}
