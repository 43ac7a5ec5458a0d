//! Data to folders and hosts.

use super::{ALONE, BESIDE, FOLDERS, NAMES, NESTED, SESSIONS, tree};
use crate::{
    document::{Document, File, FolderEntry, HostEntry, Name, Reading, path},
    entry::{self, Cell, Columns, Report},
    error::Place,
    fields::{self, Content, OF_FOLDERS, Style, bare},
    kept::Kept,
    node::{Data, Node},
    secrets, text,
    value::{Key, Value},
};
use std::collections::HashSet;
use wire::inventory::Form;

/// Reads a file.
pub(crate) fn read(file: &File<'_>) -> Reading {
    let name = Name::of(file);
    let read = text::decode(file).and_then(|decoded| {
        let roots = tree::documents(&name, &decoded.text)?;
        Ok((decoded.remark, roots))
    });
    let (remark, roots) = match read {
        Ok(read) => read,
        Err(error) => return Reading::broken(vec![error]),
    };
    let mut reader = Reader {
        report: Report::new(name.clone()),
        folders: Vec::new(),
        hosts: Vec::new(),
        paths: HashSet::new(),
        known: None,
        beside: false,
    };
    reader.report.notes.extend(remark);
    if roots.len() > 1 {
        let text = format!("the file holds {} documents: they are read as one", roots.len());
        reader.report.note(name.line(1), text);
    }
    let mut kept = Kept::default();
    for root in roots {
        let shape = reader.root(root);
        if kept.is_empty() {
            kept = shape;
        }
    }
    let Reader { report, folders, hosts, .. } = reader;
    report.finish(Document { folders, hosts, kept, ..Document::default() })
}

struct Reader {
    report: Report,
    folders: Vec<FolderEntry>,
    hosts: Vec<HostEntry>,
    paths: HashSet<Vec<String>>,
    /// Where the fields of the last host stood: the next one has mostly the same.
    known: Option<(Vec<String>, Columns)>,
    /// Whether hosts stand beside folders.
    beside: bool,
}

fn find(entries: &[(Key, Node)], names: &[&str]) -> Option<usize> {
    let bares: Vec<_> = entries.iter().map(|(key, _)| bare(&key.text)).collect();
    names.iter().find_map(|name| bares.iter().position(|bare| bare == name))
}

fn is_folder(entries: &[(Key, Node)]) -> bool {
    let holds = |names: &[&str]| {
        find(entries, names)
            .and_then(|at| entries.get(at))
            .is_some_and(|(_, node)| node.is_null() || matches!(node.data, Data::List(_)))
    };
    find(entries, &["foldername"]).is_some() || holds(&SESSIONS) || holds(&FOLDERS)
}

/// Takes the list out of an entry and leaves an empty one in its place.
fn take(entries: &mut [(Key, Node)], names: &[&str]) -> Option<(String, Node)> {
    let (key, node) = entries.get_mut(find(entries, names)?)?;
    let empty = if node.is_null() { Data::Scalar(Value::Null) } else { Data::List(Vec::new()) };
    let left = Node { data: empty, line: node.line, column: node.column, tag: None };
    Some((key.text.clone(), std::mem::replace(node, left)))
}

impl Reader {
    fn place(&self, node: &Node) -> Place {
        self.report.name.at(node.line as usize, node.column as usize)
    }

    /// Reads a document, and says what is to be kept of its shape.
    fn root(&mut self, root: Node) -> Kept {
        let place = self.place(&root);
        match root.data {
            Data::List(items) => {
                self.items(items, &[]);
                let shape = if self.beside { Value::Text(BESIDE.to_owned()) } else { Value::List(Vec::new()) };
                Kept::new(Form::Yaml, &shape)
            }
            Data::Map(entries) if find(&entries, &["foldername", "folder"]).is_some() && is_folder(&entries) => {
                self.folder(entries, place, &[], false);
                Kept::new(Form::Yaml, &Value::Text(ALONE.to_owned()))
            }
            Data::Map(mut entries) if is_folder(&entries) => {
                for names in [&SESSIONS[..], &FOLDERS[..]] {
                    if let Some((key, node)) = take(&mut entries, names) {
                        self.list(&key, node, &[]);
                    }
                }
                let mut around = entries.into_iter().map(|(key, node)| (key, node.into_value())).collect();
                secrets::remove(&mut self.report, &place, &mut around);
                Kept::new(Form::Yaml, &Value::Map(around))
            }
            Data::Map(entries) if entries.iter().any(|(key, _)| matches!(key.text.as_str(), "all" | "ungrouped")) => {
                self.report.breaks(place, "", "this looks like an Ansible inventory. Import it as one.");
                Kept::default()
            }
            Data::Scalar(Value::Null) => Kept::default(),
            _ => {
                let what = "a list of folders is expected, each with `folder_name` and `sessions`";
                self.report.breaks(place, "", what);
                Kept::default()
            }
        }
    }

