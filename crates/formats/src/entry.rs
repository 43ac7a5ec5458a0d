//! An entry with named fields, as YAML, JSON and tables have it: read to a host, and patched to what the host is now.

use crate::{
    document::{Document, HostEntry, Name, Reading, Remark, Skip},
    error::{FormatError, MOST_ERRORS, Place},
    fields::{self, Content, Field, Style},
    kept::Kept,
    secrets,
    value::{Key, Value},
};
use wire::inventory::Form;

/// So many hosts at most in one import: what 50 MB of short lines hold would take gigabytes.
pub(crate) const MOST_HOSTS: usize = 100_000;

/// What is said about a file while it is read.
pub(crate) struct Report {
    pub(crate) name: Name,
    pub(crate) errors: Vec<FormatError>,
    pub(crate) skipped: Vec<Skip>,
    pub(crate) notes: Vec<Remark>,
    /// How many errors there are, those too that are not told of.
    wrong: usize,
    /// Whether something is wrong that is more than one entry: what stands there cannot be left out.
    broken: bool,
    /// The fields that were left out because secrets stand in them.
    secrets: Vec<String>,
}

impl Report {
    pub(crate) fn new(name: Name) -> Self {
        Self {
            name,
            errors: Vec::new(),
            skipped: Vec::new(),
            notes: Vec::new(),
            wrong: 0,
            broken: false,
            secrets: Vec::new(),
        }
    }

    pub(crate) fn error(&mut self, place: Place, field: &str, what: impl Into<String>) {
        self.wrong += 1;
        if self.errors.len() < MOST_ERRORS {
            let error = FormatError::at(place, what);
            self.errors.push(if field.is_empty() { error } else { error.in_field(field) });
        }
    }

    /// Something is wrong with more than one entry.
    pub(crate) fn breaks(&mut self, place: Place, field: &str, what: impl Into<String>) {
        self.broken = true;
        self.errors.truncate(MOST_ERRORS - 1);
        self.error(place, field, what);
    }

    /// The whole file cannot be read.
    pub(crate) fn tell(&mut self, error: FormatError) {
        self.broken = true;
        self.wrong += 1;
        self.errors.push(error);
    }

    /// How many errors there are.
    pub(crate) const fn wrong(&self) -> usize {
        self.wrong
    }

    /// Nothing that is wrong until here can be left out.
    pub(crate) fn break_on_errors(&mut self) {
        self.broken |= self.wrong > 0;
    }

    /// What was read, with all that was said about it.
    pub(crate) fn finish(self, document: Document) -> Reading {
        let Self { errors, skipped, notes, wrong, broken, .. } = self;
        Reading { document: Document { skipped, notes, ..document }, errors, wrong, broken }
    }

    pub(crate) fn note(&mut self, place: Place, text: impl Into<String>) {
        if self.notes.len() < MOST_ERRORS {
            self.notes.push(Remark { place, text: text.into() });
        }
    }

    /// Says of a secret that it stays behind, once for each field's name.
    pub(crate) fn secret(&mut self, at: &Place, field: &str) {
        if self.secrets.len() < MOST_ERRORS && !self.secrets.iter().any(|known| known == field) {
            self.secrets.push(field.to_owned());
            let text = format!(
                "field {field}: secrets are not imported, here and below. Put them into the vault as credentials."
            );
            self.note(at.clone(), text);
        }
    }

    /// Whether there is place for a host beside so many. The one that has none is an error, and the last.
    pub(crate) fn has_place(&mut self, hosts: usize, at: &Place) -> bool {
        if hosts < MOST_HOSTS {
            return true;
        }
        let what = format!("there are more than {MOST_HOSTS} hosts. Import the file in parts.");
        if !self.errors.iter().any(|error| error.what == what) {
            self.breaks(at.clone(), "", what);
        }
        false
    }

    /// Whether there is nothing more to say: the file cannot be taken, and enough of what is wrong is known.
    pub(crate) const fn is_full(&self) -> bool {
        self.broken && self.errors.len() >= MOST_ERRORS
    }
}

/// Where each field of an entry stands: one index into `names` at most.
pub(crate) struct Columns(Vec<(Field, usize)>);

impl Columns {
    pub(crate) fn of(names: &[String]) -> Self {
        let mut taken = vec![false; names.len()];
        let mut found = Vec::new();
        // The address is found first: of an entry with one name for both, nothing is left to be the name.
        for field in Field::all() {
            if let Some(index) = field.find(names, &taken) {
                if let Some(place) = taken.get_mut(index) {
                    *place = true;
                }
                found.push((field, index));
            }
        }
        Self(found)
    }

    /// Whether something is known of what stands there.
    pub(crate) fn reads(&self, index: usize) -> bool {
        self.0.iter().any(|(_, found)| *found == index)
    }

    pub(crate) fn get(&self, field: Field) -> Option<usize> {
        self.0.iter().find(|(found, _)| *found == field).map(|(_, index)| *index)
    }
}

/// A field's value with the place where it stands.
pub(crate) struct Cell<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: &'a Value,
    pub(crate) place: Place,
}

