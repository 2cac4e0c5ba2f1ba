//! The settings in a report: what differs from the defaults, and what is wrong.
//!
//! Invariant: words and texts that a person chose are counted, not told; globs, endings and paths are needed to see why
//! a note is missing.

use std::io::Write;

use serde::Serialize;

use crate::cli::Failure;
use crate::cli::doctor::{shown, shown_from};
use crate::cli::open::{Opened, line_of, problems};
use crate::cli::output::{BOLD, Out, counted};
use crate::config::settings::{DIAGNOSTICS, Kind, SETTINGS};
use crate::config::{Config, ConfigFile, Layer, Level, Value};
use crate::features::diagnostics::codes;

/// What is set in settings files.
#[derive(Serialize)]
pub struct Settings {
    changed: Vec<Changed>,
    wrong: Vec<Wrong>,
}

#[derive(Serialize)]
struct Changed {
    path: String,
    line: u32,
    key: String,
    value: String,
}

#[derive(Serialize)]
struct Wrong {
    path: String,
    line: u32,
    key: String,
    message: String,
}

/// What the settings files set that were read.
pub fn of(opened: &Opened) -> Settings {
    let mut settings = Settings { changed: Vec::new(), wrong: Vec::new() };
    for file in &opened.configs {
        let root = opened.vault.roots().iter().find(|root| root.path.is_in(&file.path.folder()));
        let path = match root {
            Some(root) => shown_from(&opened.vault, root, &file.path),
            None => shown(&opened.vault, &file.path),
        };
        let problems = problems(file);
        for (key, range) in &file.keys {
            let value = file.layer.values.get(key).filter(|value| differs(key, value));
            if let Some(value) = value.filter(|_| problems.iter().all(|problem| problem.key != *key)) {
                settings.changed.push(Changed {
                    path: path.clone(),
                    line: line_of(file, *range),
                    key: key.clone(),
                    value: told(key, value),
                });
            }
        }
        settings.wrong.extend(problems.into_iter().map(|problem| Wrong {
            path: path.clone(),
            line: line_of(file, problem.range),
            message: message(file, &problem.key, problem.message),
            key: problem.key,
        }));
    }
    settings
}

/// Whether this value changes anything where nothing else is set.
fn differs(key: &str, value: &Value) -> bool {
    let mut layer = Layer::default();
    layer.set(key, value.clone());
    let config = Config::of(&[&layer]);
    let code = key.strip_prefix(DIAGNOSTICS).and_then(|rest| rest.strip_prefix('.'));
    match code.and_then(|code| codes().find(|spec| spec.code == code)) {
        Some(spec) => config.levels.get(spec.code) != Some(&Level::At(spec.severity)),
        None => config != *Config::defaults(),
    }
}

/// Whether the texts of a setting are a person's own and name no files.
fn is_private(key: &str) -> bool {
    let names_files = ["files.", "links."].iter().any(|section| key.starts_with(section));
    let kind = SETTINGS.iter().find(|setting| setting.key == key).map(|setting| setting.kind);
    !names_files && matches!(kind, Some(Kind::Text | Kind::Texts))
}

/// A value, as far as it may be told.
fn told(key: &str, value: &Value) -> String {
    match value {
        Value::List(items) if is_private(key) => counted(items.len(), "text", "texts"),
        Value::Text(text) if is_private(key) => {
            format!("a text of {}", counted(text.chars().count(), "character", "characters"))
        }
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| told(key, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Text(text) => format!("{text:?}"),
        Value::Bool(on) => on.to_string(),
        Value::Integer(number) => number.to_string(),
    }
}

/// What is wrong, without the value where that may not be told.
fn message(file: &ConfigFile, key: &str, message: String) -> String {
    let quotes = is_private(key) && file.layer.values.contains_key(key) && message.starts_with('"');
    if quotes { "this value cannot be used; `studymark check` says why".to_owned() } else { message }
}

impl Settings {
    /// Prints them.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn human(&self, out: &mut Out) -> Result<(), Failure> {
        writeln!(out, "\n{BOLD}Settings{BOLD:#}")?;
        if self.changed.is_empty() && self.wrong.is_empty() {
            writeln!(out, "  all as they are by default")?;
        }
        for Changed { path, line, key, value } in &self.changed {
            writeln!(out, "  {path}:{line}: {key} = {value}")?;
        }
        for Wrong { path, line, key, message } in &self.wrong {
            writeln!(out, "  wrong: {path}:{line}: {key}: {message}")?;
        }
        Ok(())
    }
}
