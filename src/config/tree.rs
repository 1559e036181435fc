//! A configuration before it has types: one table, and for every key where it was said.

use super::error::{ConfigError, Origin};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

/// More mistakes than this are not looked for in one file.
const MAX_ERRORS: usize = 100;

/// One step down from a table (a key) or from a list (an index).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The path as people write it: `feeds.list[2].url`, `kafka.librdkafka."socket.timeout.ms"`.
pub(super) fn show(base: &str, steps: &[Step]) -> String {
    let mut path = base.to_owned();
    for step in steps {
        match step {
            Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                if is_bare(key) {
                    path.push_str(key);
                } else {
                    path.extend(["\"", &key.escape_debug().to_string(), "\""]);
                }
            }
        }
    }
    path
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Where each key was said, by its path.
#[derive(Debug, Default)]
pub(super) struct Origins(BTreeMap<String, Origin>);

impl Origins {
    pub(super) fn set(&mut self, key: String, origin: Origin) {
        self.0.insert(key, origin);
    }

    /// Where `key`, or else the nearest table or list around it, was said.
    pub(super) fn of(&self, key: &str) -> Origin {
        let mut key = key;
        loop {
            if let Some(origin) = self.0.get(key) {
                return origin.clone();
            }
            match key.rfind(['.', '[']).and_then(|cut| key.get(..cut)) {
                Some(parent) => key = parent,
                None => return self.0.get("").cloned().unwrap_or(Origin::Default),
            }
        }
    }
}

/// Parses `text`. Every syntax error is told with its line, never with the text of the line:
/// that may hold a secret.
pub(super) fn parse(text: &str, path: &Path) -> Result<(Table, Origins), Vec<ConfigError>> {
    let lines = Lines::of(text);
    let origin = |offset: Option<usize>| Origin::File {
        path: path.to_owned(),
        line: offset.map(|offset| lines.at(offset)),
    };
    let (parsed, errors) = DeTable::parse_recoverable(text);
    let table = text.parse::<Table>();
    let Ok(table) = table else {
        let errors = errors.into_iter().chain(table.err());
        let told: BTreeSet<ConfigError> = errors
            .take(MAX_ERRORS)
            .map(|error| {
                ConfigError::new("(syntax)", error.message())
                    .at(origin(error.span().map(|span| span.start)))
            })
            .collect();
        return Err(told.into_iter().collect());
    };
    let mut origins = Origins::default();
    note_table(parsed.get_ref(), "", &mut origins, &origin);
    Ok((table, origins))
}

fn note_table(
    table: &DeTable<'_>,
    base: &str,
    origins: &mut Origins,
    origin: &impl Fn(Option<usize>) -> Origin,
) {
    for (key, value) in table {
        let path = show(base, &[Step::Key(key.get_ref().to_string())]);
        origins.set(path.clone(), origin(Some(key.span().start)));
        note_value(value, &path, origins, origin);
    }
}

fn note_value(
    value: &Spanned<DeValue<'_>>,
    path: &str,
    origins: &mut Origins,
    origin: &impl Fn(Option<usize>) -> Origin,
) {
    match value.get_ref() {
        DeValue::Table(table) => note_table(table, path, origins, origin),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = show(path, &[Step::Index(index)]);
                origins.set(path.clone(), origin(Some(item.span().start)));
                note_value(item, &path, origins, origin);
            }
        }
        _ => {}
    }
}

/// Byte offsets to line numbers.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect(),
        )
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|newline| *newline < offset) + 1
    }
}

/// The value at `path`, if every step down to it is a table.
pub(super) fn get<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (last, parents) = path.split_last()?;
    let mut table = table;
    for key in parents {
        table = table.get(*key)?.as_table()?;
    }
    table.get(*last)
}

