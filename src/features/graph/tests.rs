use super::{Form, Setting, draw};
use crate::fixture::Fixture;
use crate::vault::glossary::Glossary;
use crate::vault::graph::Graph;
use crate::vault::topics::Topics;
use expect_test::expect;

const SETTING: Setting<'_> = Setting { root: "/笔记", address: &|path| Some(path.as_str().to_owned()) };

fn drawn(fixture: &str, form: Form) -> super::Drawing {
    let fixture = Fixture::parse(fixture);
    let vault = &fixture.vault;
    let shown = |path: &crate::path::NotePath| vault.display_path(path).into_owned();
    let graph = Graph::of(vault, &Topics::of(vault), &Glossary::of(vault), &shown);
    draw(vault, &graph, form, &SETTING)
}

/// Everything that a form could take for something else.
const HOSTILE: &str = "//- a \"b\".md\n# 😀 `</script><img src=x onerror=alert(1)>`\n\n## \"引号\" \\N [括号] {花} | & &amp; #35; `码`\n\n<!-- </script> --> 见 [乙](乙.md)。\n//- 乙.md\n## 什么是乙？\n";

#[test]
fn names_in_the_language_of_graphviz() {
    expect![[r##"
        digraph studymark {
          graph [layout=sfdp, overlap=prism, splines=true, charset="UTF-8"];
          node [fontname="sans-serif", fontsize=11, style=filled, color="#5b6675", fillcolor="#eef1f5"];
          edge [fontname="sans-serif", fontsize=9, color="#9aa4b2", arrowsize=0.6];
          "a \"b\".md" [label="a \"b\"", tooltip="a \"b\".md:1", shape=note, fillcolor="#d7dee8"];
          "a \"b\".md#-scriptimg-srcx-onerroralert1" [label="😀 </script><img src=x onerror=alert(1)>", tooltip="a \"b\".md:1", shape=box, style="rounded,filled"];
          "a \"b\".md#引号-n-括号-花----35-码" [label="\"引号\" \\N [括号] {花} | &amp; &amp; #35; 码", tooltip="a \"b\".md:3", shape=box, style="rounded,filled", fillcolor="#d5efdd"];
          "乙.md" [label="乙", tooltip="乙.md:1", shape=note, fillcolor="#d7dee8"];
          "乙.md#什么是乙" [label="什么是乙？", tooltip="乙.md:1", shape=box, style="rounded,dashed", color="#c53030"];
          "a \"b\".md" -> "a \"b\".md#-scriptimg-srcx-onerroralert1" [tooltip="contains", class="contains", arrowhead=none];
          "a \"b\".md#-scriptimg-srcx-onerroralert1" -> "a \"b\".md#引号-n-括号-花----35-码" [tooltip="contains", class="contains", arrowhead=none];
          "乙.md" -> "乙.md#什么是乙" [tooltip="contains", class="contains", arrowhead=none];
        }
    "##]].assert_eq(&drawn(HOSTILE, Form::Dot).text);
}

#[test]
fn names_in_mermaid() {
    expect![[r##"
        flowchart LR
          classDef note fill:#d7dee8,stroke:#5b6675,color:#1a202c
          classDef term fill:#e6dcf5,stroke:#805ad5,color:#1a202c
          classDef topic fill:#eef1f5,stroke:#5b6675,color:#1a202c
          classDef answered fill:#d5efdd,stroke:#2f855a,color:#1a202c
          classDef open fill:#ffffff,stroke:#c53030,stroke-width:2px,stroke-dasharray:4 3,color:#1a202c
          n0[["a #34;b#34;"]]:::note
          n1("😀 #60;/script#62;#60;img src=x onerror=alert(1)#62;"):::topic
          n2("#34;引号#34; #92;N #91;括号#93; #123;花#125; #124; #38; #38; #35;35#59; 码"):::answered
          n3[["乙"]]:::note
          n4("什么是乙？"):::open
          n0 --- n1
          n1 --- n2
          n3 --- n4
    "##]]
    .assert_eq(&drawn(HOSTILE, Form::Mermaid).text);
}

#[test]
fn the_document_for_tools() {
    expect![[r#"
        {
          "version": 1,
          "root": "/笔记",
          "nodes": [
            {
              "id": "a.md",
              "kind": "note",
              "title": "a",
              "path": "a.md",
              "line": 1,
              "chapter": null,
              "state": null,
              "question": false,
              "weight": 2
            },
            {
              "id": "a.md#甲",
              "kind": "topic",
              "title": "甲",
              "path": "a.md",
              "line": 1,
              "chapter": null,
              "state": "empty-chapter",
              "question": false,
              "weight": 2
            },
            {
              "id": "a.md#一什么是乙",
              "kind": "topic",
              "title": "什么是乙？",
              "path": "a.md",
              "line": 3,
              "chapter": "甲",
              "state": "unanswered",
              "question": true,
              "weight": 1
            },
            {
              "id": "b.md",
              "kind": "note",
              "title": "b",
              "path": "b.md",
              "line": 1,
              "chapter": null,
              "state": null,
              "question": false,
              "weight": 1
            },
            {
              "id": "b.md#乙",
              "kind": "topic",
              "title": "乙",
              "path": "b.md",
              "line": 1,
              "chapter": null,
              "state": "answered",
              "question": true,
              "weight": 2
            }
          ],
          "edges": [
            {
              "kind": "contains",
              "from": "a.md",
              "to": "a.md#甲",
              "weight": 1.0,
              "why": []
            },
            {
              "kind": "contains",
              "from": "a.md#甲",
              "to": "a.md#一什么是乙",
              "weight": 1.0,
              "why": []
            },
            {
              "kind": "contains",
              "from": "b.md",
              "to": "b.md#乙",
              "weight": 1.0,
              "why": []
            },
            {
              "kind": "links",
              "from": "b.md#乙",
              "to": "a.md",
              "weight": 2.0,
              "why": []
            }
          ]
        }
    "#]]
    .assert_eq(
        &drawn(
            "//- a.md\n# 甲\n\n## 一、什么是乙？\n//- b.md\n# 乙\n\n见 [甲](a.md)，再见 [甲](a.md)。\n",
            Form::Json,
        )
        .text,
    );
}

#[test]
fn mermaid_is_cut_to_what_it_shows() {
    let mut fixture = String::from("//- a.md\n# 全部\n");
    for n in 0..900 {
        fixture.push_str(&format!("\n## 题目 {n}\n\n文，见 [下](#题目-{})。\n", (n * 7) % 900));
    }
    let drawing = drawn(&fixture, Form::Mermaid);
    assert!(drawing.text.chars().count() < 50_000);
    let lines = |part: &str| drawing.text.lines().filter(|line| line.contains(part)).count();
    let arrows = lines(" --- ") + lines(" --> ");
    assert!(arrows > 100 && arrows <= 500, "{arrows}");
    assert_eq!(drawing.left_out.nodes, 902 - lines(":::"));
    let told = format!("left out, since Mermaid shows no more: {} nodes", drawing.left_out.nodes);
    assert_eq!(lines(&told), 1);
    let small = drawn("# 甲\n\n## 乙\n", Form::Mermaid);
    assert_eq!(small.left_out, super::LeftOut::default());
}

#[test]
fn nothing_of_a_note_is_markup_in_the_page() {
    let page = drawn(HOSTILE, Form::Html).text;
    let (head, rest) = page.split_once("id=\"graph\" nonce=\"studymark-nonce\">").unwrap();
    let (data, program) = rest.split_once("</script>").unwrap();
    assert!(!data.contains('<'), "{data}");
    assert!(data.contains("\\u003c/script>\\u003cimg src=x"));
    for markup in [head, program] {
        assert!(!markup.contains("onerror=alert"));
    }
    assert!(serde_json::from_str::<serde_json::Value>(data).is_ok());
}

#[test]
fn every_script_and_style_has_the_nonce_and_nothing_is_inline() {
    let page = drawn("# 甲\n", Form::Html).text;
    let markup = page.split("/*! made by").next().unwrap();
    for opening in ["<script", "<style"] {
        for (at, _) in page.match_indices(opening).filter(|(at, _)| *at < markup.len()) {
            let tag = page[at..].split('>').next().unwrap();
            assert!(tag.contains("nonce=\"studymark-nonce\""), "{tag}");
        }
    }
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2, "nothing in the program ends it");
    assert!(!markup.contains(" style=") && !markup.contains(" onclick"));
    let policy = "default-src 'none'; style-src 'nonce-studymark-nonce'; script-src 'nonce-studymark-nonce'; worker-src blob:; base-uri 'none'; form-action 'none'";
    assert!(page.contains(policy));
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing is fetched");
}
