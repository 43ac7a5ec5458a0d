//! asciicast, the text format of recordings: version 2 is written, 2 and 3 are read.
//!
//! Line by line: a header, then events as `[seconds, "code", "text"]`. Text is what it must be in JSON, UTF-8: a
//! character that was cut over two pieces of output is put together, and bytes that are none become U+FFFD.

mod echoed;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use echoed::Echoed;
pub use read::{CastError, Reader, parse_line};
pub(crate) use write::Writer;

use transport::PtySize;

/// What stands at the top of an asciicast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The terminal's size at the beginning.
    pub size: PtySize,
    /// When it began, in seconds since 1970-01-01 UTC.
    pub timestamp: Option<i64>,
    /// What it is called.
    pub title: Option<String>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastEvent {
    /// When, in microseconds from the beginning.
    pub at: u64,
    /// What it is: `o` output, `i` input, `r` another size, `m` a marker; others are kept as they are.
    pub code: String,
    /// Its text.
    pub text: String,
}

impl CastEvent {
    /// The size that an event of code `r` sets.
    pub(crate) fn size(&self) -> Option<PtySize> {
        let (cols, rows) = self.text.split_once('x').filter(|_| self.code == "r")?;
        Some(PtySize { cols: cols.parse().ok()?, rows: rows.parse().ok()? })
    }
}