/// Puts `value` at `path`, making the tables on the way. False if something else stands there.
pub(super) fn put(table: &mut Table, path: &[&str], value: Value) -> bool {
    let Some((last, parents)) = path.split_last() else { return false };
    let mut table = table;
    for key in parents {
        let next = table.entry((*key).to_owned()).or_insert_with(|| Value::Table(Table::new()));
        let Some(next) = next.as_table_mut() else { return false };
        table = next;
    }
    table.insert((*last).to_owned(), value);
    true
}

/// Takes away and returns what stands at `path`, if every step down to it is a table.
pub(super) fn remove_at(table: &mut Table, path: &[&str]) -> Option<Value> {
    let (last, parents) = path.split_last()?;
    let mut table = table;
    for key in parents {
        table = table.get_mut(*key)?.as_table_mut()?;
    }
    table.remove(*last)
}

/// Takes away what stands at `steps`, or the list it stands in. False if there is no such thing.
fn remove(table: &mut Table, steps: &[Step]) -> bool {
    let mut table = table;
    for (index, step) in steps.iter().enumerate() {
        let Step::Key(key) = step else { return false };
        let deeper = steps.get(index + 1).is_some_and(|next| matches!(next, Step::Key(_)));
        if deeper && table.get(key).is_some_and(Value::is_table) {
            let Some(next) = table.get_mut(key).and_then(Value::as_table_mut) else { return false };
            table = next;
        } else {
            return table.remove(key).is_some();
        }
    }
    false
}

/// Gives `table` its type. What does not fit is told and taken away, then the rest is tried anew,
/// so that all mistakes are found; the default stands for what was taken away.
///
/// None if a required key is missing or wrong.
pub(super) fn typed<T: DeserializeOwned>(
    mut table: Table,
    base: &str,
    origins: &Origins,
    errors: &mut Vec<ConfigError>,
) -> Option<T> {
    let mut removed: Vec<String> = Vec::new();
    let mut complete = true;
    for _ in 0..MAX_ERRORS {
        let error = match serde_path_to_error::deserialize(Value::Table(table.clone())) {
            Ok(value) => return complete.then_some(value),
            Err(error) => error,
        };
        let steps = steps(error.path());
        let key = show(base, &steps);
        let message = error.inner().message();
        let missing =
            message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        if !missing.is_some_and(|field| removed.iter().any(|key| key == field)) {
            errors.push(ConfigError::new(key.clone(), plain(message)).at(origins.of(&key)));
        }
        if let (Some(field), true) = (missing, steps.is_empty()) {
            // Something has to stand there, so that the other keys are looked at too.
            complete = false;
            table.insert(field.to_owned(), Value::String(String::new()));
        } else if !remove(&mut table, &steps) {
            return None;
        }
        if let Some(Step::Key(last)) = steps.last() {
            removed.push(last.clone());
        }
    }
    None
}

fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The message in words of TOML, without the offending value: it may be a secret.
fn plain(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let known = rest.split_once("expected ").map_or("", |(_, known)| known);
        let known = known.trim_start_matches("one of ");
        return format!("unknown key; the keys here are {known}");
    }
    if let Some(rest) = message.strip_prefix("missing field ") {
        return format!("the key {rest} is missing");
    }
    for (kind, note) in [("invalid type: ", ""), ("invalid value: ", " out of range")] {
        let Some(rest) = message.strip_prefix(kind) else { continue };
        let Some((found, expected)) = rest.rsplit_once(", expected ") else { continue };
        let found = found.split(['"', '`']).next().unwrap_or(found).trim();
        return format!("expected {}, found {}{note}", in_toml(expected), in_toml(found));
    }
    message.to_owned()
}

fn in_toml(word: &str) -> &str {
    match word {
        "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i32" | "i64" | "integer" => "a whole number",
        "f32" | "f64" => "a number",
        "floating point" => "a number with a fraction",
        "a boolean" => "true or false",
        "boolean" => "a truth value",
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "a table",
        "string" | "a string" | "path string" => "a text",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}
