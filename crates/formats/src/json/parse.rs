//! JSON text to data, each piece at its place, numbers as they are spelled.

use crate::{
    document::Name,
    error::FormatError,
    node::{Data, Node},
    value::{Key, Value, plain},
    yaml::{DEEPEST, MOST_VALUES, is_repeated},
};
use std::collections::HashSet;

/// The one value of a text.
///
/// # Errors
/// The place that cannot be read.
pub(crate) fn parse(name: &Name, text: &str) -> Result<Node, FormatError> {
    let mut parser = Parser { name, text, at: 0, line: 1, begin: 0, values: 0 };
    parser.blank();
    let node = parser.value(0)?;
    parser.blank();
    if parser.at < text.len() {
        return Err(parser.error("something stands behind the end"));
    }
    Ok(node)
}

struct Parser<'a> {
    name: &'a Name,
    text: &'a str,
    at: usize,
    line: usize,
    /// Where the line begins.
    begin: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn column(&self) -> usize {
        1 + self.text.get(self.begin..self.at).map_or(0, |before| before.chars().count())
    }

    fn error(&self, what: &str) -> FormatError {
        FormatError::at(self.name.at(self.line, self.column()), format!("this is no JSON: {what}"))
    }

    fn blank(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.at += 1;
            if byte == b'\n' {
                self.line += 1;
                self.begin = self.at;
            }
        }
    }

    fn take(&mut self, wanted: u8, what: &str) -> Result<(), FormatError> {
        if self.peek() != Some(wanted) {
            return Err(self.error(what));
        }
        self.at += 1;
        self.blank();
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Node, FormatError> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(FormatError::at(
                self.name.line(self.line),
                format!("there are more than {MOST_VALUES} values"),
            ));
        }
        let (line, begin, at) = (self.line, self.begin, self.at);
        let data = match self.peek() {
            Some(b'{' | b'[') if depth >= DEEPEST => {
                let what = format!("lists and mappings lie in each other more than {DEEPEST} deep");
                return Err(FormatError::at(self.name.line(self.line), what));
            }
            Some(b'{') => Data::Map(self.map(depth)?),
            Some(b'[') => Data::List(self.list(depth)?),
            Some(b'"') => Data::Scalar(Value::Text(self.string()?)),
            _ => Data::Scalar(self.word()?),
        };
        // Columns cost a walk through the line: only where lines are short.
        let column =
            if at - begin < 1000 { self.text.get(begin..at).map_or(0, |before| before.chars().count()) + 1 } else { 1 };
        let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Node { data, line: short(line), column: short(column), tag: None })
    }

    fn map(&mut self, depth: usize) -> Result<Vec<(Key, Node)>, FormatError> {
        self.take(b'{', "`{` is missing")?;
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        while self.peek() != Some(b'}') {
            if !entries.is_empty() {
                self.take(b',', "`,` or `}` is missing")?;
            }
            if self.peek() != Some(b'"') {
                return Err(self.error("the name of a field is missing, in quotation marks"));
            }
            let place = self.name.at(self.line, self.column());
            let key = Key::text(self.string()?);
            if is_repeated(&entries, &mut seen, &key) {
                let what = "the field is there twice in the same entry. Take one of them out.";
                return Err(FormatError::at(place, what).in_field(key.text));
            }
            self.blank();
            self.take(b':', "`:` is missing")?;
            let value = self.value(depth + 1)?;
            entries.push((key, value));
            self.blank();
        }
        self.at += 1;
        Ok(entries)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, FormatError> {
        self.take(b'[', "`[` is missing")?;
        let mut items = Vec::new();
        while self.peek() != Some(b']') {
            if !items.is_empty() {
                self.take(b',', "`,` or `]` is missing")?;
            }
            items.push(self.value(depth + 1)?);
            self.blank();
        }
        self.at += 1;
        Ok(items)
    }

    fn string(&mut self) -> Result<String, FormatError> {
        let rest = self.rest();
        let mut escaped = false;
        let end = rest.bytes().skip(1).position(|byte| {
            let end = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            end || byte < b' '
        });
        let text = end.and_then(|end| rest.get(..end + 2)).filter(|text| text.ends_with('"'));
        let Some(text) = text else { return Err(self.error("a text is not closed with a quotation mark in its line")) };
        let read = serde_json::from_str(text)
            .map_err(|_| self.error("a text has a `\\` before something that it cannot stand before"))?;
        self.at += text.len();
        Ok(read)
    }

    fn word(&mut self) -> Result<Value, FormatError> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        let number = |word: &str| serde_json::from_str::<f64>(word).is_ok();
        let value = match word {
            "null" | "true" | "false" => plain(word),
            _ if number(word) => match plain(word) {
                Value::Int(number) => Value::Int(number),
                _ => Value::Plain(word.to_owned()),
            },
            "" => return Err(self.error("a value is missing")),
            _ => {
                return Err(self.error(&format!(
                    "`{}` is neither a number nor in quotation marks",
                    crate::fields::shortened(word)
                )));
            }
        };
        self.at += end;
        Ok(value)
    }
}
