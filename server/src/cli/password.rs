//! A password from stdin, so that it stands in no process list and in no shell history.

use super::CliError;
use std::io::Read as _;
use wire::vault::Secret;

const LONGEST: u64 = 4096;

/// The first line of stdin.
pub(super) fn from_stdin() -> Result<Secret, CliError> {
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST).read_to_string(&mut text)?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line)),
        _ => Err(CliError::Said("no password came on stdin; write it there, followed by a line end".into())),
    }
}