/// Reads a host. `cell` gives what stands at an index of `columns`.
pub(crate) fn host<'a>(
    report: &mut Report,
    style: Style,
    at: Place,
    columns: &Columns,
    cell: impl Fn(usize) -> Option<Cell<'a>>,
) -> Option<HostEntry> {
    let mut host = HostEntry { at: at.clone(), ..HostEntry::default() };
    let (before, wrong) = (report.errors.len(), report.wrong());
    let mut foreign = None;
    for field in Field::all() {
        let Some(cell) = columns.get(field).and_then(&cell) else { continue };
        match fields::read(field, cell.value) {
            Ok(Content::Text(text)) if field == Field::Protocol && fields::protocol(&text).is_none() => {
                foreign = Some(text)
            }
            Ok(content) => fields::set(&mut host, field, content),
            Err(what) if field.is_strict() => report.error(cell.place, cell.key, what),
            Err(what) => report.note(cell.place, format!("field {}: {what}. It is kept, and not read.", cell.key)),
        }
    }
    if host.port == 0 {
        host.port = host.protocol.default_port();
    }
    if style != Style::Yaml && host.name.is_empty() {
        host.name.clone_from(&host.address);
    }
    for (field, text) in [(Field::Name, &host.name), (Field::Address, &host.address)] {
        let told = report.errors.iter().skip(before).any(|error| {
            columns.get(field).and_then(&cell).is_some_and(|cell| error.field.as_deref() == Some(cell.key))
        });
        if text.is_empty() && !told && foreign.is_none() {
            let title = columns.get(field).and_then(&cell).map_or(field.title(style), |cell| cell.key).to_owned();
            report.error(at.clone(), &title, "it is missing, and an entry needs it. Write it, or take the entry out.");
        }
    }
    if let Some(protocol) = foreign {
        let reason =
            format!("Berth does not speak `{}`, only ssh, ftp, ftps and ftps_implicit", fields::shortened(&protocol));
        report.skipped.push(Skip { place: at, name: host.name, reason });
        return None;
    }
    (report.wrong() == wrong).then_some(host)
}

/// Fields of an entry, brought to what the host is now: what means the same stays as it was, unknown fields stay, a new value takes
/// the old one's place, and what was not said is appended.
pub(crate) fn patch(entries: &mut Vec<(Key, Value)>, host: &HostEntry, style: Style, of: &[Field]) {
    let names = fields::bare_names(entries.iter().map(|(key, _)| key));
    let columns = Columns::of(&names);
    let mut gone = Vec::new();
    for field in of.iter().copied() {
        let now = said(host, field, style);
        let index = columns.get(field);
        let Some((_, value)) = index.and_then(|index| entries.get_mut(index)) else {
            if now != Content::Nothing {
                entries.push((Key::text(field.title(style)), now.to_value(None)));
            }
            continue;
        };
        if same(host, field, style, value, &now) {
            continue;
        }
        match (&now, field) {
            (Content::Nothing, Field::Port) => *value = Content::Number(u64::from(host.port)).to_value(Some(value)),
            (Content::Nothing, _) => gone.extend(index),
            _ => *value = now.to_value(Some(value)),
        }
    }
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
}

/// What has to be said of a field.
fn said(host: &HostEntry, field: Field, style: Style) -> Content {
    if field == Field::Name && style != Style::Yaml && host.name == host.address {
        return Content::Nothing;
    }
    fields::get(host, field)
}

fn same(host: &HostEntry, field: Field, style: Style, value: &Value, now: &Content) -> bool {
    match (field, fields::read(field, value)) {
        (Field::Port, Ok(Content::Number(port))) => port == u64::from(host.port),
        (Field::Protocol, Ok(Content::Text(text))) => fields::protocol(&text) == Some(host.protocol),
        (Field::Name, Ok(Content::Text(text))) => text == host.name,
        // A name that goes without saying is the address as it is spelled.
        (Field::Address, Ok(Content::Text(text))) if style != Style::Yaml && host.name == host.address => {
            text == host.address
        }
        (Field::Address, Ok(Content::Text(text))) => same_address(&text, &host.address),
        (Field::Jumps, Ok(Content::Words(words))) => {
            let jumps: Vec<_> = words.iter().map(|word| crate::Jump::parse(word)).collect();
            jumps == host.jumps || Content::Words(words) == *now
        }
        // What could not be read was kept: nothing is known of it, and nothing is to be said in its place.
        (_, Err(_)) => *now == Content::Nothing,
        (_, Ok(content)) => content == *now,
    }
}

/// Whether two spellings mean one address: names without regard to case (RFC 4343), IP addresses by number.
fn same_address(one: &str, other: &str) -> bool {
    let number = |text: &str| text.trim_matches(['[', ']']).parse::<std::net::IpAddr>().ok();
    one.eq_ignore_ascii_case(other) || number(one).is_some_and(|ip| number(other) == Some(ip))
}

/// An entry of a host, patched from what was kept or made anew.
pub(crate) fn written(host: &HostEntry, form: Form, style: Style) -> Vec<(Key, Value)> {
    let mut entries = match host.kept.entry(form) {
        Some(Value::Map(entries)) => entries,
        _ => Vec::new(),
    };
    if entries.is_empty() && style == Style::Yaml {
        entries = usual(host);
    }
    patch(&mut entries, host, style, &Field::in_order());
    entries
}

/// The nine fields of SPEC §4, all of them: readers of that shape look for each.
fn usual(host: &HostEntry) -> Vec<(Key, Value)> {
    Field::in_order()
        .into_iter()
        .take(9)
        .map(|field| {
            let value = match (field, fields::get(host, field)) {
                (Field::Port, _) => Value::Int(i64::from(host.port)),
                (_, Content::Nothing) => Value::Text(String::new()),
                (_, content) => content.to_value(None),
            };
            (Key::text(field.title(Style::Yaml)), value)
        })
        .collect()
}

/// Keeps an entry as it was read, without its secrets.
pub(crate) fn keep(report: &mut Report, host: &mut HostEntry, form: Form, mut entries: Vec<(Key, Value)>) {
    secrets::remove(report, &host.at, &mut entries);
    host.kept = Kept::new(form, &Value::Map(entries));
}
