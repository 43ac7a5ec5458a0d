//! Folders and hosts to YAML, in the shape that came in.

use super::{ALONE, BESIDE, FOLDERS, NAMES, NESTED, SESSIONS, emit};
use crate::{
    document::{FolderEntry, HostEntry, Outgoing, path},
    entry,
    fields::{OF_FOLDERS, Style, bare},
    value::{Key, Value},
};
use std::collections::HashMap;
use wire::inventory::Form;

type Entries = Vec<(Key, Value)>;

/// Writes a file.
pub(crate) fn write(outgoing: &Outgoing) -> Vec<u8> {
    let kept = outgoing.kept.entry(Form::Yaml);
    let mut writer = Writer::of(outgoing);
    let around = match &kept {
        Some(Value::Map(entries)) => Some(entries.clone()),
        _ => None,
    };
    let beside = around.is_some() || kept == Some(Value::Text(BESIDE.to_owned()));
    let mut items = Vec::new();
    let loose = if beside { writer.sessions(&[]) } else { Vec::new() };
    for index in writer.top() {
        items.extend(writer.folder(index, 0));
    }
    let value = match around {
        Some(mut entries) => {
            fill(&mut entries, &FOLDERS, "folders", items);
            fill(&mut entries, &SESSIONS, "sessions", loose);
            Value::Map(entries)
        }
        None if kept == Some(Value::Text(ALONE.to_owned())) && items.len() == 1 => items.pop().unwrap_or_default(),
        None => Value::List(loose.into_iter().chain(items).collect()),
    };
    emit::emit(&value).into_bytes()
}

/// Puts a list where the entry has its place, or at the end.
fn fill(entries: &mut Entries, names: &[&str], title: &str, items: Vec<Value>) {
    match position(entries, names).and_then(|index| entries.get_mut(index)) {
        Some((_, value)) if !items.is_empty() => *value = Value::List(items),
        Some(_) => {}
        None if items.is_empty() => {}
        None => entries.push((Key::text(title), Value::List(items))),
    }
}

fn position(entries: &Entries, names: &[&str]) -> Option<usize> {
    let bares: Vec<_> = entries.iter().map(|(key, _)| bare(&key.text)).collect();
    names.iter().find_map(|name| bares.iter().position(|bare| bare == name))
}

struct Writer<'a> {
    folders: Vec<FolderEntry>,
    /// What was kept of each, and whether it was written inside another one.
    kept: Vec<(Option<Entries>, bool)>,
    /// The folder that each is written inside of.
    inside: Vec<Option<usize>>,
    hosts: HashMap<&'a [String], Vec<&'a HostEntry>>,
}

impl<'a> Writer<'a> {
    fn of(outgoing: &'a Outgoing) -> Self {
        let mut known = HashMap::new();
        let mut folders: Vec<FolderEntry> = Vec::new();
        for folder in &outgoing.folders {
            known.entry(folder.path.as_slice()).or_insert_with(|| {
                folders.push(folder.clone());
                folders.len() - 1
            });
        }
        let mut hosts: HashMap<&[String], Vec<&HostEntry>> = HashMap::new();
        for host in &outgoing.hosts {
            hosts.entry(&host.folder).or_default().push(host);
            known.entry(&host.folder).or_insert_with(|| {
                folders.push(FolderEntry { path: host.folder.clone(), ..FolderEntry::default() });
                folders.len() - 1
            });
        }
        let kept: Vec<_> = folders.iter().map(kept).collect();
        let inside = folders.iter().zip(&kept).map(|(folder, (entries, nested))| {
            let around =
                (1..folder.path.len()).rev().filter_map(|length| known.get(folder.path.get(..length)?).copied());
            let holds = |index: &usize| match kept.get(*index) {
                Some((Some(entries), _)) => position(entries, &FOLDERS).is_some(),
                _ => false,
            };
            if *nested || entries.is_none() { around.into_iter().find(holds) } else { None }
        });
        let inside = inside.collect();
        Self { folders, kept, inside, hosts }
    }

    /// The folders that are written in no other one.
    fn top(&self) -> Vec<usize> {
        self.inside.iter().enumerate().filter(|(_, inside)| inside.is_none()).map(|(index, _)| index).collect()
    }

    fn sessions(&mut self, path: &[String]) -> Vec<Value> {
        let hosts = self.hosts.remove(path).unwrap_or_default();
        hosts.into_iter().map(|host| Value::Map(entry::written(host, Form::Yaml, Style::Yaml))).collect()
    }

    /// A folder with what lies in it; nothing for one that another one's path says.
    fn folder(&mut self, index: usize, above: usize) -> Option<Value> {
        let folder = self.folders.get(index)?.clone();
        let (kept, _) = self.kept.get(index)?.clone();
        let sessions = self.sessions(&folder.path);
        let children: Vec<_> = self
            .inside
            .iter()
            .enumerate()
            .filter(|(_, inside)| **inside == Some(index))
            .map(|(child, _)| child)
            .collect();
        let children: Vec<_> = children.into_iter().filter_map(|child| self.folder(child, folder.path.len())).collect();
        let own = folder.path.get(above..).unwrap_or_default();
        let said = FolderEntry { path: Vec::new(), at: Default::default(), kept: Default::default(), ..folder.clone() };
        let implied = folder.path.is_empty()
            || self
                .folders
                .iter()
                .any(|other| other.path.len() > folder.path.len() && other.path.starts_with(&folder.path));
        if kept.is_none() && sessions.is_empty() && children.is_empty() && implied && said == FolderEntry::default() {
            return None;
        }
        let mut entries = kept.unwrap_or_else(|| {
            vec![
                (Key::text("folder_name"), Value::Text(path::join(own))),
                (Key::text("sessions"), Value::List(Vec::new())),
            ]
        });
        match position(&entries, &NAMES).and_then(|index| entries.get_mut(index)) {
            Some((_, value)) if value.scalar().is_some_and(|text| path::split(&text) == own) => {}
            Some((_, value)) => *value = Value::Text(path::join(own)),
            None => entries.insert(0, (Key::text("folder_name"), Value::Text(path::join(own)))),
        }
        fill(&mut entries, &SESSIONS, "sessions", sessions);
        fill(&mut entries, &FOLDERS, "folders", children);
        let FolderEntry { username, credential, jumps, policy, .. } = folder;
        let settings = HostEntry { username, credential, jumps, policy, ..HostEntry::default() };
        entry::patch(&mut entries, &settings, Style::Yaml, &OF_FOLDERS);
        Some(Value::Map(entries))
    }
}

fn kept(folder: &FolderEntry) -> (Option<Entries>, bool) {
    match folder.kept.entry(Form::Yaml) {
        Some(Value::Map(entries)) => (Some(entries), false),
        Some(Value::Tagged(tag, entry)) if tag == NESTED => match *entry {
            Value::Map(entries) => (Some(entries), true),
            _ => (None, false),
        },
        _ => (None, false),
    }
}
