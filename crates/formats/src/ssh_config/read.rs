//! Sections to hosts: each alias that is no pattern, with what counts for it.

use super::{
    ALIAS, AT, BLOCKS, LINES, pattern,
    resolve::{self, Found, Options, Resolver},
    route::{self, Route},
    sections::{self, Condition, Files, Section},
};
use crate::{
    document::{Document, File, HostEntry, Name, Reading},
    entry::Report,
    fields::{self, shortened},
    kept::Kept,
    secrets,
    value::{Key, Value},
};
use std::collections::{HashMap, HashSet};
use wire::inventory::Form;

/// A block that more aliases share is kept with the first of them alone.
const FEW: usize = 4;
/// So many negated patterns of one block are looked at for its own names.
const MOST_NEGATED: usize = 100;

/// Reads a file with what it includes.
pub(crate) fn read(given: &[File<'_>]) -> Reading {
    let Some(first) = given.first() else { return Reading::default() };
    let mut report = Report::new(Name::of(first));
    let files = Files::of(given, &mut report);
    if report.wrong() > 0 {
        return report.finish(Document::default());
    }
    let sections = sections::sections(&files, &mut report);
    // A line that cannot be read may count for many hosts.
    report.break_on_errors();
    let hosts = hosts(&sections, &mut report);
    let kept = around(&sections, &mut report);
    report.finish(Document { hosts, kept, ..Document::default() })
}

/// The aliases of a section that are no patterns.
fn aliases(section: &Section) -> impl Iterator<Item = &str> {
    let patterns = section.conditions.last().map_or(&[] as &[String], |condition| match &**condition {
        Condition::Host(patterns) => patterns,
        _ => &[],
    });
    let negated: Vec<_> = patterns.iter().filter_map(|pattern| pattern.strip_prefix('!')).take(MOST_NEGATED).collect();
    patterns
        .iter()
        .map(String::as_str)
        .filter(|alias| pattern::is_concrete(alias) && !alias.is_empty())
        .filter(move |alias| !negated.iter().any(|pattern| pattern::matches(pattern, alias)))
}

pub(super) fn hosts(sections: &[Section], report: &mut Report) -> Vec<HostEntry> {
    let mut found: Vec<(&str, &Section)> = Vec::new();
    let mut blocks: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, section) in sections.iter().enumerate() {
        for (nth, alias) in aliases(section).enumerate() {
            if !blocks.contains_key(alias) && !report.has_place(found.len(), &section.name.line(section.line)) {
                return Vec::new();
            }
            let at = blocks.entry(alias).or_insert_with(|| {
                found.push((alias, section));
                Vec::new()
            });
            if (nth == 0 || aliases(section).nth(FEW).is_none()) && at.last() != Some(&index) {
                at.push(index);
            }
        }
    }
    let resolver = Resolver::of(sections);
    if !resolver.can_resolve(found.len()) {
        report.breaks(
            report.name.line(0),
            "Host",
            "there are more names and patterns than can be compared. Split the file.",
        );
        return Vec::new();
    }
    let mut applied = vec![0_usize; sections.len()];
    let mut hosts = Vec::with_capacity(found.len());
    for (alias, section) in found {
        if report.is_full() {
            break;
        }
        let options = resolver.resolve(alias, |index| {
            if let Some(count) = applied.get_mut(index) {
                *count += 1;
            }
        });
        let Some(mut host) = host(alias, section, &options, report) else { continue };
        let at = blocks.get(alias).map_or(&[] as &[usize], Vec::as_slice);
        host.kept = kept(alias, sections, at, report);
        hosts.push(host);
    }
    remarks(sections, &applied, report);
    hosts
}

