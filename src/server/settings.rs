//! The client's settings: from the JSON of `initializationOptions` and `workspace/configuration` to a [`Layer`].
//!
//! Invariant: nothing a client sends as settings is an error here; which keys and values are known is for the
//! configuration to say.

use serde_json::Value as Json;

use crate::config::{Layer, Value};

/// The settings in what a client sent: `{"questions": {…}}`, or the same inside `{"studymark": …}`.
///
/// Objects are laid out flat (`questions.words`), keys that are dotted already are taken as they are, `stubPhrases` is
/// `stub-phrases` as editors spell it, `null` sets nothing.
pub fn layer(sent: &Json) -> Layer {
    let settings = sent.get("studymark").unwrap_or(sent);
    let mut layer = Layer::default();
    flatten("", settings, &mut layer);
    layer
}

fn flatten(prefix: &str, json: &Json, layer: &mut Layer) {
    let Json::Object(fields) = json else {
        if let Some(value) = value(json) {
            layer.values.insert(prefix.to_owned(), value);
        }
        return;
    };
    for (key, json) in fields {
        let key = kebab(key);
        flatten(&if prefix.is_empty() { key } else { format!("{prefix}.{key}") }, json, layer);
    }
}

/// `stub-phrases` of `stubPhrases`.
fn kebab(key: &str) -> String {
    let mut kebab = String::with_capacity(key.len() + 2);
    for c in key.chars() {
        if c.is_ascii_uppercase() && !kebab.is_empty() && !kebab.ends_with(['.', '-']) {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

fn value(json: &Json) -> Option<Value> {
    match json {
        Json::Bool(value) => Some(Value::Bool(*value)),
        Json::Number(number) => {
            Some(number.as_i64().map_or_else(|| Value::Text(number.to_string()), Value::Integer))
        }
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Array(items) => Some(Value::List(items.iter().filter_map(value).collect())),
        Json::Null | Json::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::layer;
    use serde_json::json;

    fn keys(sent: &serde_json::Value) -> String {
        let layer = layer(sent);
        layer.values.iter().map(|(key, value)| format!("{key}={value:?}")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn objects_are_laid_out_flat() {
        let expected = r#"files.max-bytes=Integer(1); links.anchors=Text("mkdocs"); questions.words=List([Text("几何")])"#;
        let settings = json!({"questions": {"words": ["几何"]}, "links.anchors": "mkdocs", "x": null, "files": {"maxBytes": 1}});
        assert_eq!(keys(&settings), expected);
        assert_eq!(keys(&json!({"studymark": settings})), expected);
    }

    #[test]
    fn what_is_no_settings_sets_nothing() {
        for sent in [json!(null), json!({}), json!({"studymark": null}), json!({"studymark": {}})] {
            assert_eq!(keys(&sent), "", "{sent}");
        }
        assert_eq!(
            keys(&json!({"a": 1.5, "b": 2, "c": true})),
            r#"a=Text("1.5"); b=Integer(2); c=Bool(true)"#
        );
    }
}
