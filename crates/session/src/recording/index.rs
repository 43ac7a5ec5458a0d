//! A finished recording's table of contents.

use super::frames::Place;
use crate::cast::Header;
use serde::{Deserialize, Serialize};
use transport::PtySize;

/// So many markers are listed; more are found by playing only.
pub(super) const MARKERS: usize = 10_000;

/// When a part of a recording begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// In microseconds from the beginning.
    pub start: u64,
    /// In microseconds from the beginning.
    pub end: u64,
}

/// A place to find again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// In microseconds from the beginning.
    pub at: u64,
    /// What is there: a command line.
    pub label: String,
}

/// Where everything is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) cols: u16,
    pub(super) rows: u16,
    pub(super) timestamp: Option<i64>,
    pub(super) title: Option<String>,
    /// In microseconds.
    pub(super) duration: u64,
    /// The end was cut off when this was made.
    pub(super) torn: bool,
    pub(super) chunks: Vec<Entry>,
    pub(super) markers: Vec<Marker>,
    pub(super) text: Place,
}

/// A chunk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) cols: u16,
    pub(super) rows: u16,
    pub(super) keyframe: Place,
    pub(super) lines: Place,
}

impl Index {
    pub(super) fn header(&self) -> Header {
        let size = PtySize { cols: self.cols, rows: self.rows };
        Header { size, timestamp: self.timestamp, title: self.title.clone() }
    }
}
