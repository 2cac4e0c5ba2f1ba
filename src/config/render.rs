//! What the list of settings looks like to people and editors: the commented file, the schema, the documentation.
//!
//! Invariant: generated from [`SETTINGS`] and the codes handed in, so that no list is kept twice.

use std::fmt::Write;

use crate::config::Severity;
use crate::config::settings::{DIAGNOSTICS, Kind, LEVELS, SETTINGS, Setting};

/// A diagnostic code with its default level.
#[derive(Clone, Copy, Debug)]
pub struct CodeSetting {
    /// The code: `missing-heading`.
    pub code: &'static str,
    /// Its severity unless set.
    pub default: Severity,
    /// What it reports, in one sentence.
    pub summary: &'static str,
}

impl CodeSetting {
    fn level(&self) -> &'static str {
        match self.default {
            Severity::Hint => "hint",
            Severity::Information => "information",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// The settings file that `studymark init` writes: every setting, explained, commented out, with its default.
pub fn commented_file(codes: &[CodeSetting]) -> String {
    let mut text = String::from("# Settings of studymark for the notes in this folder and below.\n");
    text.push_str(
        "# Every line that begins with #: is a setting with its default; take the #: away to change it.\n",
    );
    for (section, settings) in sections() {
        let _ = write!(text, "\n[{section}]\n");
        for setting in settings {
            let name = &setting.key[section.len() + 1..];
            for line in wrapped(setting.doc, 96) {
                let _ = writeln!(text, "# {line}");
            }
            let default =
                if setting.default.is_empty() { "\"docs\"  # unset by default" } else { setting.default };
            let _ = writeln!(text, "#: {name} = {default}");
        }
    }
    let _ = write!(text, "\n# How loud each kind of finding is: {}.\n[{DIAGNOSTICS}]\n", LEVELS.join(", "));
    for code in codes {
        let _ = writeln!(text, "# {}\n#: {} = {:?}", code.summary, code.code, code.level());
    }
    text
}

/// The table of settings for the documentation.
pub fn documentation(codes: &[CodeSetting]) -> String {
    let mut text = String::new();
    for (section, settings) in sections() {
        let _ = write!(text, "## `[{section}]`\n\n| key | values | default | meaning |\n|-|-|-|-|\n");
        for setting in settings {
            let default = if setting.default.is_empty() {
                "unset".to_owned()
            } else {
                format!("`{}`", setting.default)
            };
            let _ = writeln!(
                text,
                "| `{}` | {} | {default} | {} |",
                setting.key,
                values(setting.kind),
                setting.doc
            );
        }
        text.push('\n');
    }
    let _ = write!(text, "## `[{DIAGNOSTICS}]`\n\nValues: `{}`.\n\n", LEVELS.join("`, `"));
    text.push_str("| key | default | what it reports |\n|-|-|-|\n");
    for code in codes {
        let _ = writeln!(text, "| `{DIAGNOSTICS}.{}` | `{}` | {} |", code.code, code.level(), code.summary);
    }
    text
}

/// The JSON schema of the settings file and of the client's `studymark` settings (draft 2020-12).
pub fn schema(codes: &[CodeSetting]) -> String {
    let mut out = String::from("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    out.push_str("  \"title\": \"studymark\",\n  \"type\": \"object\",\n  \"additionalProperties\": false,\n  \"properties\": {\n");
    for (section, settings) in sections() {
        let rows: Vec<String> = settings
            .iter()
            .map(|setting| {
                let name = &setting.key[section.len() + 1..];
                let default = if setting.default.is_empty() {
                    String::new()
                } else {
                    format!(", \"default\": {}", setting.default)
                };
                format!(
                    "        {name:?}: {{ {}{default}, \"description\": {} }}",
                    schema_type(setting.kind),
                    quoted(setting.doc)
                )
            })
            .collect();
        let _ = writeln!(
            out,
            "    {section:?}: {{\n      \"type\": \"object\",\n      \"additionalProperties\": false,\n      \"properties\": {{\n{}\n      }}\n    }},",
            rows.join(",\n")
        );
    }
    let rows: Vec<String> = codes
        .iter()
        .map(|code| {
            let levels = schema_type(Kind::Choice(LEVELS));
            format!(
                "        {:?}: {{ {levels}, \"default\": {:?}, \"description\": {} }}",
                code.code,
                code.level(),
                quoted(code.summary)
            )
        })
        .collect();
    let _ = writeln!(
        out,
        "    {DIAGNOSTICS:?}: {{\n      \"type\": \"object\",\n      \"additionalProperties\": false,\n      \"properties\": {{\n{}\n      }}\n    }}\n  }}\n}}",
        rows.join(",\n")
    );
    out
}

fn sections() -> Vec<(&'static str, Vec<&'static Setting>)> {
    let mut sections: Vec<(&'static str, Vec<&'static Setting>)> = Vec::new();
    for setting in SETTINGS {
        let section = setting.key.split('.').next().unwrap_or_default();
        match sections.last_mut() {
            Some((last, settings)) if *last == section => settings.push(setting),
            _ => sections.push((section, vec![setting])),
        }
    }
    sections
}

fn values(kind: Kind) -> String {
    match kind {
        Kind::Bool => "`true`, `false`".to_owned(),
        Kind::Count => "a number".to_owned(),
        Kind::Text => "a text".to_owned(),
        Kind::Choice(choices) => format!("`\"{}\"`", choices.join("\"`, `\"")),
        Kind::Texts => "a list of texts".to_owned(),
    }
}

fn schema_type(kind: Kind) -> String {
    match kind {
        Kind::Bool => "\"type\": \"boolean\"".to_owned(),
        Kind::Count => "\"type\": \"integer\", \"minimum\": 1".to_owned(),
        Kind::Text => "\"type\": \"string\"".to_owned(),
        Kind::Choice(choices) => format!("\"enum\": [\"{}\"]", choices.join("\", \"")),
        Kind::Texts => "\"type\": \"array\", \"items\": { \"type\": \"string\" }".to_owned(),
    }
}

/// A JSON string of text that has nothing to escape but quotes and backslashes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut()
            && !line.is_empty()
            && line.chars().count() + 1 + word.chars().count() > width
        {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
