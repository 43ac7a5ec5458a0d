//! A table to hosts.

use super::{DELIMITER, DELIMITERS, HEAD, meant};
use crate::{
    document::{Document, File, Name, Reading, path},
    entry::{self, Cell, Columns, Report},
    fields::{self, Field, Style, bare},
    kept::Kept,
    text,
    value::{Key, Value},
};
use csv::{ReaderBuilder, StringRecord};
use std::collections::HashSet;
use wire::inventory::Form;

/// A table is not wider.
const MOST_COLUMNS: usize = 1000;

/// Reads a file.
pub(crate) fn read(file: &File<'_>) -> Reading {
    let decoded = match text::decode(file) {
        Ok(decoded) => decoded,
        Err(error) => return Reading::broken(vec![error]),
    };
    let mut report = Report::new(Name::of(file));
    report.notes.extend(decoded.remark);
    let document = table(&mut report, &decoded.text);
    report.finish(document)
}

/// What parts the cells: what is there most often in the first line, outside of quotes.
fn delimiter(first: &str) -> u8 {
    let mut counts = DELIMITERS.map(|delimiter| (delimiter, 0));
    let mut quoted = false;
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte && !quoted) {
            *count += 1;
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter)
}

fn table(report: &mut Report, text: &str) -> Document {
    // Spreadsheets say their delimiter in a line before all others.
    let said = text.get(..5).filter(|begin| begin.starts_with("sep=")).and_then(|begin| begin.bytes().last());
    let said = said.filter(|byte| DELIMITERS.contains(byte));
    let (text, above) = match said {
        Some(_) => (text.split_once('\n').map_or("", |(_, rest)| rest), 1),
        None => (text, 0),
    };
    let blank = text.len() - text.trim_start_matches(['\n', '\r']).len();
    let above = above + text.get(..blank).map_or(0, |blank| blank.matches('\n').count());
    let text = text.get(blank..).unwrap_or_default();
    let delimiter = said.unwrap_or_else(|| delimiter(text.lines().next().unwrap_or_default()));
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut document = Document::default();
    if !matches!(reader.read_record(&mut record), Ok(true)) {
        return document;
    }
    let head: Vec<String> = record.iter().map(|name| meant(name.trim()).to_owned()).collect();
    let names: Vec<_> = head.iter().map(|name| bare(name)).collect();
    let columns = Columns::of(&names);
    if !check(report, above + 1, &head, &columns) {
        return document;
    }
    let folder = fields::folder(&names);
    document.kept = kept(delimiter, &head);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: above + 1 };
    while !report.is_full() {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                report.breaks(report.name.line(lines.line), "", error.to_string());
                break;
            }
        }
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() > head.len() && record.iter().skip(head.len()).any(|cell| !cell.trim().is_empty()) {
            let what = format!("the line has {} cells, and the first line {} names", record.len(), head.len());
            report.error(report.name.line(line), "", what);
            continue;
        }
        let place = report.name.line(line);
        if !report.has_place(document.hosts.len(), &place) {
            break;
        }
        document.hosts.extend(row(report, line, &head, &columns, folder, &record));
    }
    let open = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    if let Some(host) = document.hosts.last().filter(|_| open && record_spans(text)) {
        let place = host.at.clone();
        report.breaks(place, "", "a quotation mark is opened and not closed again");
    }
    document
}

/// Whether the last quotation mark stands in another line than the end.
fn record_spans(text: &str) -> bool {
    text.rfind('"').and_then(|at| text.get(at..)).is_some_and(|rest| rest.trim_end().contains('\n'))
}

/// Counts lines: the library is one behind where they end with CR and LF, and after empty ones.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of the record that begins at a byte, or after the line ends there.
    fn of(&mut self, byte: u64) -> usize {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX).max(self.at);
        let ends =
            self.text.get(begin..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let passed = self.text.get(self.at..begin + ends).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = begin + ends;
        self.line
    }
}

fn check(report: &mut Report, line: usize, head: &[String], columns: &Columns) -> bool {
    let place = report.name.line(line);
    if head.len() > MOST_COLUMNS {
        report.breaks(place, "", format!("the table has more than {MOST_COLUMNS} columns"));
        return false;
    }
    if columns.get(Field::Address).is_none() {
        let what =
            "the first line names the columns, and none of them is `address` (or host, hostname, ip): write it there";
        report.breaks(place, "", what);
        return false;
    }
    let mut seen = HashSet::new();
    match head.iter().find(|name| !name.is_empty() && !seen.insert(name.as_str())) {
        Some(name) => {
            report.breaks(place, name, "two columns have this name. Rename one of them.");
            false
        }
        None => true,
    }
}

fn kept(delimiter: u8, head: &[String]) -> Kept {
    let head = head.iter().cloned().map(Value::Text).collect();
    let entry = vec![
        (Key::text(DELIMITER), Value::Text(char::from(delimiter).to_string())),
        (Key::text(HEAD), Value::List(head)),
    ];
    Kept::new(Form::Csv, &Value::Map(entry))
}

fn row(
    report: &mut Report,
    line: usize,
    head: &[String],
    columns: &Columns,
    folder: Option<usize>,
    record: &StringRecord,
) -> Option<crate::HostEntry> {
    let at = report.name.line(line);
    let entries: Vec<_> = head
        .iter()
        .enumerate()
        .map(|(index, name)| (Key::text(name), Value::Text(meant(record.get(index).unwrap_or_default()).to_owned())))
        .collect();
    let cell = |index: usize| {
        let (key, value) = entries.get(index)?;
        Some(Cell { key: &key.text, value, place: at.clone() })
    };
    let mut host = entry::host(report, Style::Own, at.clone(), columns, cell)?;
    let text = folder.and_then(|index| entries.get(index)).and_then(|(_, value)| value.scalar());
    host.folder = text.map(|text| path::split(&text)).unwrap_or_default();
    entry::keep(report, &mut host, Form::Csv, entries);
    Some(host)
}
