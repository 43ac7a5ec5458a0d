//! Data to folders and hosts.

use super::{VERSION, parse::parse};
use crate::{
    document::{Document, File, FolderEntry, HostEntry, Name, Reading, path},
    entry::{self, Cell, Columns, Report},
    fields::{self, OF_FOLDERS, Style},
    kept::Kept,
    node::{Data, Node},
    secrets, text,
    value::{Key, Value},
};
use wire::inventory::Form;

/// Reads a file.
pub(crate) fn read(file: &File<'_>) -> Reading {
    let decoded = match text::decode(file) {
        Ok(decoded) => decoded,
        Err(error) => return Reading::broken(vec![error]),
    };
    let name = Name::of(file);
    let mut report = Report::new(name.clone());
    report.notes.extend(decoded.remark);
    let mut document = Document::default();
    if !decoded.text.trim().is_empty() {
        match parse(&name, &decoded.text) {
            Ok(root) => whole(&mut report, &mut document, root),
            Err(error) => return Reading::broken(vec![error]),
        }
    }
    report.finish(document)
}

fn whole(report: &mut Report, document: &mut Document, root: Node) {
    let place = report.name.line(root.line as usize);
    let mut around = match root.data {
        Data::List(_) => vec![(Key::text("hosts"), root)],
        Data::Map(entries) => entries,
        Data::Scalar(_) => {
            report.breaks(place, "", "an object with `folders` and `hosts` is expected");
            return;
        }
    };
    for (key, node) in &mut around {
        let place = report.name.line(node.line as usize);
        match (key.text.as_str(), &node.data) {
            ("version", Data::Scalar(Value::Int(version))) if (1..=VERSION).contains(version) => {}
            ("version", _) => {
                report.breaks(
                    place,
                    "version",
                    "it is no version that is known here. A newer Berth may have written it.",
                );
                return;
            }
            ("folders" | "hosts", Data::List(_)) => {
                let items = std::mem::replace(&mut node.data, Data::List(Vec::new()));
                let Data::List(items) = items else { continue };
                for item in items {
                    let at = report.name.line(item.line as usize);
                    if report.is_full() || !report.has_place(document.hosts.len(), &at) {
                        return;
                    }
                    if key.text == "hosts" { host(report, document, item) } else { folder(report, document, item) }
                }
            }
            ("folders" | "hosts", _) => {
                report.breaks(place, &key.text, format!("{} stands where a list is expected", node.kind()));
            }
            _ => {}
        }
    }
    if !around.iter().any(|(key, _)| matches!(key.text.as_str(), "folders" | "hosts")) {
        report.breaks(place.clone(), "", "there is neither `folders` nor `hosts` in it");
    }
    let mut around = around.into_iter().map(|(key, node)| (key, node.into_value())).collect();
    secrets::remove(report, &place, &mut around);
    document.kept = Kept::new(Form::Json, &Value::Map(around));
}

fn host(report: &mut Report, document: &mut Document, node: Node) {
    let Some((places, at, entries)) = fields_of(report, node) else { return };
    let names = fields::bare_names(entries.iter().map(|(key, _)| key));
    let columns = Columns::of(&names);
    let cell = |index: usize| {
        let (key, value) = entries.get(index)?;
        Some(Cell { key: &key.text, value, place: places.get(index)?.clone() })
    };
    let Some(mut host) = entry::host(report, Style::Own, at, &columns, cell) else { return };
    if let Some((index, (key, value))) = fields::folder(&names).and_then(|index| Some((index, entries.get(index)?))) {
        match path_of(value) {
            Some(path) => host.folder = path,
            None => {
                let place = places.get(index).cloned().unwrap_or_default();
                report.error(place, &key.text, "a folder is a list of names, or a path as text");
                return;
            }
        }
    }
    entry::keep(report, &mut host, Form::Json, entries);
    document.hosts.push(host);
}

fn folder(report: &mut Report, document: &mut Document, node: Node) {
    let Some((places, at, entries)) = fields_of(report, node) else { return };
    let names = fields::bare_names(entries.iter().map(|(key, _)| key));
    let columns = Columns::of(&names);
    let named = fields::folder(&names).or_else(|| names.iter().position(|name| name == "name"));
    let path = named.and_then(|index| entries.get(index)).and_then(|(_, value)| path_of(value));
    let Some(path) = path.filter(|path| !path.is_empty()) else {
        report.error(at, "path", "a folder has the list of its names, outermost first");
        return;
    };
    let mut host = HostEntry::default();
    let wrong = report.wrong();
    for field in OF_FOLDERS {
        let Some((index, (key, value))) = columns.get(field).and_then(|index| Some((index, entries.get(index)?)))
        else {
            continue;
        };
        match fields::read(field, value) {
            Ok(content) => fields::set(&mut host, field, content),
            Err(what) => report.error(places.get(index).cloned().unwrap_or_default(), &key.text, what),
        }
    }
    if report.wrong() > wrong {
        return;
    }
    let HostEntry { username, credential, jumps, policy, .. } = host;
    let mut entries = entries;
    secrets::remove(report, &at, &mut entries);
    let kept = Kept::new(Form::Json, &Value::Map(entries));
    document.folders.push(FolderEntry { path, username, credential, jumps, policy, at, kept });
}

type Fields = (Vec<crate::Place>, crate::Place, Vec<(Key, Value)>);

fn fields_of(report: &mut Report, node: Node) -> Option<Fields> {
    let at = report.name.at(node.line as usize, node.column as usize);
    let kind = node.kind();
    let Data::Map(entries) = node.data else {
        report.error(at, "", format!("{kind} stands where an object is expected"));
        return None;
    };
    let places = entries.iter().map(|(_, node)| report.name.at(node.line as usize, node.column as usize)).collect();
    Some((places, at, entries.into_iter().map(|(key, node)| (key, node.into_value())).collect()))
}

/// A path as a list of names, or as text.
pub(super) fn path_of(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::List(names) => names
            .iter()
            .map(|name| name.scalar().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()))
            .collect(),
        Value::Map(_) => None,
        other => other.scalar().map(|text| path::split(&text)),
    }
}
