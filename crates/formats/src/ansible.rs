//! Ansible inventories, as INI and as YAML: groups become folders, variables count as Ansible lets them.

mod ini;
mod range;
mod resolve;
mod tree;

use crate::{
    document::{Document, File, Name, Reading},
    entry::{MOST_HOSTS, Report},
    error::Place,
    text,
    value::Value,
};
use std::collections::HashMap;
use wire::inventory::Form;

/// So many groups at most.
const MOST_GROUPS: usize = 10_000;
/// The group of all hosts, which is no folder.
const ALL: &str = "all";
/// The group of hosts that are in no other one, which is no folder either.
const UNGROUPED: &str = "ungrouped";

type Vars = HashMap<String, Value>;

#[derive(Debug, Default)]
struct Group {
    name: String,
    vars: Vars,
    /// The groups that it is in; the first makes the folder around its own.
    parents: Vec<usize>,
    at: Place,
}

#[derive(Debug, Default)]
struct Host {
    name: String,
    /// In the order of the file, for what is kept.
    vars: Vec<(String, Value)>,
    groups: Vec<usize>,
    /// The port, where the name says it.
    port: Option<u16>,
    at: Place,
}

/// What the files say, before it is known what counts.
#[derive(Debug, Default)]
struct Inventory {
    groups: Vec<Group>,
    group_by_name: HashMap<String, usize>,
    hosts: Vec<Host>,
    host_by_name: HashMap<String, usize>,
}

impl Inventory {
    fn group(&mut self, report: &mut Report, name: &str, at: &Place) -> Option<usize> {
        if let Some(index) = self.group_by_name.get(name) {
            return Some(*index);
        }
        if self.groups.len() >= MOST_GROUPS {
            report.error(at.clone(), name, format!("there are more than {MOST_GROUPS} groups"));
            return None;
        }
        self.groups.push(Group { name: name.to_owned(), at: at.clone(), ..Group::default() });
        self.group_by_name.insert(name.to_owned(), self.groups.len() - 1);
        Some(self.groups.len() - 1)
    }

    fn child(&mut self, parent: usize, child: usize) {
        if let Some(group) = self.groups.get_mut(child).filter(|group| !group.parents.contains(&parent)) {
            group.parents.push(parent);
        }
    }

    /// Puts a host, or each host of a range, into a group; what is said later counts.
    fn host(&mut self, report: &mut Report, at: &Place, pattern: &str, group: usize, vars: &[(String, Value)]) {
        let (pattern, port) = ini::port_of(pattern);
        let left = MOST_HOSTS.saturating_sub(self.hosts.len());
        let Some(names) = range::expand(pattern, left) else {
            let what = format!("there are more than {MOST_HOSTS} hosts, ranges expanded. Split the inventory.");
            report.error(at.clone(), pattern, what);
            return;
        };
        for name in names {
            let index = *self.host_by_name.entry(name).or_insert_with_key(|name| {
                self.hosts.push(Host { name: name.clone(), at: at.clone(), ..Host::default() });
                self.hosts.len() - 1
            });
            let Some(host) = self.hosts.get_mut(index) else { continue };
            host.port = port.or(host.port);
            if !host.groups.contains(&group) {
                host.groups.push(group);
            }
            for (key, value) in vars {
                match host.vars.iter_mut().find(|(name, _)| name == key) {
                    Some((_, old)) => *old = value.clone(),
                    None => host.vars.push((key.clone(), value.clone())),
                }
            }
        }
    }
}

/// Reads files as one inventory.
pub(crate) fn read(form: Form, files: &[File<'_>]) -> Reading {
    let Some(first) = files.first() else { return Reading::default() };
    let mut report = Report::new(Name::of(first));
    let mut inventory = Inventory::default();
    for file in files {
        report.name = Name::of(file);
        match text::decode(file) {
            Ok(decoded) => {
                report.notes.extend(decoded.remark);
                match form {
                    Form::AnsibleIni => ini::read(&mut inventory, &mut report, &decoded.text),
                    _ => tree::read(&mut inventory, &mut report, &decoded.text),
                }
            }
            Err(error) => return Reading::broken(vec![error]),
        }
    }
    let mut document = Document::default();
    // What a line says counts for hosts elsewhere.
    report.break_on_errors();
    if report.wrong() == 0 {
        resolve::resolve(form, inventory, &mut report, &mut document);
    }
    report.finish(document)
}

#[cfg(test)]
mod tests;
