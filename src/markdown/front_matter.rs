//! The block of settings at the very start of a note: where it ends, and the few keys that matter here.
//!
//! Invariant: only a block that begins in the first line counts; `---` further down is a thematic break. A block
//! that is no valid YAML or TOML is still no prose, and says nothing.

use saphyr::{LoadableYamlNode, Yaml};

/// The keys of a front matter block that studymark knows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keys {
    /// `title`
    pub title: Option<String>,
    /// `aliases` or `alias`
    pub aliases: Vec<String>,
    /// `tags` or `tag`
    pub tags: Vec<String>,
    /// `studymark`
    pub studymark: Option<String>,
    /// `questions`
    pub questions: Vec<String>,
    /// Whether a key says that another program owns the note.
    pub foreign: bool,
}

/// The length in bytes of the front matter block with both its fences and the line break at the end; `None` when the
/// text has none.
pub fn length(text: &str) -> Option<usize> {
    let fence = if text.starts_with("---") {
        "---"
    } else if text.starts_with("+++") {
        "+++"
    } else {
        return None;
    };
    let mut lines = text.split_inclusive('\n');
    let mut end = lines.next().filter(|first| first.trim_end() == fence)?.len();
    for line in lines {
        end += line.len();
        let shown = line.trim_end();
        if shown == fence || (fence == "---" && shown == "...") {
            return Some(end);
        }
    }
    None
}

/// Reads the keys of `block`, which [`length`] measured.
pub fn keys(block: &str) -> Keys {
    let inner = block.split_inclusive('\n').skip(1).collect::<String>();
    let end = inner.trim_end().rfind(['-', '+', '.']).map_or(0, |at| at.saturating_sub(2));
    let inner = inner.get(..end).unwrap_or_default();
    if block.starts_with('+') { toml_keys(inner) } else { yaml_keys(inner) }
}

/// Where the tags of `block` stand, which [`length`] measured: ranges of bytes in it, without `#` and quotes.
pub fn tag_ranges(block: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut inside = false;
    let mut start = 0;
    for line in block.split_inclusive('\n') {
        let is_fence = ["---", "+++", "..."].contains(&line.trim_end());
        let begins_key = is_fence || !line.starts_with([' ', '\t', '-', '\r', '\n', ']', '"', '\'']);
        let mut values = 0;
        if begins_key {
            let separator = if block.starts_with('+') { '=' } else { ':' };
            let key = line.split(separator).next().unwrap_or_default();
            inside = key.len() < line.len() && matches!(key.trim(), "tag" | "tags");
            values = key.len() + 1;
        }
        if inside {
            let is_part =
                |c: char| !c.is_whitespace() && !matches!(c, ',' | '，' | '[' | ']' | '"' | '\'' | '#');
            let mut rest = values.min(line.len());
            while let Some(from) = line[rest..].find(is_part).map(|at| rest + at) {
                let to = line[from..].find(|c| !is_part(c)).map_or(line.len(), |at| from + at);
                if &line[from..to] != "-" {
                    ranges.push(start + from..start + to);
                }
                rest = to;
            }
        }
        start += line.len();
    }
    ranges
}

fn yaml_keys(inner: &str) -> Keys {
    let mut keys = Keys::default();
    let Ok(documents) = Yaml::load_from_str(inner) else { return keys };
    let Some(mapping) = documents.first().and_then(Yaml::as_mapping) else { return keys };
    for (key, value) in mapping {
        let Some(key) = key.as_str() else { continue };
        let texts = match value.as_sequence() {
            Some(items) => items.iter().filter_map(yaml_text).collect(),
            None => yaml_text(value).into_iter().collect(),
        };
        keys.set(key, texts);
    }
    keys
}

fn yaml_text(value: &Yaml<'_>) -> Option<String> {
    value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.as_integer().map(|number| number.to_string()))
        // `studymark: off` is the text `off` in YAML 1.2 and a boolean to many people's tools.
        .or_else(|| value.as_bool().map(|on| if on { "on" } else { "off" }.to_owned()))
}

