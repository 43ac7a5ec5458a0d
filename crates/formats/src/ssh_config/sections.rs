//! Files to sections: the lines under one `Host` or `Match`, in the order in which they count, includes put in their place.

use super::{
    lex::{self, Line, Words},
    pattern,
};
use crate::{
    document::{File, Name},
    entry::Report,
    error::Place,
    text::{self, Text},
};
use std::{collections::HashMap, sync::Arc};

/// Files include each other so deep at most, as in OpenSSH.
const DEEPEST: usize = 16;
/// So often at most one file or another is included: a real configuration stays far below.
const MOST_INCLUSIONS: usize = 1_000;
/// So many lines at most are read again, because their file is included more than once.
const MOST_AGAIN: usize = 50_000;
const TOO_OFTEN: &str = "the files include each other too often to be read";

/// When a section counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// Always.
    All,
    /// For an alias that the patterns fit.
    Host(Vec<String>),
    /// For what all the criteria fit.
    Match(Vec<Criterion>),
    /// Nobody here can know.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Criterion {
    pub(super) negated: bool,
    /// Whether the alias is compared, and not the address that was found so far.
    pub(super) original: bool,
    pub(super) patterns: String,
}

#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) name: Name,
    /// The line of the header, or where it begins.
    pub(super) line: usize,
    /// All have to hold: its own, and those of the sections that include it.
    pub(super) conditions: Vec<Arc<Condition>>,
    /// As it is written, with the comments before and after it.
    pub(super) lines: Vec<String>,
    pub(super) options: Vec<(usize, Words)>,
    /// Whether it goes on behind an include.
    again: bool,
}

pub(super) struct Files<'a> {
    texts: Vec<(&'a str, Text<'a>)>,
}

impl<'a> Files<'a> {
    pub(super) fn of(files: &[File<'a>], report: &mut Report) -> Self {
        let mut texts = Vec::new();
        for file in files {
            match text::decode(file) {
                Ok(text) => {
                    report.notes.extend(text.remark.clone());
                    texts.push((file.name, text));
                }
                Err(error) => report.tell(error),
            }
        }
        Self { texts }
    }

    /// The files that an `Include` means: by the end of their paths; where none fits and names came without paths, by name.
    fn matching(&self, wanted: &str) -> Vec<usize> {
        let wanted =
            wanted.trim_start_matches("~/").trim_start_matches("./").trim_start_matches(".ssh/").trim_matches('/');
        let depth = wanted.split('/').count();
        let by_path = |name: &str| {
            let parts: Vec<_> = name.split(['/', '\\']).collect();
            let end = parts.get(parts.len().saturating_sub(depth)..).unwrap_or_default().join("/");
            pattern::matches(wanted, &end)
        };
        let last = wanted.rsplit('/').next().unwrap_or(wanted);
        let by_name = |name: &str| !name.contains(['/', '\\']) && pattern::matches(last, name);
        let mut found = self.fitting(wanted, by_path);
        if found.is_empty() {
            found = self.fitting(wanted, by_name);
        }
        // As a shell sorts what a pattern names.
        found.sort_by_key(|index| self.texts.get(*index).map(|(name, _)| *name));
        found
    }

    fn fitting(&self, wanted: &str, fits: impl Fn(&str) -> bool) -> Vec<usize> {
        // A pattern that would fit the first file means those beside it.
        let first = usize::from(!pattern::is_concrete(wanted));
        self.texts.iter().enumerate().skip(first).filter(|(_, (name, _))| fits(name)).map(|(index, _)| index).collect()
    }
}

/// All sections of the first file and of what it includes.
pub(super) fn sections(files: &Files<'_>, report: &mut Report) -> Vec<Section> {
    let mut reader =
        Reader { files, report, sections: Vec::new(), path: Vec::new(), used: HashMap::new(), inclusions: 0, again: 0 };
    if !files.texts.is_empty() {
        reader.file(0, &[]);
    }
    for (index, (name, _)) in files.texts.iter().enumerate().skip(1) {
        if !reader.used.contains_key(&index) {
            let place = Name::of(&File { name, bytes: &[] }).line(0);
            reader.report.note(place, "no `Include` leads to this file: it was not read");
        }
    }
    reader.sections
}

struct Reader<'f, 'a, 'r> {
    files: &'f Files<'a>,
    report: &'r mut Report,
    sections: Vec<Section>,
    /// The files that are being read, each included by the one before it.
    path: Vec<usize>,
    used: HashMap<usize, ()>,
    inclusions: usize,
    /// Lines that were read again.
    again: usize,
}

