//! Blocks as they are written: a header with its patterns, and lines.

use super::{
    AT, BLOCKS, LINES,
    lex::{self, Line, quoted},
    pattern,
};
use crate::value::Value;

/// How options of a new block are indented.
const INDENT: &str = "    ";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Where in the file it stood, counted.
    pub(super) at: i64,
    /// Comments before the header.
    before: Vec<String>,
    header: Option<Header>,
    body: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Header {
    /// As it is written, unless it changed.
    spelled: Option<String>,
    /// The patterns, when it is a `Host`.
    patterns: Vec<String>,
}

/// The blocks in what was kept of a file or a host.
pub(super) fn of_kept(entry: &Value) -> Vec<Block> {
    let get = |value: &Value, name: &str| match value {
        Value::Map(entries) => entries.iter().find(|(key, _)| key.text == name).map(|(_, value)| value.clone()),
        _ => None,
    };
    let Some(Value::List(blocks)) = get(entry, BLOCKS) else { return Vec::new() };
    blocks
        .iter()
        .filter_map(|block| match (get(block, AT), get(block, LINES)) {
            (Some(Value::Int(at)), Some(Value::List(lines))) => {
                Some(Block::of(at, lines.iter().filter_map(Value::scalar).collect()))
            }
            _ => None,
        })
        .collect()
}

impl Block {
    fn of(at: i64, lines: Vec<String>) -> Self {
        let words = |line: &str| match lex::line(line) {
            Ok(Line::Option(words)) if matches!(words.keyword.as_str(), "host" | "match") => Some(words),
            _ => None,
        };
        let Some((index, words)) = lines.iter().enumerate().find_map(|(index, line)| Some((index, words(line)?)))
        else {
            return Self { at, before: lines, header: None, body: Vec::new() };
        };
        let mut lines = lines.into_iter();
        let before = lines.by_ref().take(index).collect();
        let patterns = if words.keyword == "host" { words.args } else { Vec::new() };
        Self { at, before, header: Some(Header { spelled: lines.next(), patterns }), body: lines.collect() }
    }

    /// A new block for one alias.
    pub(super) fn new(alias: &str) -> Self {
        let header = Header { spelled: None, patterns: vec![alias.to_owned()] };
        Self { at: i64::MAX, before: Vec::new(), header: Some(header), body: Vec::new() }
    }

    pub(super) fn patterns(&self) -> &[String] {
        self.header.as_ref().map_or(&[], |header| &header.patterns)
    }

    pub(super) fn names_hosts(&self) -> bool {
        self.patterns().iter().any(|pattern| pattern::is_concrete(pattern))
    }

    /// Calls each alias what it is called now, and leaves out those that are gone. Says whether anything is left of the block.
    pub(super) fn rename(&mut self, mut now: impl FnMut(&str) -> Option<String>) -> bool {
        let Some(header) = self.header.as_mut().filter(|header| !header.patterns.is_empty()) else { return true };
        let renamed: Vec<_> = header
            .patterns
            .iter()
            .filter_map(|pattern| if pattern::is_concrete(pattern) { now(pattern) } else { Some(pattern.clone()) })
            .collect();
        if renamed != header.patterns {
            header.spelled = None;
            header.patterns = renamed;
        }
        header.patterns.iter().any(|pattern| !pattern.starts_with('!'))
    }

    /// A block of its own for an alias that shares this one.
    pub(super) fn split(&mut self, alias: &str) -> Option<Self> {
        if self.patterns().len() < 2 {
            return None;
        }
        let mut own = Self { before: Vec::new(), ..self.clone() };
        self.rename(|pattern| (pattern != alias).then(|| pattern.to_owned()));
        own.header = Some(Header { spelled: None, patterns: vec![alias.to_owned()] });
        Some(own)
    }

    /// Gives an option another value, where it stands, or takes it out.
    pub(super) fn set(&mut self, option: &str, value: Option<&str>) {
        let keyword = option.to_ascii_lowercase();
        let of = |line: &String| match lex::line(line) {
            Ok(Line::Option(words)) => Some(words),
            _ => None,
        };
        let position = self.body.iter().position(|line| of(line).is_some_and(|words| words.keyword == keyword));
        match (value, position.and_then(|index| self.body.get_mut(index))) {
            (None, _) => self.body.retain(|line| of(line).is_none_or(|words| words.keyword != keyword)),
            (Some(value), Some(line)) => {
                let spelled = of(line).map_or_else(|| option.to_owned(), |words| words.spelled);
                *line = format!("{}{spelled} {value}", indent(line));
            }
            (Some(value), None) => {
                let last = self.body.iter().rposition(|line| of(line).is_some());
                let first = last.and_then(|index| self.body.get(index)).map_or(INDENT, |line| indent(line)).to_owned();
                self.body.insert(last.map_or(0, |index| index + 1), format!("{first}{option} {value}"));
            }
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        if self.at == i64::MAX && !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        let header = self.header.as_ref().map(|header| match &header.spelled {
            Some(line) => line.clone(),
            None => {
                let patterns: Vec<_> = header.patterns.iter().map(|pattern| quoted(pattern)).collect();
                format!("Host {}", patterns.join(" "))
            }
        });
        for line in self.before.iter().chain(&header).chain(&self.body) {
            out.push_str(line);
            out.push('\n');
        }
    }
}

fn indent(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
}
