//! `berth audit`: whether the audit log is as it was written.

use super::CliError;
use crate::{config::Config, open_audit};
use clap::Subcommand;
use services::audit::verify_file;
use std::{
    fs::File,
    io::{BufReader, Write as _, stdin},
    path::{Path, PathBuf},
};
use wire::audit::{AuditHead, AuditReport};

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Walk along the log, here or in an export, and tell the first line that does not fit.
    ///
    /// The last line's number and hash are printed: keep them elsewhere. Given with --head later, they show that neither
    /// the end was cut off nor all was written anew.
    Verify {
        /// An export (JSON lines); `-` reads it from stdin. The database's own log when left out.
        file: Option<PathBuf>,
        /// A head that was kept: the log must come by it.
        #[arg(long, value_name = "NUMBER:HASH")]
        head: Option<AuditHead>,
    },
}

pub(super) async fn run(config: Config, audit: &Audit) -> Result<(), CliError> {
    let Audit::Verify { file, head } = audit;
    let key = config.services().server_key;
    let report = match file.as_deref() {
        None => open_audit(&config).await?.verify_alone(*head).await?,
        Some(path) if path == Path::new("-") => verify_file(BufReader::new(stdin()), *head, key).await?,
        Some(path) => verify_file(BufReader::new(File::open(path)?), *head, key).await?,
    };
    tell(&report)?;
    match report.flaw {
        None => Ok(()),
        Some(flaw) => Err(CliError::Said(flaw)),
    }
}

/// What was found, on stdout; a flaw is told as every error is.
fn tell(report: &AuditReport) -> std::io::Result<()> {
    let AuditReport { after, head, lines, seals, .. } = report;
    let mut out = std::io::stdout().lock();
    match lines {
        0 => writeln!(out, "no line that holds")?,
        lines => writeln!(out, "lines {} to {} hold: {lines}", after.number + 1, head.number)?,
    }
    if after.number > 0 {
        writeln!(out, "they stand on {after}")?;
    }
    if seals.good > 0 {
        writeln!(out, "sealed by this server up to line {}: {} seals", seals.up_to, seals.good)?;
    } else {
        writeln!(out, "no seal of this server's key")?;
    }
    if seals.unknown > 0 {
        writeln!(out, "seals of another key, which cannot be checked here: {}", seals.unknown)?;
    }
    writeln!(out, "head {head}")
}
