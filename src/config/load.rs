//! From file and environment to a checked configuration.

use super::environment::{self, Keys, Kind};
use super::error::{ConfigError, ConfigErrors, Origin};
use super::tree::{self, Origins};
use super::{Config, FeedSource, check, feed_files};
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Largest configuration file, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// Largest file of a secret, in bytes.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// A configuration that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The configuration; paths of files are resolved, secrets are read.
    pub config: Config,
    /// All feeds: `feeds.list` first, then the files in their order. No address twice.
    pub feeds: Vec<FeedSource>,
    /// What is allowed and yet worth a look, each beginning with its key.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads the file (or the defaults, without one), lays the variables over it and checks all.
    ///
    /// Variables whose names do not begin with `DEPESCHE_` are passed over. Paths in the file are
    /// relative to the file, paths in variables to the working directory.
    ///
    /// # Errors
    /// Every mistake there is, each with the path of its key and where it was said.
    pub fn load<K: Into<OsString>, V: Into<OsString>>(
        path: Option<&Path>,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Loaded, ConfigErrors> {
        Self::load_with(path, variables, |_| Vec::new())
    }

    /// As [`Config::load`], with one more check whose errors are told together with all others.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with<K: Into<OsString>, V: Into<OsString>>(
        path: Option<&Path>,
        variables: impl IntoIterator<Item = (K, V)>,
        further: impl FnOnce(&Self) -> Vec<ConfigError>,
    ) -> Result<Loaded, ConfigErrors> {
        let mut loader = Loader { folder: folder_of(path), ..Loader::default() };
        if let Some(path) = path {
            loader.read_file(path);
        }
        loader.overlay(variables);
        loader.finish(further)
    }
}

fn folder_of(path: Option<&Path>) -> PathBuf {
    path.and_then(Path::parent).map(Path::to_owned).unwrap_or_default()
}

#[derive(Default)]
struct Loader {
    folder: PathBuf,
    /// The file could not be read, so that nothing is known of the keys it would have set.
    unread: bool,
    keys: Keys,
    table: Table,
    origins: Origins,
    errors: Vec<ConfigError>,
    warnings: Vec<String>,
}

impl Loader {
    fn read_file(&mut self, path: &Path) {
        let text = match read_text(path, MAX_FILE_BYTES) {
            Ok(text) => text,
            Err(message) => {
                let origin = Origin::File { path: path.to_owned(), line: None };
                self.errors.push(ConfigError::new("(file)", message).at(origin));
                self.unread = true;
                return;
            }
        };
        match tree::parse(&text, path) {
            Ok((table, origins)) => (self.table, self.origins) = (table, origins),
            Err(errors) => {
                self.errors.extend(errors);
                self.unread = true;
            }
        }
    }

    fn overlay<K: Into<OsString>, V: Into<OsString>>(
        &mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) {
        self.keys = Keys::of_config();
        self.refuse_literal_secrets();
        environment::overlay(
            variables,
            &self.keys,
            &mut self.table,
            &mut self.origins,
            &mut self.errors,
            &mut self.warnings,
        );
    }

    fn secrets(&self) -> Vec<String> {
        let secrets = self.keys.iter().filter(|(_, kind)| *kind == Kind::Secret);
        secrets.map(|(key, _)| key.to_owned()).collect()
    }

    /// What the file says of secrets: nothing, an empty text, or the path of a file.
    fn refuse_literal_secrets(&mut self) {
        for key in self.secrets() {
            let steps: Vec<&str> = key.split('.').collect();
            let Some(value) = tree::get(&self.table, &steps) else { continue };
            let by_file = value.as_table().is_some_and(|table| {
                table.len() == 1 && table.get("file").is_some_and(Value::is_str)
            });
            if by_file {
                continue;
            }
            if value.as_str() != Some("") {
                let variable = environment::variable(&key);
                let message = format!(
                    "a secret may not stand in the file; give {{ file = \"path\" }} here or \
                     set the variable {variable}"
                );
                self.errors.push(ConfigError::new(&key, message).at(self.origins.of(&key)));
            }
            tree::remove_at(&mut self.table, &steps);
        }
    }

