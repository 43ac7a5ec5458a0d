//! Which options count for an alias: the first value of each, of the sections whose conditions hold.

use super::{
    lex::Words,
    pattern,
    sections::{Condition, Section},
};
use std::collections::HashMap;

/// So often at most an alias is compared with a pattern. A real file stays far below.
const MOST_COMPARED: usize = 50_000_000;

/// The value of an option with where it stands: section, line.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    pub(super) words: &'a Words,
    pub(super) section: &'a Section,
    pub(super) line: usize,
}

/// The options that Berth knows, of one alias.
#[derive(Debug, Clone, Default)]
pub(super) struct Options<'a> {
    pub(super) hostname: Option<Found<'a>>,
    pub(super) user: Option<Found<'a>>,
    pub(super) port: Option<Found<'a>>,
    pub(super) identity: Option<Found<'a>>,
    pub(super) jump: Option<Found<'a>>,
    pub(super) command: Option<Found<'a>>,
}

/// Sections, ready to be asked.
pub(super) struct Resolver<'a> {
    sections: &'a [Section],
    /// Sections that name an alias and nothing else.
    named: HashMap<&'a str, Vec<usize>>,
    /// All others.
    general: Vec<usize>,
}

impl<'a> Resolver<'a> {
    pub(super) fn of(sections: &'a [Section]) -> Self {
        let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut general = Vec::new();
        for (index, section) in sections.iter().enumerate() {
            match section.conditions.as_slice() {
                [only] => match &**only {
                    Condition::Host(patterns) if patterns.iter().all(|pattern| pattern::is_concrete(pattern)) => {
                        for pattern in patterns {
                            let at = named.entry(pattern).or_default();
                            if at.last() != Some(&index) {
                                at.push(index);
                            }
                        }
                    }
                    _ => general.push(index),
                },
                _ => general.push(index),
            }
        }
        Self { sections, named, general }
    }

    /// Whether so many aliases can be resolved in reasonable time.
    pub(super) fn can_resolve(&self, aliases: usize) -> bool {
        let patterns: usize = self
            .general
            .iter()
            .filter_map(|index| self.sections.get(*index))
            .flat_map(|section| &section.conditions)
            .map(|condition| match &**condition {
                Condition::Host(patterns) => patterns.len(),
                Condition::Match(criteria) => {
                    criteria.iter().map(|criterion| 1 + criterion.patterns.matches(',').count()).sum()
                }
                Condition::All | Condition::Unknown => 1,
            })
            .sum();
        patterns.saturating_mul(aliases) <= MOST_COMPARED
    }

    /// The options of an alias, and through `applied` which general sections count for it.
    pub(super) fn resolve(&self, alias: &str, mut applied: impl FnMut(usize)) -> Options<'a> {
        let mut options = Options::default();
        let named = self.named.get(alias).map_or(&[] as &[usize], Vec::as_slice);
        let (mut named, mut general) = (named.iter().peekable(), self.general.iter().peekable());
        loop {
            let index = match (named.peek(), general.peek()) {
                (Some(a), Some(b)) if a < b => named.next(),
                (_, Some(_)) => general.next(),
                (Some(_), None) => named.next(),
                (None, None) => return options,
            };
            let Some((index, section)) = index.and_then(|index| Some((*index, self.sections.get(*index)?))) else {
                continue;
            };
            if section.conditions.iter().all(|condition| holds(condition, alias, &options)) {
                applied(index);
                options.add(section);
            }
        }
    }
}

fn holds(condition: &Condition, alias: &str, so_far: &Options<'_>) -> bool {
    match condition {
        Condition::All => true,
        Condition::Unknown => false,
        Condition::Host(patterns) => pattern::any_matches(patterns.iter().map(String::as_str), alias),
        Condition::Match(criteria) => criteria.iter().all(|criterion| {
            let address = address(alias, so_far);
            let text = if criterion.original { alias } else { &address };
            pattern::list_matches(&criterion.patterns, text) != criterion.negated
        }),
    }
}

/// What `HostName` makes of an alias.
pub(super) fn address(alias: &str, options: &Options<'_>) -> String {
    match options.hostname.as_ref().and_then(|found| found.words.args.first()) {
        Some(name) => {
            let mut out = String::new();
            let mut chars = name.chars().peekable();
            while let Some(c) = chars.next() {
                match (c, chars.peek()) {
                    ('%', Some('h')) => {
                        out.push_str(alias);
                        chars.next();
                    }
                    ('%', Some('%')) => {
                        out.push('%');
                        chars.next();
                    }
                    _ => out.push(c),
                }
            }
            out
        }
        None => alias.to_owned(),
    }
}

impl<'a> Options<'a> {
    fn add(&mut self, section: &'a Section) {
        for (line, words) in &section.options {
            let routed = self.jump.is_some() || self.command.is_some();
            let place = match words.keyword.as_str() {
                "hostname" => &mut self.hostname,
                "user" => &mut self.user,
                "port" => &mut self.port,
                "identityfile" => &mut self.identity,
                // Whichever comes first keeps the other one out.
                "proxyjump" if !routed => &mut self.jump,
                "proxycommand" if !routed => &mut self.command,
                _ => continue,
            };
            place.get_or_insert(Found { words, section, line: *line });
        }
    }
}
