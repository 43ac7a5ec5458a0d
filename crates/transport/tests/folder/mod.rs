//! A test's folder as the host names it, and its files.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails has to fail its test")]

use bytes::Bytes;
use std::{os::unix::ffi::OsStrExt, path::Path};
use testkit::folder::Folder;
use transport::{FileError, Files, WriteMode};
use wire::files::{RemoteName, RemotePath};

/// Paths on the host.
pub(crate) trait OnHost {
    /// The folder.
    fn root(&self) -> RemotePath;

    /// Something in it.
    fn path(&self, name: impl AsRef<[u8]>) -> RemotePath;
}

impl OnHost for Folder {
    fn root(&self) -> RemotePath {
        remote(self.here())
    }

    fn path(&self, name: impl AsRef<[u8]>) -> RemotePath {
        self.root().join(&RemoteName::from_bytes(name.as_ref()).unwrap())
    }
}

pub(crate) fn remote(path: &Path) -> RemotePath {
    RemotePath::from_bytes(path.as_os_str().as_bytes()).unwrap()
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
