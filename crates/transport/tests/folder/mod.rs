//! A folder of a test's own on a host, which the signed-in user owns, and its files.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails has to fail its test")]

use bytes::Bytes;
use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::chown},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
use testkit::sshd::USER;
use transport::{FileError, Files, WriteMode};
use wire::files::{RemoteName, RemotePath};

/// The folder, which goes with it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        give(folder.path());
        Self(folder)
    }

    /// The folder as this machine sees it.
    pub(crate) fn here(&self) -> &Path {
        self.0.path()
    }

    /// The folder as the host sees it.
    pub(crate) fn root(&self) -> RemotePath {
        remote(self.0.path())
    }

    pub(crate) fn path(&self, name: impl AsRef<[u8]>) -> RemotePath {
        self.root().join(&RemoteName::from_bytes(name.as_ref()).unwrap())
    }

    /// The same path on this machine.
    pub(crate) fn local(&self, name: impl AsRef<[u8]>) -> PathBuf {
        self.0.path().join(OsStr::from_bytes(name.as_ref()))
    }

    /// Puts a file there that the user owns.
    pub(crate) fn put(&self, name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.local(name);
        fs::write(&path, content).unwrap();
        give(&path);
        path
    }
}

pub(crate) fn remote(path: &Path) -> RemotePath {
    RemotePath::from_bytes(path.as_os_str().as_bytes()).unwrap()
}

/// Makes the user its owner.
pub(crate) fn give(path: &Path) {
    let id = |flag| {
        let output = Command::new("id").args([flag, USER]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    };
    chown(path, Some(id("-u")), Some(id("-g"))).unwrap();
}

/// Reads a file to its end.
pub(crate) async fn read_all(files: &Files, path: &RemotePath, from: u64) -> Result<Vec<u8>, FileError> {
    let mut reader = files.open_read(path, from).await?;
    let mut all = Vec::new();
    while let Some(bytes) = reader.next().await? {
        all.extend_from_slice(&bytes);
    }
    Ok(all)
}

/// Writes a file.
pub(crate) async fn write_all(
    files: &Files,
    path: &RemotePath,
    mode: WriteMode,
    content: &[u8],
) -> Result<(), FileError> {
    write_in_pieces(files, path, mode, content, 100_000).await
}

/// Writes a file in pieces of this length.
pub(crate) async fn write_in_pieces(
    files: &Files,
    path: &RemotePath,
    mode: WriteMode,
    content: &[u8],
    piece: usize,
) -> Result<(), FileError> {
    let mut writer = files.open_write(path, mode).await?;
    for piece in content.chunks(piece) {
        writer.write(Bytes::copy_from_slice(piece)).await?;
    }
    writer.finish().await
}

/// Bytes that repeat nowhere soon.
pub(crate) fn noise(length: usize) -> Vec<u8> {
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
