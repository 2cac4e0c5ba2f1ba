//! What can be done at a place, and its edit once it is chosen.

use serde_json::{Value, json};

use crate::client::Client;

const A: &str = "file:///notes/a.md";
const TEXT: &str = "# 😀 学习笔记\n\n😀 [x](#学习笔计)\n";

fn capable(resolve: bool) -> Value {
    let mut code_action = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}});
    if resolve {
        code_action["dataSupport"] = json!(true);
        code_action["resolveSupport"] = json!({"properties": ["edit"]});
    }
    json!({"textDocument": {"codeAction": code_action}})
}

async fn ask(client: &mut Client, only: Option<&str>) -> Value {
    let place = json!({"line": 2, "character": 8});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params =
        json!({"textDocument": {"uri": A}, "range": {"start": place, "end": place}, "context": context});
    client.call("textDocument/codeAction", params).await
}

fn titles(actions: &Value) -> Vec<&str> {
    actions.as_array().unwrap().iter().filter_map(|action| action["title"].as_str()).collect()
}

fn new_texts(action: &Value) -> Vec<String> {
    let edits = action["edit"]["changes"][A].as_array().into_iter().flatten();
    edits
        .map(|edit| format!("{} {}", edit["range"]["start"]["character"], edit["newText"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn actions_come_with_their_edits_and_the_findings_they_mend() {
    let mut client = Client::hello(&[], capable(false)).await;
    client.open(A, TEXT).await;
    client.until_findings(A, "2:7 missing-heading").await;
    let actions = ask(&mut client, None).await;
    assert_eq!(titles(&actions)[0], "Change to #-学习笔记");
    assert!(titles(&actions)[1].starts_with("Create the heading 学习笔计 in "));
    let first = &actions[0];
    assert_eq!((&first["kind"], &first["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(first["diagnostics"][0]["code"], "missing-heading");
    assert_eq!(new_texts(first), ["7 #-学习笔记"]);
    assert_eq!(titles(&ask(&mut client, Some("refactor")).await), ["Write the link by reference"]);
    assert!(titles(&ask(&mut client, Some("source.fixAll")).await).is_empty());
    client.goodbye().await;
}

#[tokio::test]
async fn an_edit_is_made_when_its_action_is_chosen_and_only_if_it_still_applies() {
    let mut client = Client::hello(&[], capable(true)).await;
    client.open(A, TEXT).await;
    client.until_findings(A, "2:7 missing-heading").await;
    let actions = ask(&mut client, Some("quickfix")).await;
    let offered = actions[0].clone();
    assert_eq!(offered["edit"], Value::Null);
    let chosen = client.call("codeAction/resolve", offered.clone()).await;
    assert_eq!(new_texts(&chosen), ["7 #-学习笔记"]);
    client.change(A, 2, &[((2, 8, 2, 12), "-学习笔记")]).await;
    let late = client.call("codeAction/resolve", offered.clone()).await;
    assert_eq!(late["edit"], Value::Null);
    let mut odd = offered;
    odd["data"] = json!({"uri": 1});
    assert_eq!(client.call("codeAction/resolve", odd).await["edit"], Value::Null);
    client.goodbye().await;
}

#[tokio::test]
async fn a_client_that_knows_commands_only_is_offered_nothing() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(A, TEXT).await;
    assert_eq!(ask(&mut client, None).await, Value::Null);
    client.goodbye().await;
}
