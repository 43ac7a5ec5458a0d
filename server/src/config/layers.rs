//! Defaults, then the TOML file, then the environment, then flags: a later one wins, and each value knows its origin.
//!
//! Values stay texts until a section reads them, so that all four sources go through the same parser. An unknown key is
//! an error that names the nearest known one: a misspelt limit must not be silently without effect.

use super::{
    ConfigError,
    setting::{ENV_PREFIX, Setting},
};
use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The TOML file.
    File(PathBuf),
    /// This environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// The sources above the defaults, before they are merged.
#[derive(Debug, Default)]
pub struct Sources {
    /// The TOML file, when one was named.
    pub file: Option<PathBuf>,
    /// The environment: names and values.
    pub environment: Vec<(String, String)>,
    /// Keys and values given as flags.
    pub flags: Vec<(&'static str, String)>,
}

/// One value for each setting.
#[derive(Debug)]
pub(super) struct Values {
    settings: Vec<Setting>,
    values: BTreeMap<&'static str, Value>,
}

impl Values {
    /// Merges the sources.
    ///
    /// # Errors
    /// When the file cannot be read, or a key is unknown.
    pub(super) fn merge(settings: Vec<Setting>, sources: &Sources) -> Result<Self, ConfigError> {
        let values =
            settings.iter().map(|s| (s.key, Value { text: s.default.into(), origin: Origin::Default })).collect();
        let mut merged = Self { settings, values };
        if let Some(path) = &sources.file {
            merged.take_file(path)?;
        }
        merged.take_environment(&sources.environment)?;
        for (key, text) in &sources.flags {
            merged.values.insert(key, Value { text: text.clone(), origin: Origin::Flag });
        }
        Ok(merged)
    }

    /// Reads one setting.
    ///
    /// # Errors
    /// When its text is not acceptable.
    pub(super) fn read<T>(&self, key: &'static str, parse: fn(&str) -> Result<T, String>) -> Result<T, ConfigError> {
        let value = self.values.get(key).ok_or(ConfigError::Undeclared { key })?;
        parse(value.text.trim()).map_err(|why| ConfigError::BadValue { key, origin: value.origin.clone(), why })
    }

    /// Refuses a setting that does not go with the others.
    pub(super) fn refuse<T>(&self, key: &'static str, why: &str) -> Result<T, ConfigError> {
        let value = self.values.get(key).ok_or(ConfigError::Undeclared { key })?;
        Err(ConfigError::BadValue { key, origin: value.origin.clone(), why: why.to_owned() })
    }

    /// Every setting with its value.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Setting, &Value)> {
        self.settings.iter().filter_map(|setting| Some((setting, self.values.get(setting.key)?)))
    }

    fn take_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Unreadable { path: path.into(), why: error.to_string() })?;
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| ConfigError::Unreadable { path: path.into(), why: error.to_string() })?;
        let mut found = Vec::new();
        flatten("", &table, &mut found);
        for (key, text) in found {
            let text = text.ok_or_else(|| ConfigError::Unreadable {
                path: path.into(),
                why: format!("{key} is not a plain value"),
            })?;
            let known = self.known(&key, Setting::key, |known| ConfigError::UnknownKey {
                key: key.clone(),
                origin: Origin::File(path.into()),
                nearest: known,
            })?;
            self.values.insert(known, Value { text, origin: Origin::File(path.into()) });
        }
        Ok(())
    }

    fn take_environment(&mut self, environment: &[(String, String)]) -> Result<(), ConfigError> {
        for (name, text) in environment.iter().filter(|(name, _)| name.starts_with(ENV_PREFIX)) {
            let known = self.known(name, Setting::env_name, |known| ConfigError::UnknownKey {
                key: name.clone(),
                origin: Origin::Environment(name.clone()),
                nearest: known,
            })?;
            self.values.insert(known, Value { text: text.clone(), origin: Origin::Environment(name.clone()) });
        }
        Ok(())
    }

    fn known(
        &self,
        name: &str,
        written: fn(&Setting) -> String,
        unknown: impl FnOnce(String) -> ConfigError,
    ) -> Result<&'static str, ConfigError> {
        if let Some(setting) = self.settings.iter().find(|setting| written(setting) == name) {
            return Ok(setting.key);
        }
        let nearest = self
            .settings
            .iter()
            .map(written)
            .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
        Err(unknown(nearest.unwrap_or_default()))
    }
}

impl Setting {
    fn key(&self) -> String {
        self.key.to_owned()
    }
}

/// Turns tables into dotted keys. A value that is no text, number, truth or list of texts becomes `None`.
fn flatten(prefix: &str, table: &toml::Table, found: &mut Vec<(String, Option<String>)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, found),
            toml::Value::Array(items) => {
                let texts: Option<Vec<_>> = items.iter().map(plain).collect();
                found.push((key, texts.map(|texts| texts.join(","))));
            }
            single => found.push((key, plain(single))),
        }
    }
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}