fn toml_keys(inner: &str) -> Keys {
    let mut keys = Keys::default();
    let Ok(table) = inner.parse::<toml::Table>() else { return keys };
    for (key, value) in &table {
        let texts = match value {
            toml::Value::Array(items) => items.iter().filter_map(toml_text).collect(),
            value => toml_text(value).into_iter().collect(),
        };
        keys.set(key, texts);
    }
    keys
}

fn toml_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(on) => Some(if *on { "on" } else { "off" }.to_owned()),
        _ => None,
    }
}

impl Keys {
    fn set(&mut self, key: &str, texts: Vec<String>) {
        match key {
            "title" => self.title = texts.into_iter().next().filter(|title| !title.trim().is_empty()),
            "alias" | "aliases" => self.aliases = split_list(&texts),
            "tag" | "tags" => {
                self.tags = split_list(&texts)
                    .into_iter()
                    .flat_map(|tag| tag.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
                    .map(|tag| tag.trim_start_matches('#').to_owned())
                    .collect();
            }
            "studymark" => self.studymark = texts.into_iter().next(),
            "questions" => self.questions = split_list(&texts),
            "excalidraw-plugin" | "kanban-plugin" => self.foreign = true,
            _ => {}
        }
    }
}

/// `a, b` in one text is a list, as Obsidian reads it.
fn split_list(texts: &[String]) -> Vec<String> {
    texts
        .iter()
        .flat_map(|text| text.split([',', '，']))
        .map(|item| item.trim().to_owned())
        .filter(|item| !item.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Keys, keys, length, tag_ranges};

    fn read(text: &str) -> Option<(usize, Keys)> {
        length(text).map(|length| (length, keys(&text[..length])))
    }

    #[test]
    fn yaml_with_lists_and_texts() {
        let text = "---\ntitle: 闭包\naliases: [closure, 词法闭包]\ntags: 'js, 函数 #es6'\nstudymark: off\n---\n# x\n";
        let (end, keys) = read(text).unwrap();
        assert_eq!(&text[end..], "# x\n");
        assert_eq!(keys.title.as_deref(), Some("闭包"));
        assert_eq!(keys.aliases, ["closure", "词法闭包"]);
        assert_eq!(keys.tags, ["js", "函数", "es6"]);
        assert_eq!(keys.studymark.as_deref(), Some("off"));
    }

    #[test]
    fn places_of_tags() {
        let check = |block: &str, expected: &[&str]| {
            let found: Vec<&str> = tag_ranges(block).into_iter().map(|range| &block[range]).collect();
            assert_eq!(found, expected);
        };
        check("---\ntitle: x\ntags: [js, '函数']\nother: js\n---\n", &["js", "函数"]);
        check("---\ntags:\n  - 操作系统/Linux\n- \"#b\"\naliases:\n- js\n---\n", &["操作系统/Linux", "b"]);
        check("---\r\ntag: a b，c\r\n---\r\n", &["a", "b", "c"]);
        check("+++\ntags = [\"a\", \"b\"]\n+++\n", &["a", "b"]);
        check("---\n---\n", &[]);
    }

    #[test]
    fn toml_and_other_closings() {
        let (_, keys) = read("+++\ntitle = \"T\"\ntags = [\"a\"]\n+++\n").unwrap();
        assert_eq!((keys.title.as_deref(), keys.tags.len()), (Some("T"), 1));
        assert_eq!(read("---\r\ntitle: a\r\n...\r\nb").unwrap().1.title.as_deref(), Some("a"));
        assert_eq!(read("---\n---\n").unwrap(), (8, Keys::default()));
    }

    #[test]
    fn what_is_no_front_matter() {
        assert_eq!(read("# a\n---\nb: c\n---\n"), None);
        assert_eq!(read("---\nnever closed\n"), None);
        assert_eq!(read("----\na\n---\n"), None);
    }

    #[test]
    fn bad_yaml_says_nothing_and_is_still_a_block() {
        assert_eq!(read("---\n: [\n\t{{x}}\n---\n").unwrap().1, Keys::default());
    }
}
