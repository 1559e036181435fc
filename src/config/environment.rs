//! The environment laid over the file: `DEPESCHE_KAFKA__BROKERS` sets `kafka.brokers`.
//!
//! Which keys there are, and which of them are text, is read off the structs themselves.

use super::Config;
use super::error::{ConfigError, Origin};
use super::tree::{self, Origins};
use std::collections::BTreeMap;
use std::ffi::OsString;
use toml::{Table, Value};

/// What all variables of this program begin with.
pub(super) const PREFIX: &str = "DEPESCHE_";

/// Variables that are read elsewhere, and are no keys.
const OTHERS: [&str; 1] = ["DEPESCHE_CONFIG"];

/// Variables of the tests, which a program started by a test inherits.
const OF_TESTS: &str = "DEPESCHE_TEST_";

/// How the environment gives a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The text as it is.
    Text,
    /// The text as it is, never shown; `__FILE` gives the path of a file that holds it.
    Secret,
    /// A TOML value: a number, a truth value, a list, a table.
    Value,
}

/// Every key of the structs.
#[derive(Debug, Default)]
pub(super) struct Keys(BTreeMap<String, Kind>);

impl Keys {
    /// Reads them off `Config::default()`. A secret is the text key that also takes
    /// `{ value = "" }`.
    pub(super) fn of_config() -> Self {
        let mut keys = Self::default();
        let Ok(defaults) = Table::try_from(Config::default()) else { return keys };
        keys.walk(&defaults, &mut Vec::new());
        keys
    }

    fn walk<'a>(&mut self, table: &'a Table, path: &mut Vec<&'a str>) {
        for (key, value) in table {
            path.push(key);
            match value {
                Value::Table(inner) if !inner.is_empty() => self.walk(inner, path),
                Value::String(_) if is_secret(path) => self.insert(path, Kind::Secret),
                Value::String(_) => self.insert(path, Kind::Text),
                _ => self.insert(path, Kind::Value),
            }
            path.pop();
        }
    }

    fn insert(&mut self, path: &[&str], kind: Kind) {
        self.0.insert(path.join("."), kind);
    }

    /// Paths of all keys with their kinds, in the order of the alphabet.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.0.iter().map(|(key, kind)| (key.as_str(), *kind))
    }

    fn kind(&self, key: &str) -> Option<Kind> {
        self.0.get(key).copied()
    }

    fn unknown(&self, key: &str) -> String {
        let section = key.rsplit_once('.').map_or("", |(section, _)| section);
        let here: Vec<String> = self
            .iter()
            .filter(|(known, _)| known.rsplit_once('.').is_some_and(|(s, _)| s == section))
            .map(|(known, _)| variable(known))
            .collect();
        if here.is_empty() {
            "no such key; variables are named after the keys, with `__` between the levels".into()
        } else {
            format!("no such key; there are {}", here.join(", "))
        }
    }
}

fn is_secret(path: &[&str]) -> bool {
    let mut probe = Table::new();
    let resolved = Table::from_iter([("value".to_owned(), Value::String(String::new()))]);
    tree::put(&mut probe, path, Value::Table(resolved)) && probe.try_into::<Config>().is_ok()
}

/// The variable that sets `key`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// Variables that Kubernetes sets for a service of the name `depesche`; they are no keys.
fn is_service_link(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX) else { return false };
    rest == "SERVICE_HOST"
        || rest == "PORT"
        || ["SERVICE_PORT", "PORT_"].iter().any(|p| rest.starts_with(p)) && !rest.contains("__")
}

/// Lays `variables` over `table`. A secret's value becomes the form that only the loader makes.
pub(super) fn overlay<K: Into<OsString>, V: Into<OsString>>(
    variables: impl IntoIterator<Item = (K, V)>,
    keys: &Keys,
    table: &mut Table,
    origins: &mut Origins,
    errors: &mut Vec<ConfigError>,
    warnings: &mut Vec<String>,
) {
    let ours: BTreeMap<String, OsString> = variables
        .into_iter()
        .filter_map(|(name, value)| Some((name.into().into_string().ok()?, value.into())))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect();
    for (name, value) in ours {
        if OTHERS.contains(&name.as_str()) || name.starts_with(OF_TESTS) {
            continue;
        }
        if is_service_link(&name) {
            warnings.push(format!(
                "{name} is not a key; it looks like a Kubernetes service link and is ignored"
            ));
            continue;
        }
        let key = name
            .strip_prefix(PREFIX)
            .unwrap_or_default()
            .to_ascii_lowercase()
            .split("__")
            .collect::<Vec<_>>()
            .join(".");
        let origin = Origin::Environment(name);
        match read(&key, value, keys) {
            Ok((path, value)) => {
                let steps: Vec<&str> = path.split('.').collect();
                let complaint = if matches!(origins.of(&path), Origin::Environment(_)) {
                    "is set by two variables"
                } else if tree::put(table, &steps, value) {
                    origins.set(path, origin);
                    continue;
                } else {
                    "cannot be set: its section is not a table in the file"
                };
                errors.push(ConfigError::new(path, complaint).at(origin));
            }
            Err(message) => errors.push(ConfigError::new(key, message).at(origin)),
        }
    }
}

/// The key that is meant, and its value.
fn read(key: &str, value: OsString, keys: &Keys) -> Result<(String, Value), String> {
    let text = value.into_string().map_err(|_| "is not UTF-8".to_owned())?;
    let wrapped = |name: &str, text: String| {
        Value::Table(Table::from_iter([(name.to_owned(), Value::String(text))]))
    };
    if let Some(secret) = key.strip_suffix(".file")
        && keys.kind(secret) == Some(Kind::Secret)
    {
        return Ok((secret.to_owned(), wrapped("file", text)));
    }
    match keys.kind(key) {
        None => Err(keys.unknown(key)),
        Some(Kind::Text) => Ok((key.to_owned(), Value::String(text))),
        Some(Kind::Secret) => Ok((key.to_owned(), wrapped("value", text))),
        Some(Kind::Value) => match text.parse::<Value>() {
            Ok(value) => Ok((key.to_owned(), value)),
            Err(_) => Err("is not a TOML value (a number, true or false, a list as \
                           `[\"a\", \"b\"]`, a table as `{ a = 1 }`)"
                .to_owned()),
        },
    }
}
