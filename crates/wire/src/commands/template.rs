//! A command with variables: `{{name}}`, `{{name=default}}`, `{{!name}}`.
//!
//! A value is put in as one word of the host's shell, whatever is in it: of a POSIX shell, of fish, and of csh as far as the
//! text around it has no backslash between double quotes. What that takes depends on the quotes around the variable, so the
//! text before it is followed as a shell would ([`context`]); where that cannot be told for sure, the variable is refused
//! rather than guessed. `{{!name}}` puts the value in as it is. `\{{` stands for `{{`, and braces around what is no name
//! (`{{.Name}}`, `{{json .}}`) stand for themselves.

mod context;
#[cfg(test)]
mod tests;

use context::{Around, Reader};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// A variable's name is at most so long.
const LONGEST_NAME: usize = 40;

/// A variable of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SnippetVariable))]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it is when nothing is given; without one a value is needed.
    pub default: Option<String>,
    /// Whether some value is put in as it is, so that it may be more than one word, or another command.
    pub raw: bool,
}

/// Why a snippet cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillError {
    /// These have no value and no default.
    Missing(Vec<String>),
    /// The variable stands where a value cannot be quoted for certain; what stands there.
    Unquotable(String, &'static str),
    /// The value has a NUL, which no command line can have, or a line end, at which csh begins a new command even between
    /// quotes.
    BadValue(String),
}

impl fmt::Display for FillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(names) => write!(f, "fill in {}", names.join(", ")),
            Self::Unquotable(name, place) => write!(
                f,
                "{{{{{name}}}}} stands {place}, where a value cannot be quoted safely; move it out, or write {{{{!{name}}}}} to \
                 put the value in as it is"
            ),
            Self::BadValue(name) => write!(
                f,
                "the value of {name} has a line end or a NUL, which no shell is sure to take; write the lines into the command \
                 itself, or {{{{!{name}}}}} to put the value in as it is"
            ),
        }
    }
}

impl std::error::Error for FillError {}

/// A piece of a snippet.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Slot { name: &'a str, default: Option<&'a str>, raw: bool },
}

/// The variables of a text, in the order of their first use. The first default of several counts.
pub fn variables(text: &str) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    for piece in pieces(text) {
        let Piece::Slot { name, default, raw } = piece else { continue };
        match found.iter_mut().find(|variable| variable.name == name) {
            Some(known) => {
                known.raw |= raw;
                known.default = known.default.take().or_else(|| default.map(ToOwned::to_owned));
            }
            None => found.push(Variable { name: name.to_owned(), default: default.map(ToOwned::to_owned), raw }),
        }
    }
    found
}

/// Whether every variable stands where a value can be quoted.
///
/// # Errors
/// [`FillError::Unquotable`] for the first that does not.
pub fn check(text: &str) -> Result<(), FillError> {
    let values = variables(text).into_iter().map(|variable| (variable.name, "x".to_owned())).collect();
    fill(text, &values).map(drop)
}

/// The command with its variables filled.
///
/// # Errors
/// When a value is missing, cannot be quoted where it stands, or has a character that no command can have.
pub fn fill(text: &str, values: &BTreeMap<String, String>) -> Result<String, FillError> {
    let variables = variables(text);
    let value = |name: &str| {
        let default = variables.iter().find(|variable| variable.name == name).and_then(|known| known.default.as_ref());
        values.get(name).or(default)
    };
    let missing: Vec<String> =
        variables.iter().map(|variable| variable.name.clone()).filter(|name| value(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(FillError::Missing(missing));
    }
    let (mut command, mut reader) = (String::with_capacity(text.len()), Reader::default());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => {
                reader.read(text);
                command.push_str(text);
            }
            Piece::Slot { name, raw, .. } => {
                let value = value(name).map_or("", String::as_str);
                if value.contains('\0') || (!raw && value.contains('\n')) {
                    return Err(FillError::BadValue(name.to_owned()));
                }
                if raw {
                    reader.read(value);
                    command.push_str(value);
                } else {
                    let around = reader.around().map_err(|place| FillError::Unquotable(name.to_owned(), place))?;
                    command.push_str(&quoted(value, around));
                    reader.word();
                }
            }
        }
    }
    Ok(command)
}

/// One word of a shell, whatever is in it.
fn quote(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:,@+-".contains(&byte);
    if !value.is_empty() && value.bytes().all(plain) {
        return value.to_owned();
    }
    in_quotes(value)
}

/// Between single quotes fish takes a backslash for an escape, and csh an exclamation mark for its history.
fn in_quotes(value: &str) -> String {
    let mut word = String::from("'");
    for character in value.chars() {
        match character {
            '\'' | '\\' | '!' => word.extend(['\'', '\\', character, '\'']),
            _ => word.push(character),
        }
    }
    word.push('\'');
    word
}

/// Between quotes, these are closed before the value and opened again behind it.
fn quoted(value: &str, around: Around) -> String {
    match around {
        Around::Nothing => quote(value),
        Around::Single => format!("'{}'", in_quotes(value)),
        Around::Double => format!("\"{}\"", in_quotes(value)),
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find("{{") {
        if let Some(before) = rest[..at].strip_suffix('\\') {
            pieces.push(Piece::Text(before));
            pieces.push(Piece::Text(&rest[at..at + 2]));
            rest = &rest[at + 2..];
            continue;
        }
        match slot(&rest[at + 2..]) {
            Some((slot, len)) => {
                pieces.push(Piece::Text(&rest[..at]));
                pieces.push(slot);
                rest = &rest[at + 2 + len..];
            }
            None => {
                pieces.push(Piece::Text(&rest[..at + 2]));
                rest = &rest[at + 2..];
            }
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The variable that begins here, behind its braces, and how long it is with the closing ones.
fn slot(text: &str) -> Option<(Piece<'_>, usize)> {
    let end = text.find("}}")?;
    let inside = &text[..end];
    let (raw, inside) = inside.strip_prefix('!').map_or((false, inside), |rest| (true, rest));
    let (name, default) = inside.split_once('=').map_or((inside, None), |(name, default)| (name, Some(default)));
    let mut letters = name.bytes();
    let begins = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    let goes_on = letters.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let fits = name.len() <= LONGEST_NAME && default.is_none_or(|default| !default.contains(['\n', '{']));
    (begins && goes_on && fits).then_some((Piece::Slot { name, default, raw }, end + 2))
}
