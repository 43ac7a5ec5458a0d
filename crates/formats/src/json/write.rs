//! Folders and hosts to JSON.

use super::{VERSION, emit::emit, read::path_of};
use crate::{
    document::{FolderEntry, HostEntry, Outgoing},
    entry,
    fields::{self, Field, OF_FOLDERS, Style},
    value::{Key, Value},
};
use wire::inventory::{Form, Protocol};

/// Writes a file.
pub(crate) fn write(outgoing: &Outgoing) -> Vec<u8> {
    let folders: Vec<_> = outgoing.folders.iter().filter(|folder| !folder.path.is_empty()).map(folder).collect();
    let hosts: Vec<_> = outgoing.hosts.iter().map(host).collect();
    let mut whole = match outgoing.kept.entry(Form::Json) {
        Some(Value::Map(entries)) => entries,
        _ => vec![
            (Key::text("version"), Value::Int(VERSION)),
            (Key::text("folders"), Value::List(Vec::new())),
            (Key::text("hosts"), Value::List(Vec::new())),
        ],
    };
    for (name, items) in [("folders", folders), ("hosts", hosts)] {
        match whole.iter_mut().find(|(key, _)| key.text == name) {
            Some((_, list)) => *list = Value::List(items),
            None if items.is_empty() => {}
            None => whole.push((Key::text(name), Value::List(items))),
        }
    }
    emit(&Value::Map(whole)).into_bytes()
}

fn host(host: &HostEntry) -> Value {
    let mut entries = entry::written(host, Form::Json, Style::Own);
    if host.kept.form() != Some(Form::Json) {
        // What goes without saying is said in our own shape.
        entries.retain(|(key, _)| !matches!(key.text.as_str(), "name" | "address" | "port" | "protocol"));
        let whole = [
            (Field::Name, Value::Text(host.name.clone())),
            (Field::Address, Value::Text(host.address.clone())),
            (Field::Port, Value::Int(i64::from(host.port))),
            (Field::Protocol, Value::Text(protocol(host.protocol))),
        ];
        let whole = whole.into_iter().map(|(field, value)| (Key::text(field.title(Style::Own)), value));
        entries.splice(0..0, whole);
    }
    place(&mut entries, "folder", &host.folder);
    Value::Map(entries)
}

fn protocol(protocol: Protocol) -> String {
    fields::protocol_name(protocol).to_owned()
}

fn folder(folder: &FolderEntry) -> Value {
    let mut entries = match folder.kept.entry(Form::Json) {
        Some(Value::Map(entries)) => entries,
        _ => Vec::new(),
    };
    place(&mut entries, "path", &folder.path);
    let FolderEntry { username, credential, jumps, policy, .. } = folder.clone();
    let settings = HostEntry { username, credential, jumps, policy, ..HostEntry::default() };
    entry::patch(&mut entries, &settings, Style::Own, &OF_FOLDERS);
    Value::Map(entries)
}

/// Says the path, unless it is said already.
fn place(entries: &mut Vec<(Key, Value)>, title: &str, path: &[String]) {
    let names = fields::bare_names(entries.iter().map(|(key, _)| key));
    let named = fields::folder(&names).or_else(|| names.iter().position(|name| title == "path" && name == "name"));
    let list = Value::List(path.iter().cloned().map(Value::Text).collect());
    match named.and_then(|index| entries.get_mut(index)) {
        Some((_, value)) if path_of(value).as_deref() == Some(path) => {}
        Some((_, value)) => *value = list,
        None if path.is_empty() => {}
        None => entries.push((Key::text(title), list)),
    }
}
