//! A folder on the host that everybody may write to, seen from this machine.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
use testkit::sshd::USER;

pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn text(&self) -> String {
        self.0.path().display().to_string()
    }

    pub(crate) fn at(&self, name: impl AsRef<[u8]>) -> PathBuf {
        self.0.path().join(OsStr::from_bytes(name.as_ref()))
    }

    /// Puts a file there that the signed-in user owns.
    pub(crate) fn put(&self, name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::write(&path, content).unwrap();
        give(&path);
        path
    }

    /// What is in it, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Makes the signed-in user the owner of all of it.
pub(crate) fn give(path: &Path) {
    assert!(Command::new("chown").args(["-R", &format!("{USER}:")]).arg(path).status().unwrap().success());
}

/// A path in a query.
pub(crate) fn encoded(path: impl AsText) -> String {
    path.text().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) trait AsText {
    fn text(&self) -> &str;
}

impl AsText for &serde_json::Value {
    fn text(&self) -> &str {
        self.as_str().unwrap()
    }
}

impl AsText for &str {
    fn text(&self) -> &str {
        self
    }
}

impl AsText for &String {
    fn text(&self) -> &str {
        self
    }
}

/// Bytes that repeat nowhere soon.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(next).flatten().take(length).collect()
}
