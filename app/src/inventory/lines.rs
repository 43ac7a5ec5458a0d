//! What stands on which line of the list: headings and rows. Folded headings have no rows below them.

use std::{collections::HashSet, ops::Range};
use wire::inventory::HostGroup;

/// Rows that are asked for at once.
pub const WINDOW: u64 = 100;

/// What a line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The heading of a group, by its place among the groups.
    Heading(usize),
    /// A row, by its place in the whole list.
    Row(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    /// The line of the heading; of the first row where there is no heading.
    line: usize,
    row: u64,
    rows: u64,
    open: bool,
}

/// The lines of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    spans: Vec<Span>,
    headed: bool,
    count: usize,
}

impl Lines {
    /// Rows without headings.
    pub fn flat(rows: u64) -> Self {
        let span = Span { line: 0, row: 0, rows, open: true };
        Self { spans: if rows > 0 { vec![span] } else { Vec::new() }, headed: false, count: rows as usize }
    }

    /// Rows under headings, some of them folded.
    pub fn grouped(groups: &[HostGroup], folded: &HashSet<String>) -> Self {
        let (mut line, mut row) = (0, 0);
        let spans = groups.iter().map(|group| {
            let span = Span { line, row, rows: group.hosts, open: !folded.contains(&group.label) };
            line += 1 + if span.open { group.hosts as usize } else { 0 };
            row += group.hosts;
            span
        });
        let spans: Vec<_> = spans.collect();
        Self { spans, headed: true, count: line }
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The group that a line belongs to, by its place.
    pub fn group(&self, line: usize) -> Option<usize> {
        let after = self.spans.partition_point(|span| span.line <= line);
        after.checked_sub(1).filter(|_| self.headed && line < self.count)
    }

    /// What stands on a line.
    pub fn at(&self, line: usize) -> Option<Line> {
        if line >= self.count {
            return None;
        }
        if !self.headed {
            return Some(Line::Row(line as u64));
        }
        let group = self.group(line)?;
        let span = self.spans.get(group)?;
        Some(match line - span.line {
            0 => Line::Heading(group),
            below => Line::Row(span.row + below as u64 - 1),
        })
    }

    /// On which line a row stands, unless it is folded away.
    pub fn of_row(&self, row: u64) -> Option<usize> {
        let after = self.spans.partition_point(|span| span.row + span.rows <= row);
        let span = self.spans.get(after).filter(|span| span.open && span.row <= row)?;
        Some(span.line + usize::from(self.headed) + (row - span.row) as usize)
    }

    /// The line of a group's heading.
    pub fn of_group(&self, group: usize) -> Option<usize> {
        self.spans.get(group).filter(|_| self.headed).map(|span| span.line)
    }

    /// The windows that hold the rows of these lines, by their numbers.
    pub fn windows(&self, lines: Range<usize>) -> Vec<u64> {
        let mut found: Vec<u64> = Vec::new();
        let mut line = lines.start;
        while line < lines.end.min(self.count) {
            if let Some(Line::Row(row)) = self.at(line) {
                let window = row / WINDOW;
                if found.last() != Some(&window) && !found.contains(&window) {
                    found.push(window);
                }
            }
            line += 1;
        }
        found
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