    fn list(&mut self, key: &str, node: Node, base: &[String]) {
        let place = self.place(&node);
        let kind = node.kind();
        match node.data {
            Data::List(items) => self.items(items, base),
            Data::Scalar(Value::Null) => {}
            _ => self.report.breaks(place, key, format!("{kind} stands where a list is expected")),
        }
    }

    fn items(&mut self, items: Vec<Node>, base: &[String]) {
        for item in items {
            if self.report.is_full() {
                return;
            }
            let place = self.place(&item);
            let kind = item.kind();
            match item.data {
                Data::Map(entries) if is_folder(&entries) => self.folder(entries, place, base, !base.is_empty()),
                Data::Map(entries) => {
                    self.beside |= base.is_empty();
                    self.host(entries, place, base);
                }
                _ => {
                    let what = format!("{kind} stands where a folder or a session is expected");
                    self.report.error(place, "", what);
                }
            }
        }
    }

    fn folder(&mut self, mut entries: Vec<(Key, Node)>, at: Place, base: &[String], nested: bool) {
        let title = find(&entries, &NAMES).and_then(|index| entries.get(index));
        let text = title.and_then(|(_, node)| match &node.data {
            Data::Scalar(value) => value.scalar(),
            _ => None,
        });
        let Some(text) = text else {
            let (place, key) = match title {
                Some((key, node)) => (self.place(node), key.text.clone()),
                None => (at, "folder_name".to_owned()),
            };
            self.report.breaks(place, &key, "a folder needs a name, which is a single text");
            return;
        };
        let mut whole = base.to_vec();
        whole.extend(path::split(&text));
        let sessions = take(&mut entries, &SESSIONS);
        let inside = take(&mut entries, &FOLDERS);
        let mut folder = self.settings(&entries, &at);
        let mut entries = entries.into_iter().map(|(key, node)| (key, node.into_value())).collect();
        secrets::remove(&mut self.report, &at, &mut entries);
        let entry = Value::Map(entries);
        let entry = if nested { Value::Tagged(NESTED.to_owned(), Box::new(entry)) } else { entry };
        if self.paths.insert(whole.clone()) {
            folder.path.clone_from(&whole);
            folder.kept = Kept::new(Form::Yaml, &entry);
            self.folders.push(folder);
        } else {
            let text = format!("the folder `{}` is there twice: what lies in them is put together", path::join(&whole));
            self.report.note(at, text);
        }
        for (key, node) in [sessions, inside].into_iter().flatten() {
            self.list(&key, node, &whole);
        }
    }

    /// What a folder says for the hosts inside.
    fn settings(&mut self, entries: &[(Key, Node)], at: &Place) -> FolderEntry {
        let names = fields::bare_names(entries.iter().map(|(key, _)| key));
        let columns = Columns::of(&names);
        let mut host = HostEntry::default();
        for field in OF_FOLDERS {
            let Some((key, node)) = columns.get(field).and_then(|index| entries.get(index)) else { continue };
            match fields::read(field, &node.clone().into_value()) {
                Ok(content @ (Content::Text(_) | Content::Words(_) | Content::Number(_) | Content::Flag(_))) => {
                    fields::set(&mut host, field, content);
                }
                Ok(Content::Nothing) => {}
                Err(what) => {
                    let place = self.place(node);
                    self.report.note(place, format!("field {}: {what}. It is kept, and not read.", key.text));
                }
            }
        }
        let HostEntry { username, credential, jumps, policy, .. } = host;
        FolderEntry { username, credential, jumps, policy, at: at.clone(), ..FolderEntry::default() }
    }

    fn host(&mut self, entries: Vec<(Key, Node)>, at: Place, folder: &[String]) {
        if !self.report.has_place(self.hosts.len(), &at) {
            return;
        }
        let places: Vec<_> = entries.iter().map(|(_, node)| self.place(node)).collect();
        let entries: Vec<_> = entries.into_iter().map(|(key, node)| (key, node.into_value())).collect();
        let same = self.known.as_ref().is_some_and(|(names, _)| {
            names.len() == entries.len() && names.iter().zip(&entries).all(|(name, (key, _))| *name == key.text)
        });
        if !same {
            let columns = Columns::of(&fields::bare_names(entries.iter().map(|(key, _)| key)));
            self.known = Some((entries.iter().map(|(key, _)| key.text.clone()).collect(), columns));
        }
        let Some((_, columns)) = &self.known else { return };
        let cell = |index: usize| {
            let (key, value) = entries.get(index)?;
            Some(Cell { key: &key.text, value, place: places.get(index)?.clone() })
        };
        if let Some(mut host) = entry::host(&mut self.report, Style::Yaml, at, columns, cell) {
            host.folder = folder.to_vec();
            entry::keep(&mut self.report, &mut host, Form::Yaml, entries);
            self.hosts.push(host);
        }
    }
}