impl Reader<'_, '_, '_> {
    fn file(&mut self, index: usize, around: &[Arc<Condition>]) {
        let Some((title, text)) = self.files.texts.get(index) else { return };
        let name = Name::of(&File { name: title, bytes: &[] });
        self.path.push(index);
        let is_again = self.used.insert(index, ()).is_some();
        let with = |condition: Condition| around.iter().cloned().chain([Arc::new(condition)]).collect::<Vec<_>>();
        let mut section = Section {
            name: name.clone(),
            line: 1,
            conditions: with(Condition::All),
            lines: Vec::new(),
            options: Vec::new(),
            again: false,
        };
        for (number, line) in (1..).zip(text.text.lines().map(|line| line.trim_end_matches('\r'))) {
            self.again += usize::from(is_again);
            if self.again > MOST_AGAIN {
                self.too_often(name.line(number));
                break;
            }
            let words = match lex::line(line) {
                Ok(Line::Blank) => {
                    section.lines.push(line.to_owned());
                    continue;
                }
                Ok(Line::Option(words)) => words,
                Err(what) => {
                    self.report.error(name.line(number), "", what);
                    continue;
                }
            };
            match words.keyword.as_str() {
                "host" | "match" => {
                    let condition = condition(&words);
                    if condition == Condition::Host(Vec::new()) {
                        self.report.error(name.line(number), &words.spelled, "there is no name behind it");
                    }
                    // A comment right above a header is about what follows.
                    let comments =
                        section.lines.iter().rev().take_while(|line| line.trim_start().starts_with('#')).count();
                    let mut lines = section.lines.split_off(section.lines.len() - comments);
                    lines.push(line.to_owned());
                    let conditions = with(condition);
                    let fresh = Section {
                        name: name.clone(),
                        line: number,
                        conditions,
                        lines,
                        options: Vec::new(),
                        again: false,
                    };
                    self.put(std::mem::replace(&mut section, fresh));
                }
                "include" => section = self.include(section, &name, number, line, &words),
                _ => {
                    section.lines.push(line.to_owned());
                    section.options.push((number, words));
                }
            }
        }
        self.put(section);
        self.path.pop();
    }

    /// Says it once.
    fn too_often(&mut self, place: Place) {
        if !self.report.errors.iter().any(|error| error.what == TOO_OFTEN) {
            self.report.error(place, "Include", TOO_OFTEN);
        }
    }

    fn put(&mut self, section: Section) {
        // Behind an include nothing may follow but the header that was said again.
        if section.lines.len() > usize::from(section.again) {
            self.sections.push(section);
        }
    }

    /// What is included counts between the lines before and the lines after: the section goes on behind it, under its own header again.
    fn include(&mut self, mut section: Section, name: &Name, number: usize, line: &str, words: &Words) -> Section {
        let mut found = false;
        for wanted in &words.args {
            for index in self.files.matching(wanted) {
                found = true;
                let place = name.line(number);
                if self.path.contains(&index) {
                    self.report.error(place, "Include", "the file includes itself");
                } else if self.path.len() > DEEPEST {
                    self.report.error(place, "Include", format!("files include each other more than {DEEPEST} deep"));
                } else if self.inclusions >= MOST_INCLUSIONS {
                    self.too_often(place);
                    return section;
                } else if self.again <= MOST_AGAIN {
                    self.inclusions += 1;
                    let header = section.lines.iter().find(|line| is_header(line)).cloned();
                    let again = Section {
                        name: section.name.clone(),
                        line: number,
                        conditions: section.conditions.clone(),
                        lines: vec![header.unwrap_or_else(|| "Match all".to_owned())],
                        options: Vec::new(),
                        again: true,
                    };
                    self.put(std::mem::replace(&mut section, again));
                    let around = section.conditions.clone();
                    self.file(index, &around);
                }
            }
        }
        if !found {
            let text =
                format!("`{}` names none of the given files: give them too", crate::fields::shortened(&words.rest));
            self.report.note(name.line(number), text);
            section.lines.push(line.to_owned());
        }
        section
    }
}

fn is_header(line: &str) -> bool {
    matches!(lex::line(line), Ok(Line::Option(words)) if matches!(words.keyword.as_str(), "host" | "match"))
}

fn condition(words: &Words) -> Condition {
    if words.keyword == "host" {
        return Condition::Host(words.args.clone());
    }
    let mut criteria = Vec::new();
    let mut args = words.args.iter();
    while let Some(word) = args.next() {
        // `host=name` is one word.
        let (word, joined) = word.split_once('=').map_or((word.as_str(), None), |(word, value)| (word, Some(value)));
        let (negated, word) = word.strip_prefix('!').map_or((false, word), |word| (true, word));
        let original = match word.to_ascii_lowercase().as_str() {
            "all" if !negated && words.args.len() == 1 => return Condition::All,
            "host" => false,
            "originalhost" => true,
            _ => return Condition::Unknown,
        };
        let Some(patterns) = joined.or_else(|| args.next().map(String::as_str)) else { return Condition::Unknown };
        criteria.push(Criterion { negated, original, patterns: patterns.to_owned() });
    }
    if criteria.is_empty() { Condition::Unknown } else { Condition::Match(criteria) }
}
