//! Verifying an export: a file of JSON lines, read a line at a time. No database is needed for it.

use super::{
    seal::{self, SealKey},
    verify::Verifier,
};
use crate::{ServiceError, vault::server_key::ServerKey};
use std::{
    io::{self, BufRead, Read},
    path::PathBuf,
};
use storage::chain::Walk;
use wire::audit::{AuditEvent, AuditHead, AuditReport};

/// No line of the log is longer.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Why an export could not be walked along.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is no export.
    #[error("line {0} of the file is no line of an audit log; give a file that /api/audit/export wrote")]
    NoLine(u64),
    /// There is nothing in it.
    #[error("the file holds no line of an audit log")]
    Empty,
    /// The server's key, which checks the seals, cannot be used.
    #[error(transparent)]
    Key(#[from] ServiceError),
}

/// Walks along an export. It may begin anywhere in the log, and must not have been filtered. The seals are checked when the
/// server's key is where it is said to be.
///
/// # Errors
/// When it cannot be read, or is none.
pub async fn verify_file(
    mut file: impl BufRead,
    kept: Option<AuditHead>,
    server_key: PathBuf,
) -> Result<AuditReport, FileProblem> {
    let walk = kept.into_iter().fold(Walk::after(None), Walk::must_pass);
    let key = ServerKey::new(server_key).derived(seal::PURPOSE, false).await?;
    let mut verifier = Verifier::new(walk, key.map(SealKey::new).transpose()?);
    let (mut text, mut number, mut lines) = (Vec::new(), 0, 0);
    loop {
        text.clear();
        if file.by_ref().take(LONGEST).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        number += 1;
        if text.trim_ascii().is_empty() {
            continue;
        }
        let line: AuditEvent = serde_json::from_slice(&text).map_err(|_| FileProblem::NoLine(number))?;
        verifier.step(&line)?;
        lines += 1;
    }
    if lines == 0 { Err(FileProblem::Empty) } else { Ok(verifier.end()) }
}
