//! A folder of a test's own on a host, seen from this machine. The user who signs in on test servers owns it.

use crate::user::USER;
use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// The folder, which goes with it. Everybody may write to it.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("the folder is opened to all");
        give(folder.path());
        Self(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn here(&self) -> &Path {
        self.0.path()
    }

    /// The same as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.here().display().to_string()
    }

    /// Where something in it is.
    pub fn at(&self, name: impl AsRef<[u8]>) -> PathBuf {
        self.here().join(OsStr::from_bytes(name.as_ref()))
    }

    /// Puts a file there that the user owns.
    pub fn put(&self, name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::write(&path, content).expect("the file is written");
        give(&path);
        path
    }

    /// What is in it, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.here()).expect("the folder is read");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries.map(name).map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes the user the owner of all of it.
pub fn give(path: &Path) {
    crate::user::ensure();
    let done = Command::new("chown").args(["-hR", &format!("{USER}:")]).arg(path).status().expect("chown runs");
    assert!(done.success(), "tests against real servers run as root");
}

/// Bytes that repeat nowhere soon.
#[must_use]
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut all = Vec::with_capacity(length + 8);
    while all.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        all.extend_from_slice(&state.to_le_bytes());
    }
    all.truncate(length);
    all
}
