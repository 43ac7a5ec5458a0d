//! What one set of rows names: one live object of every kind, and for each a dead one of the same shape.

use serde_json::Value;
use std::collections::BTreeMap;

/// Names that belong to nobody: where the hosts are, and what is typed. They are the same for the dead.
pub(super) const NEUTRAL: &[&str] =
    &["address", "bob", "dir", "fingerprint", "netbox", "netbox_token", "number", "password", "port", "secret", "user"];

/// A shorter text may stand anywhere by chance.
const TELLING: usize = 8;

/// Things by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects(BTreeMap<&'static str, Value>);

impl Objects {
    pub(super) fn put(&mut self, name: &'static str, value: impl Into<Value>) {
        self.0.insert(name, value.into());
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_else(|| panic!("{name} is text"))
    }

    /// Things of the same names and shapes that never were.
    pub(super) fn dead(&self) -> Self {
        let dead = |(number, (name, value)): (usize, (&&'static str, &Value))| {
            let value = if NEUTRAL.contains(name) { value.clone() } else { never_was(number, value) };
            (*name, value)
        };
        Self(self.0.iter().enumerate().map(dead).collect())
    }

    /// Whether a text begins with this name and no longer one.
    pub(super) fn begins_with(text: &str, name: &str) -> bool {
        let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        text.strip_prefix(name).is_some_and(|rest| !goes_on(rest))
    }

    /// A text with the things in the place of their names.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut pieces = text.split('$');
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, value) = self.named(piece);
            filled.push_str(&plain(value));
            filled.push_str(&piece[name.len()..]);
        }
        filled
    }

    /// The same in a document, where a number stays one.
    pub(super) fn fill_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix('$').map(|name| (name, self.named(name))) {
                Some((text, (name, value))) if text == name => value.clone(),
                _ => Value::String(self.fill(text)),
            },
            Value::Array(all) => all.iter().map(|value| self.fill_json(value)).collect(),
            Value::Object(all) => all
                .iter()
                .map(|(name, value)| (name.clone(), self.fill_json(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    fn named(&self, text: &str) -> (&'static str, &Value) {
        let found = self.0.iter().find(|(name, _)| Self::begins_with(text, name));
        found.map(|(name, value)| (*name, value)).unwrap_or_else(|| panic!("the world has no ${text}"))
    }

    /// A text with `$` in the place of the things.
    pub(super) fn unfill(&self, text: &str) -> String {
        let mut known: Vec<_> = self.owned().map(|(_, value)| plain(value)).collect();
        known.sort_by_key(|value| std::cmp::Reverse(value.len()));
        known.into_iter().fold(text.to_owned(), |text, value| {
            if value.len() < TELLING {
                // A number may stand anywhere, and for anything; in a message it is quoted.
                return text.replace(&format!("\\\"{value}\\\""), "\\\"$\\\"");
            }
            text.replace(&value, "$")
        })
    }

    /// What no answer to others may hold: every id and name that is long enough to be known by.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.owned()
            .filter_map(|(name, value)| Some((name, value.as_str()?)))
            .filter(|(_, value)| value.len() >= TELLING)
    }

    fn owned(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().filter(|(name, _)| !NEUTRAL.contains(name)).map(|(name, value)| (*name, value))
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn never_was(number: usize, value: &Value) -> Value {
    match value {
        Value::Number(_) => Value::from(900_000_000 + number),
        Value::String(id) if id.starts_with("session-") => format!("session-{number:012}").into(),
        Value::String(id) if uuid::Uuid::parse_str(id).is_ok() => {
            format!("00000000-0000-7000-8000-{number:012}").into()
        }
        Value::String(path) if path.starts_with('/') => format!("/nowhere/{number}").into(),
        _ => format!("nobody-{number}").into(),
    }
}
