//! The INI form: `[group]`, `[group:vars]`, `[group:children]`, and lines of hosts with their variables.

use super::{Inventory, UNGROUPED};
use crate::{
    entry::Report,
    fields::shortened,
    ssh_config::words,
    value::{Value, plain},
};

enum Section {
    Hosts(usize),
    Vars(usize),
    Children(usize),
    /// One that could not be read: its lines are passed over.
    Broken,
}

pub(super) fn read(inventory: &mut Inventory, report: &mut Report, text: &str) {
    let top = report.name.line(1);
    let Some(ungrouped) = inventory.group(report, UNGROUPED, &top) else { return };
    let mut section = Section::Hosts(ungrouped);
    for (index, line) in text.lines().enumerate() {
        if report.is_full() {
            return;
        }
        let at = report.name.line(index + 1);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[').filter(|_| !matches!(section, Section::Hosts(_)) || is_header(line))
        {
            section = match header(rest) {
                Some((name, kind)) => match (inventory.group(report, name, &at), kind) {
                    (None, _) => return,
                    (Some(group), "") => Section::Hosts(group),
                    (Some(group), "vars") => Section::Vars(group),
                    (Some(group), "children") => Section::Children(group),
                    (Some(_), other) => {
                        let what = format!("`{}` is neither vars nor children", shortened(other));
                        report.error(at, name, what);
                        Section::Broken
                    }
                },
                None => {
                    report.error(at, "", "the name of a group stands in brackets: `[name]`");
                    Section::Broken
                }
            };
            continue;
        }
        match section {
            Section::Broken => {}
            Section::Vars(group) => match line.split_once('=') {
                Some((key, value)) => {
                    if let Some(group) = inventory.groups.get_mut(group) {
                        group.vars.insert(key.trim().to_owned(), literal(value.trim()));
                    }
                }
                None => report.error(at, "", "a variable is written `name=value`"),
            },
            Section::Children(group) => {
                let name = line.split([' ', '\t', '#']).next().unwrap_or_default();
                if let Some(child) = inventory.group(report, name, &at) {
                    inventory.child(group, child);
                }
            }
            Section::Hosts(group) => match words(line) {
                Ok(words) => {
                    let mut words = words.into_iter();
                    let Some(pattern) = words.next() else { continue };
                    let mut vars = Vec::new();
                    for word in words {
                        match word.split_once('=') {
                            Some((key, value)) => vars.push((key.to_owned(), plain(value))),
                            None => {
                                let what = format!(
                                    "behind a host stand variables, `name=value`; `{}` is none",
                                    shortened(&word)
                                );
                                report.error(at.clone(), &pattern, what);
                            }
                        }
                    }
                    inventory.host(report, &at, &pattern, group, &vars);
                }
                Err(what) => report.error(at, "", what),
            },
        }
    }
}

/// Whether the line is a group's head, and no host whose name begins with a range or an address in brackets.
fn is_header(line: &str) -> bool {
    let line = line.split_once(" #").map_or(line, |(line, _)| line).trim_end();
    line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inside| {
        let kind = inside.split_once(':').map(|(_, kind)| kind);
        !inside.contains(['[', ']']) && kind.is_none_or(|kind| kind.starts_with(char::is_alphabetic) && kind.len() > 1)
    }) || !line.contains(']')
}

fn header(rest: &str) -> Option<(&str, &str)> {
    let (inside, after) = rest.split_once(']')?;
    let after = after.trim();
    if !after.is_empty() && !after.starts_with(['#', ';']) {
        return None;
    }
    let (name, kind) = inside.split_once(':').unwrap_or((inside, ""));
    let name = name.trim();
    (!name.is_empty()).then_some((name, kind.trim()))
}

/// A value behind `name=`: quotes around the whole are taken off.
fn literal(text: &str) -> Value {
    for quote in ['"', '\''] {
        let inside = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inside) = inside.filter(|inside| !inside.contains(quote)) {
            return Value::Text(inside.to_owned());
        }
    }
    // A comment may stand behind what is not quoted.
    plain(text.split_once(" #").map_or(text, |(value, _)| value.trim_end()))
}

/// A host's name without the port that may stand behind it.
pub(super) fn port_of(pattern: &str) -> (&str, Option<u16>) {
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    if let Some((host, rest)) = pattern
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .filter(|(host, _)| host.parse::<std::net::Ipv6Addr>().is_ok())
    {
        return (host, rest.strip_prefix(':').and_then(port));
    }
    match pattern.rsplit_once(':') {
        Some((host, text)) if !host.contains(':') || host.ends_with(']') => match port(text) {
            Some(port) => (host, Some(port)),
            None => (pattern, None),
        },
        _ => (pattern, None),
    }
}
