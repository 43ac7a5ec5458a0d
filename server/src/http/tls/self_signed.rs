//! A certificate that nobody vouches for, for a first try. It is kept over restarts, so that who trusted it once is not asked
//! again, and made anew before it ends.

use super::{TlsError, unreadable};
use crate::config::CertificateFiles;
use rcgen::{CertificateParams, DnType, KeyPair};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::{Duration, SystemTime},
};

/// How long one is good, in days.
const GOOD_FOR: i64 = 365;

/// After so long another one is made at the next start.
const OLD: Duration = Duration::from_secs(300 * 24 * 60 * 60);

/// Makes one for these names, unless there is one that is still good for a while.
pub(super) fn keep(files: &CertificateFiles, names: &[String]) -> Result<(), TlsError> {
    if files.key.exists() && is_young(&files.certificate) {
        return Ok(());
    }
    let (certificate, key) = made(names).map_err(|why| TlsError::NotMade(why.to_string()))?;
    for (path, text) in [(&files.key, key), (&files.certificate, certificate)] {
        written(path, &text).map_err(|why| unreadable(path, why.to_string()))?;
    }
    Ok(())
}

fn is_young(certificate: &Path) -> bool {
    let written = fs::metadata(certificate).and_then(|file| file.modified());
    written.is_ok_and(|at| SystemTime::now().duration_since(at).unwrap_or_default() < OLD)
}

fn made(names: &[String]) -> Result<(String, String), rcgen::Error> {
    let mut about = CertificateParams::new(names)?;
    about.distinguished_name.push(DnType::CommonName, "Berth, self-signed");
    let now = time::OffsetDateTime::now_utc();
    (about.not_before, about.not_after) = (now - time::Duration::DAY, now + time::Duration::days(GOOD_FOR));
    let key = KeyPair::generate()?;
    Ok((about.self_signed(&key)?.pem(), key.serialize_pem()))
}

/// For its owner alone, and whole or not at all.
fn written(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(draft, path)
}
