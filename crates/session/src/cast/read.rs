//! Reads asciicast versions 2 and 3.
//!
//! Whatever a file holds, the reader answers or says what is wrong in which line; it never takes more memory than one
//! line may have. Unknown codes are passed on, unknown fields of the header are ignored.

use super::{CastEvent, Header};
use serde::Deserialize;
use std::{
    borrow::Cow,
    io::{BufRead, Read as _},
};
use transport::PtySize;

/// The longest line that is read, in bytes. Ours stay far below.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Longer ones are a slip of the pen: ten years.
const LATEST: f64 = 315_360_000.0;

/// Why an asciicast cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CastError {
    /// The file could not be read.
    #[error("the asciicast could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// A line is not what it should be.
    #[error("line {line} of the asciicast is wrong: {why}")]
    Line {
        /// The line's number, from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// Counted from the beginning.
    Two,
    /// Counted from the event before.
    Three,
}

/// Reads an asciicast from the beginning.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    version: Version,
    /// When the last event was, in microseconds.
    at: u64,
    number: u64,
    line: Vec<u8>,
}

#[derive(Deserialize)]
struct RawHeader {
    version: u64,
    width: Option<u16>,
    height: Option<u16>,
    term: Option<RawTerm>,
    timestamp: Option<f64>,
    title: Option<String>,
}

#[derive(Deserialize)]
struct RawTerm {
    cols: u16,
    rows: u16,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When there is none of version 2 or 3.
    pub fn new(input: R) -> Result<Self, CastError> {
        let header = Header { size: PtySize { cols: 0, rows: 0 }, timestamp: None, title: None };
        let mut reader = Self { input, header, version: Version::Two, at: 0, number: 0, line: Vec::new() };
        if !reader.next_line()? {
            return Err(reader.wrong("it is empty"));
        }
        let (header, relative) = parse_header(&reader.line).map_err(|why| reader.wrong(why))?;
        reader.header = header;
        reader.version = if relative { Version::Three } else { Version::Two };
        Ok(reader)
    }

    /// What stands at the top.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read or a line is no event.
    pub fn next_event(&mut self) -> Result<Option<CastEvent>, CastError> {
        while self.next_line()? {
            let comment = self.line.first() == Some(&b'#') && self.version == Version::Three;
            if comment || self.line.is_empty() {
                continue;
            }
            let mut event = parse_line(&self.line).map_err(|why| self.wrong(why))?;
            if self.version == Version::Three {
                event.at = event.at.saturating_add(self.at);
            }
            self.at = event.at;
            return Ok(Some(event));
        }
        Ok(None)
    }

    /// The line of the last event, without its end.
    pub(crate) fn line(&self) -> &[u8] {
        &self.line
    }

    fn next_line(&mut self) -> Result<bool, CastError> {
        self.line.clear();
        self.number += 1;
        let read = self.input.by_ref().take(LONGEST).read_until(b'\n', &mut self.line)?;
        if read as u64 == LONGEST && !self.line.ends_with(b"\n") {
            return Err(self.wrong(format!("it is longer than {LONGEST} bytes")));
        }
        while matches!(self.line.last(), Some(b'\n' | b'\r')) {
            self.line.pop();
        }
        Ok(read > 0)
    }

    fn wrong(&self, why: impl Into<String>) -> CastError {
        CastError::Line { line: self.number, why: why.into() }
    }
}

/// A header's line; and whether the times of its events count from the event before.
fn parse_header(line: &[u8]) -> Result<(Header, bool), String> {
    let raw: RawHeader = serde_json::from_slice(line).map_err(|why| format!("it is no header: {why}"))?;
    let size = match (raw.version, raw.term, raw.width, raw.height) {
        (2, _, Some(cols), Some(rows)) => PtySize { cols, rows },
        (2, ..) => return Err("a header of version 2 has a width and a height".into()),
        (3, Some(RawTerm { cols, rows }), ..) => PtySize { cols, rows },
        (3, None, ..) => return Err("a header of version 3 has a term with cols and rows".into()),
        (version, ..) => return Err(format!("version {version} is not known; 2 and 3 are")),
    };
    let timestamp = raw.timestamp.map(|seconds| seconds as i64);
    Ok((Header { size, timestamp, title: raw.title }, raw.version == 3))
}

/// An event's line; its time as it is written.
///
/// # Errors
/// What is wrong with it.
pub fn parse_line(line: &[u8]) -> Result<CastEvent, String> {
    let (at, code, text): (f64, Cow<'_, str>, Cow<'_, str>) =
        serde_json::from_slice(line).map_err(|why| format!("it is no event: {why}"))?;
    if !(0.0..=LATEST).contains(&at) {
        return Err(format!("{at} is no time"));
    }
    Ok(CastEvent { at: (at * 1e6).round() as u64, code: code.into_owned(), text: text.into_owned() })
}