    /// Reads the secrets that are given by the path of a file.
    fn read_secrets(&mut self) {
        for key in self.secrets() {
            let steps: Vec<&str> = key.split('.').collect();
            let Some(file) = tree::get(&self.table, &steps)
                .and_then(|value| value.get("file"))
                .and_then(Value::as_str)
            else {
                continue;
            };
            match read_text(&self.resolve(&key, Path::new(file)), MAX_SECRET_BYTES) {
                Ok(text) => {
                    let secret = text.trim_end_matches(['\r', '\n']).to_owned();
                    let value = Table::from_iter([("value".to_owned(), Value::String(secret))]);
                    tree::put(&mut self.table, &steps, Value::Table(value));
                }
                Err(message) => {
                    self.errors.push(ConfigError::new(&key, message).at(self.origins.of(&key)));
                    tree::remove_at(&mut self.table, &steps);
                }
            }
        }
    }

    /// A path said in the file is relative to the file.
    fn resolve(&self, key: &str, path: &Path) -> PathBuf {
        match self.origins.of(key) {
            Origin::File { .. } => self.folder.join(path),
            Origin::Environment(_) | Origin::Default => path.to_owned(),
        }
    }

    fn resolve_all(&self, config: &mut Config) {
        let tls = &mut config.kafka.tls;
        for (key, path) in [
            ("kafka.tls.ca_file", &mut tls.ca_file),
            ("kafka.tls.certificate_file", &mut tls.certificate_file),
            ("kafka.tls.key_file", &mut tls.key_file),
        ] {
            if !path.is_empty() {
                *path = self.resolve(key, Path::new(path)).to_string_lossy().into_owned();
            }
        }
        let lexicon = &mut config.extract.lexicon;
        if !lexicon.as_os_str().is_empty() {
            *lexicon = self.resolve("extract.lexicon", lexicon);
        }
        for file in &mut config.feeds.files {
            *file = self.resolve("feeds.files", file);
        }
    }

    fn finish(
        mut self,
        further: impl FnOnce(&Config) -> Vec<ConfigError>,
    ) -> Result<Loaded, ConfigErrors> {
        self.read_secrets();
        let list = feed_files::take_list(&mut self.table, &["feeds", "list"]);
        let mut feeds = feed_files::Merged::default();
        feeds.add_list(list, "feeds.list", &self.origins, &mut self.errors);
        let table = std::mem::take(&mut self.table);
        let typed = tree::typed::<Config>(table, "", &self.origins, &mut self.errors);
        let mut config = typed.unwrap_or_default();
        config.feeds.list = feeds.sources();
        self.resolve_all(&mut config);
        for (index, file) in config.feeds.files.iter().enumerate() {
            let key = format!("feeds.files[{index}]");
            feeds.add_file(file, &key, &self.origins, &mut self.errors);
        }
        let mut found = check::Findings::default();
        if !self.unread {
            check::all(&config, &mut found);
            found.errors.extend(further(&config));
        }
        for error in found.errors {
            let origin = match error.origin {
                Origin::Default => self.origins.of(&error.key),
                ref said => said.clone(),
            };
            self.errors.push(error.at(origin));
        }
        self.warnings.extend(found.warnings);
        let feeds = feeds.sources();
        if feeds.is_empty() {
            self.warnings.push("feeds: no feed is named, so nothing will be polled".into());
        }
        match ConfigErrors::from_list(self.errors) {
            Some(errors) => Err(errors),
            None => Ok(Loaded { config, feeds, warnings: self.warnings }),
        }
    }
}

/// A whole file as text. The message names the path and never the content.
pub(super) fn read_text(path: &Path, max_bytes: u64) -> Result<String, String> {
    let told = |why: &dyn std::fmt::Display| format!("cannot read {}: {why}", path.display());
    let file = std::fs::File::open(path).map_err(|error| told(&error))?;
    let mut bytes = Vec::new();
    file.take(max_bytes + 1).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    if bytes.len() as u64 > max_bytes {
        return Err(told(&format!("larger than {max_bytes} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| told(&"not UTF-8"))
}
