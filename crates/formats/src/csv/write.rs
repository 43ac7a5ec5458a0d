//! Hosts to a table: the columns that came in, and more where something else is to be said.

use super::{DELIMITER, DELIMITERS, HEAD, harmless};
use crate::{
    document::{HostEntry, Outgoing, path},
    entry::{self, Columns},
    error::FormatError,
    fields::{self, Field, Style, bare},
    value::{Key, Value},
};
use csv::{QuoteStyle, WriterBuilder};
use std::collections::HashMap;
use wire::inventory::Form;

/// The name of the folder's column where there was none.
const FOLDER: &str = "folder";
/// The columns of a new table.
const USUAL: [Field; 17] = [
    Field::Name,
    Field::Address,
    Field::Port,
    Field::Protocol,
    Field::Username,
    Field::Tags,
    Field::DeviceType,
    Field::Vendor,
    Field::Model,
    Field::SerialNumber,
    Field::SoftwareVersion,
    Field::Platform,
    Field::Site,
    Field::Role,
    Field::Notes,
    Field::Credential,
    Field::Jumps,
];

/// Writes a file.
///
/// # Errors
/// When the library refuses to write to memory, which it does not.
pub(crate) fn write(outgoing: &Outgoing) -> Result<Vec<u8>, FormatError> {
    let (delimiter, mut head) = shape(outgoing);
    let blank = head.clone();
    let rows: Vec<_> = outgoing.hosts.iter().map(|host| row(host, &blank)).collect();
    let mut places: HashMap<String, usize> = head.iter().cloned().zip(0..).collect();
    for (key, _) in rows.iter().flatten() {
        if !places.contains_key(&key.text) {
            places.insert(key.text.clone(), head.len());
            head.push(key.text.clone());
        }
    }
    let refused = |error: csv::Error| FormatError::of(format!("the table cannot be written: {error}"));
    let into = |error: csv::IntoInnerError<_>| FormatError::of(format!("the table cannot be written: {error}"));
    // What parts the cells is found out from the first line: what might be taken for it stands in quotes there.
    let misleads = |name: &String| name.bytes().any(|byte| DELIMITERS.contains(&byte)) || name.starts_with("sep=");
    let quotes = if head.iter().any(misleads) { QuoteStyle::Always } else { QuoteStyle::Necessary };
    let mut writer = WriterBuilder::new().delimiter(delimiter).quote_style(quotes).from_writer(Vec::new());
    writer.write_record(head.iter().map(|name| harmless(name.clone()))).map_err(refused)?;
    let top = writer.into_inner().map_err(into)?;
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(top);
    for row in rows {
        let mut cells = vec![String::new(); head.len()];
        for (key, value) in row {
            if let Some(cell) = places.get(&key.text).and_then(|index| cells.get_mut(*index)) {
                *cell = harmless(text(&value));
            }
        }
        writer.write_record(&cells).map_err(refused)?;
    }
    writer.into_inner().map_err(into)
}

fn text(value: &Value) -> String {
    match value {
        Value::List(items) => items.iter().filter_map(Value::scalar).collect::<Vec<_>>().join(", "),
        other => other.scalar().unwrap_or_default(),
    }
}

/// The delimiter and the columns: those of the table that came in, else those of the first host that came out of one.
fn shape(outgoing: &Outgoing) -> (u8, Vec<String>) {
    let mut delimiter = b',';
    if let Some(Value::Map(entries)) = outgoing.kept.entry(Form::Csv) {
        for (key, value) in entries {
            match (key.text.as_str(), value) {
                (DELIMITER, Value::Text(text)) => {
                    let said = text.bytes().next().filter(|byte| DELIMITERS.contains(byte));
                    delimiter = said.unwrap_or(delimiter);
                }
                (HEAD, Value::List(names)) => return (delimiter, names.iter().filter_map(Value::scalar).collect()),
                _ => {}
            }
        }
    }
    match outgoing.hosts.iter().find_map(|host| host.kept.entry(Form::Csv)) {
        Some(Value::Map(entries)) => (delimiter, entries.into_iter().map(|(key, _)| key.text).collect()),
        _ => {
            let mut head: Vec<_> = USUAL.iter().map(|field| field.title(Style::Own).to_owned()).collect();
            head.insert(5, FOLDER.to_owned());
            (delimiter, head)
        }
    }
}

/// A host's cells. One that came out of another table takes this one's columns, and brings those that are not understood.
fn row(host: &HostEntry, head: &[String]) -> Vec<(Key, Value)> {
    let kept = match host.kept.entry(Form::Csv) {
        Some(Value::Map(entries)) => entries,
        _ => Vec::new(),
    };
    let same = kept.len() == head.len() && kept.iter().zip(head).all(|((key, _), name)| key.text == *name);
    let mut entries = if same {
        kept
    } else {
        let mut blank: Vec<_> = head.iter().map(|name| (Key::text(name), Value::Text(String::new()))).collect();
        let names = fields::bare_names(kept.iter().map(|(key, _)| key));
        let (columns, folder) = (Columns::of(&names), fields::folder(&names));
        for (index, (key, value)) in kept.into_iter().enumerate() {
            if columns.reads(index) || folder == Some(index) {
                continue;
            }
            match blank.iter_mut().find(|(other, _)| *other == key) {
                Some((_, cell)) => *cell = value,
                None => blank.push((key, value)),
            }
        }
        blank
    };
    entry::patch(&mut entries, host, Style::Own, &Field::in_order());
    let names: Vec<_> = entries.iter().map(|(key, _)| bare(&key.text)).collect();
    let folder = path::join(&host.folder);
    match fields::folder(&names).and_then(|index| entries.get_mut(index)) {
        Some((_, cell)) if path::split(&text(cell)) == host.folder => {}
        Some((_, cell)) => *cell = Value::Text(folder),
        None if host.folder.is_empty() => {}
        None => entries.push((Key::text(FOLDER), Value::Text(folder))),
    }
    entries
}
