//! What both sides are to a measure: something that takes keystrokes and gives output.

use crate::Result;
use memchr::memmem::Finder;
use std::time::{Duration, Instant};

/// How long a terminal may stay silent when something is due.
pub(crate) const SILENCE: Duration = Duration::from_secs(60);

/// How long a shell may take to answer a line.
const ANSWER: Duration = Duration::from_secs(30);

/// The size of every terminal here.
pub(crate) const COLS: u16 = 80;

/// The size of every terminal here.
pub(crate) const ROWS: u16 = 24;

/// An open terminal. Dropping it ends it.
pub(crate) trait Terminal: Send {
    /// Types.
    fn send(&mut self, bytes: &[u8]) -> Result<()>;

    /// Waits for the next output, for [`SILENCE`] at most.
    fn receive(&mut self) -> Result<&[u8]>;

    /// The process whose cost is measured.
    fn process(&self) -> u32;

    /// How many bytes of output were left out, because the reader came too late for them.
    fn skipped(&self) -> u64 {
        0
    }
}

/// Reads until the text has come. Gives how many bytes came, the text included.
pub(crate) fn read_until(terminal: &mut dyn Terminal, text: &str, patience: Duration) -> Result<u64> {
    let deadline = Instant::now() + patience;
    let finder = Finder::new(text);
    // The end of what came before and the beginning of what comes now.
    let mut seam = Vec::new();
    let mut count = 0;
    loop {
        let bytes = terminal.receive()?;
        count += bytes.len() as u64;
        seam.extend_from_slice(&bytes[..bytes.len().min(text.len())]);
        if finder.find(bytes).is_some() || finder.find(&seam).is_some() {
            return Ok(count);
        }
        // A short piece is in the seam already.
        if bytes.len() > text.len() {
            seam.clear();
            seam.extend_from_slice(&bytes[bytes.len() - text.len()..]);
        }
        seam.drain(..seam.len().saturating_sub(text.len()));
        if Instant::now() > deadline {
            return Err(format!("{text:?} did not come within {patience:?}; {count} bytes of other output did").into());
        }
    }
}

/// Runs a line in the shell and reads until it has said so. The typed line itself does not hold the words.
pub(crate) fn run_line(terminal: &mut dyn Terminal, line: &str) -> Result<()> {
    terminal.send(format!("{line}; echo RE\"\"ADY\n").as_bytes())?;
    read_until(terminal, "READY\r\n", ANSWER).map(drop)
}