fn host(alias: &str, section: &Section, options: &Options<'_>, report: &mut Report) -> Option<HostEntry> {
    let mut host = HostEntry {
        name: alias.to_owned(),
        address: resolve::address(alias, options),
        port: host_port(options, report)?,
        at: section.name.line(section.line),
        ..HostEntry::default()
    };
    let first = |found: &Option<Found<'_>>| found.as_ref().and_then(|found| found.words.args.first().cloned());
    host.username = first(&options.user).filter(|user| !user.is_empty());
    let identity = first(&options.identity).filter(|path| !path.eq_ignore_ascii_case("none"));
    host.credential =
        identity.and_then(|path| path.rsplit(['/', '\\']).next().map(str::to_owned)).filter(|name| !name.is_empty());
    let (found, route) = match (&options.jump, &options.command) {
        (Some(found), _) => (found, route::of_jump(found.words.args.first().map_or("none", String::as_str), alias)),
        (None, Some(found)) => (found, route::of_command(&found.words.rest)),
        (None, None) => return Some(host),
    };
    match route {
        Route::Direct => host.policy.direct = true,
        Route::Through(jumps) => {
            let own = |jump: &crate::Jump| jump.host == alias && jump.port.is_none_or(|port| port == host.port);
            host.jumps = jumps.into_iter().filter(|jump| !own(jump)).collect();
        }
        Route::Unknown => {
            let text = format!(
                "`{}`: Berth does not run `{}`, and reaches {alias} directly. Give it a jump host.",
                shortened(&found.words.rest),
                found.words.spelled
            );
            report.note(found.section.name.line(found.line), text);
        }
    }
    Some(host)
}

/// The port; none when what is said is none.
fn host_port(options: &Options<'_>, report: &mut Report) -> Option<u16> {
    let Some(found) = &options.port else { return Some(22) };
    match fields::port(found.words.args.first().map_or("", String::as_str)) {
        Ok(port) => Some(port),
        Err(what) => {
            let place = found.section.name.line(found.line);
            // One line may count for many hosts.
            if !report.errors.iter().any(|error| error.place.as_ref() == Some(&place)) {
                report.error(place, &found.words.spelled, what);
            }
            None
        }
    }
}

/// A section as it is kept: without secrets.
fn block(at: usize, section: &Section, report: &mut Report) -> Value {
    let mut lines = Vec::with_capacity(section.lines.len());
    for line in &section.lines {
        match secrets::of_line(line) {
            Some((what, left)) => {
                report.secret(&section.name.line(section.line), &what);
                lines.extend(left.map(Value::Text));
            }
            None => lines.push(Value::Text(line.clone())),
        }
    }
    Value::Map(vec![
        (Key::text(AT), Value::Int(i64::try_from(at).unwrap_or(i64::MAX))),
        (Key::text(LINES), Value::List(lines)),
    ])
}

fn kept(alias: &str, sections: &[Section], at: &[usize], report: &mut Report) -> Kept {
    let blocks = at.iter().filter_map(|index| Some(block(*index, sections.get(*index)?, report))).collect();
    let entry = vec![(Key::text(ALIAS), Value::Text(alias.to_owned())), (Key::text(BLOCKS), Value::List(blocks))];
    Kept::new(Form::SshConfig, &Value::Map(entry))
}

/// The blocks that name no host: what stands before the first one, patterns, `Match`.
fn around(sections: &[Section], report: &mut Report) -> Kept {
    // What was included inside of a block counts for that block alone, which one file cannot say.
    let everywhere =
        |section: &Section| section.conditions.iter().rev().skip(1).all(|condition| **condition == Condition::All);
    // A port that is none would be refused when the file is given back.
    let is_right = |section: &Section| {
        let mut ports = section.options.iter().filter(|(_, words)| words.keyword == "port");
        ports.all(|(_, words)| fields::port(words.args.first().map_or("", String::as_str)).is_ok())
    };
    let general = sections
        .iter()
        .enumerate()
        .filter(|(_, section)| everywhere(section) && aliases(section).next().is_none() && is_right(section));
    let blocks: Vec<_> = general.map(|(index, section)| block(index, section, report)).collect();
    if blocks.is_empty() {
        return Kept::default();
    }
    Kept::new(Form::SshConfig, &Value::Map(vec![(Key::text(BLOCKS), Value::List(blocks))]))
}

fn remarks(sections: &[Section], applied: &[usize], report: &mut Report) {
    let mut told = HashSet::new();
    for (section, count) in sections.iter().zip(applied) {
        let place = section.name.line(section.line);
        if section.options.is_empty() || !told.insert((place.clone(), *count)) {
            continue;
        }
        let header = section.lines.iter().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        let header = shortened(header.map_or("", |line| line.trim()));
        match section.conditions.last().map(|condition| &**condition) {
            Some(Condition::Unknown) => {
                let text =
                    format!("`{header}` depends on what only ssh knows when it runs: it counts for no host here");
                report.note(place, text);
            }
            Some(Condition::Host(_)) if aliases(section).next().is_none() => {
                let text = format!("`{header}` counts for {count} of the hosts, and is no host itself");
                report.note(place, text);
            }
            _ => {}
        }
    }
}
