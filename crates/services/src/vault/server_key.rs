//! The server's own key: what an owner sealed to it may be used while nobody is signed in (SPEC §3).
//!
//! It lies in a file beside the database and never in it, so that the database alone opens nothing. It is made when it is
//! first needed.

use super::{
    aead,
    key::{KeyBytes, derive},
    random,
};
use crate::ServiceError;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};
use wire::{AccountId, vault::Secret};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const LENGTH: usize = 32;

/// What a text is sealed for: it opens for nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Purpose<'a> {
    /// Whose it is.
    pub(crate) account: &'a AccountId,
    /// What work uses it.
    pub(crate) work: &'static str,
    /// Where that work shows it.
    pub(crate) shown_to: &'a str,
}

impl Purpose<'_> {
    fn place(self) -> Vec<u8> {
        let Self { account, work, shown_to } = self;
        format!("berth server key:{work}:{account}:{shown_to}").into_bytes()
    }
}

/// Where the key lies. Nothing of it is kept in memory between two uses. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct ServerKey(PathBuf);

impl ServerKey {
    /// The key in this file, which need not be there yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Seals a text for one purpose. Makes the key when there is none.
    ///
    /// # Errors
    /// When the file cannot be made or read, or others may read it.
    pub(crate) async fn seal(&self, purpose: Purpose<'_>, text: &Secret) -> Result<Vec<u8>, ServiceError> {
        let key = self.read(true).await?;
        let mut sealed = vec![VERSION];
        aead::seal_into(&mut sealed, &key, &purpose.place(), text.expose().as_bytes())?;
        Ok(sealed)
    }

    /// Opens what was sealed for this purpose.
    ///
    /// # Errors
    /// When there is no key, others may read it, or it is another one than the one that sealed.
    pub(crate) async fn open(&self, purpose: Purpose<'_>, sealed: &[u8]) -> Result<Secret, ServiceError> {
        let key = self.read(false).await?;
        let text = match sealed.split_first() {
            Some((&VERSION, sealed)) => aead::open(sealed, &key, &purpose.place()),
            _ => None,
        };
        let text = text.as_deref().and_then(|text| std::str::from_utf8(text).ok().map(Secret::new));
        text.ok_or_else(|| refused("the server's key (server.key) is another one than the one that this was sealed to"))
    }

    /// A key for another purpose than sealing, derived from this one. None when there is no key and none is to be made.
    ///
    /// # Errors
    /// When the file cannot be made or read, or others may read it.
    pub(crate) async fn derived(&self, purpose: &'static str, make: bool) -> Result<Option<KeyBytes>, ServiceError> {
        let Some(key) = self.find(make).await? else { return Ok(None) };
        let mut derived = KeyBytes::default();
        derive(key.as_slice(), purpose, derived.as_mut_slice())?;
        Ok(Some(derived))
    }

    async fn read(&self, make: bool) -> Result<KeyBytes, ServiceError> {
        let gone = || refused("the server's key (server.key in its data folder) is gone");
        self.find(make).await?.ok_or_else(gone)
    }

    async fn find(&self, make: bool) -> Result<Option<KeyBytes>, ServiceError> {
        let path = self.0.clone();
        let reading = tokio::task::spawn_blocking(move || match read(&path)? {
            None if make => {
                made(&path).map_err(|error| unusable(&error))?;
                let key = read(&path)?;
                key.map(Some).ok_or(ServiceError::Internal("the server's key went as soon as it was made"))
            }
            found => Ok(found),
        });
        reading.await.map_err(|_| ServiceError::Internal("reading the server's key broke off"))?
    }
}

fn refused(why: &str) -> ServiceError {
    ServiceError::Conflict(format!("{why}; put it back, or switch the scheduled sync off and on again"))
}

fn unusable(error: &io::Error) -> ServiceError {
    ServiceError::Conflict(format!(
        "the server's key (server.key in its data folder) cannot be used: {error}; ask an admin"
    ))
}

fn read(path: &Path) -> Result<Option<KeyBytes>, ServiceError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(&error)),
    };
    private(&file)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
    (&mut file).take(LENGTH as u64 + 1).read_to_end(&mut bytes).map_err(|error| unusable(&error))?;
    let key = <[u8; LENGTH]>::try_from(bytes.as_slice());
    key.map(|key| Some(KeyBytes::new(key))).map_err(|_| {
        ServiceError::Conflict(format!(
            "the server's key (server.key in its data folder) has not {LENGTH} bytes; put the right file back, or ask an admin"
        ))
    })
}

/// Whether the server's user alone may read it.
#[cfg(unix)]
fn private(file: &File) -> Result<(), ServiceError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|error| unusable(&error))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(ServiceError::Conflict(format!(
            "the server's key (server.key in its data folder) may be read by others (mode {mode:04o}); an admin runs `chmod 600` on it, \
             and `berth` uses it again"
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
fn private(_file: &File) -> Result<(), ServiceError> {
    Ok(())
}

/// Makes the key under another name first: nobody ever reads half of one, and of two that make it, one does.
fn made(path: &Path) -> io::Result<()> {
    let none = |_| io::Error::other("the operating system gave no random numbers");
    let (key, mark) = (random::bytes::<LENGTH>().map_err(none)?, random::bytes::<8>().map_err(none)?);
    let draft = path.with_extension(format!("{:016x}.new", u64::from_le_bytes(*mark)));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(key.as_slice())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    // Whatever came of it, a draft helps nobody.
    let _ = fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => Ok(()),
        other => other,
    }
}

#[cfg(test)]
#[path = "server_key_tests.rs"]
mod tests;
