//! Data as it was read, unknown fields too: in the file's order, and spelled as in the file where spelling counts.

mod json;

pub(crate) use json::{from_json, to_json};

use std::net::Ipv4Addr;

/// A piece of data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number, spelled without ornament.
    Int(i64),
    /// Something unquoted that a reader may take for another thing than text (`1.50`, `0x1F`, `yes`, `2024-01-01`), as spelled.
    Plain(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping in its order.
    Map(Vec<(Key, Value)>),
    /// A value with a tag of YAML (`!secret`), the tag as it is written.
    Tagged(String, Box<Value>),
}

/// The name of a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The name.
    pub text: String,
    /// Whether it is unquoted where a reader may take it for another thing than text.
    pub plain: bool,
}

impl Key {
    /// A name that is text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), plain: false }
    }
}

impl Value {
    /// A scalar as text; nothing for lists and mappings.
    pub(crate) fn scalar(&self) -> Option<String> {
        match self {
            Self::Null => Some(String::new()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Plain(text) if is_null(text) => Some(String::new()),
            Self::Plain(text) | Self::Text(text) => Some(text.clone()),
            Self::Tagged(_, value) => value.scalar(),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// What kind of thing it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a number",
            Self::Plain(_) | Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
            Self::Tagged(_, value) => value.kind(),
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "~" | "null" | "Null" | "NULL")
}

/// What an unquoted word means: the schema of YAML 1.2, with everything that 1.1 takes for another thing kept as spelled.
pub(crate) fn plain(text: &str) -> Value {
    match text {
        "" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Value::Int(number),
            _ if is_ambiguous(text) => Value::Plain(text.to_owned()),
            _ => Value::Text(text.to_owned()),
        },
    }
}

/// Whether some reader of YAML takes the unquoted word for another thing than text. Too often yes is harmless: such a word stays
/// as it is spelled, and a text that looks like it is quoted.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    const SIGNS: [&str; 4] = ["", "~", "=", "<<"];
    if SIGNS.contains(&text) || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return true;
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    if [".inf", ".nan"].iter().any(|word| word.eq_ignore_ascii_case(unsigned)) {
        return true;
    }
    unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_hexdigit() || "xXoO_.+-:tTzZ ".contains(c))
        && text.parse::<Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests;
