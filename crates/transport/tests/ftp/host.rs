//! A folder of a test's own on a server, which the signed-in user owns.

use bytes::Bytes;
use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::chown},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tempfile::TempDir;
use testkit::ftp::{PASSWORD, Pyftpdlib, USER, Vsftpd};
use transport::{Endpoint, FileError, Files, FtpAccess, FtpSecurity, ListLimits, WriteMode};
use wire::{
    files::{RemoteName, RemotePath},
    vault::Secret,
};

pub(crate) const ALL: ListLimits = ListLimits { entries: 1000 };

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) enum Server {
    Vsftpd(Vsftpd),
    Pyftpdlib(Pyftpdlib),
}

impl Server {
    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::Vsftpd(server) => server.port(),
            Self::Pyftpdlib(server) => server.port(),
        }
    }

    pub(crate) fn fingerprint(&self) -> String {
        match self {
            Self::Vsftpd(server) => server.fingerprint(),
            Self::Pyftpdlib(server) => server.fingerprint(),
        }
    }

    pub(crate) fn kill_now(&mut self) {
        match self {
            Self::Vsftpd(server) => server.kill_now(),
            Self::Pyftpdlib(server) => server.kill_now(),
        }
    }

    pub(crate) fn log(&self) -> String {
        match self {
            Self::Vsftpd(server) => server.log(),
            Self::Pyftpdlib(server) => server.log(),
        }
    }
}

/// A server with a folder, and its files.
pub(crate) struct Host {
    pub(crate) server: Server,
    pub(crate) files: Files,
    folder: TempDir,
}

impl Host {
    pub(crate) async fn new(server: Server, security: FtpSecurity) -> Self {
        let mut access = access(server.port(), security);
        if security != FtpSecurity::None {
            access.trusted = Some(server.fingerprint());
        }
        let files = match Files::over_ftp(access).await {
            Ok(files) => files,
            Err(error) => panic!("{error}\n{}", server.log()),
        };
        let folder = tempfile::tempdir().unwrap();
        give(folder.path());
        Self { server, files, folder }
    }

    pub(crate) async fn vsftpd() -> Self {
        Self::new(Server::Vsftpd(Vsftpd::start().await), FtpSecurity::None).await
    }

    /// Both servers in the clear.
    pub(crate) async fn both() -> [Self; 2] {
        [Self::vsftpd().await, Self::new(Server::Pyftpdlib(Pyftpdlib::start().await), FtpSecurity::None).await]
    }

    /// The folder as the server sees it.
    pub(crate) fn root(&self) -> RemotePath {
        remote(self.folder.path())
    }

    pub(crate) fn path(&self, name: impl AsRef<[u8]>) -> RemotePath {
        self.root().join(&RemoteName::from_bytes(name.as_ref()).unwrap())
    }

    /// The same path on this machine.
    pub(crate) fn local(&self, name: impl AsRef<[u8]>) -> PathBuf {
        self.folder.path().join(OsStr::from_bytes(name.as_ref()))
    }

    /// Puts a file there that the user owns.
    pub(crate) fn put(&self, name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.local(name);
        fs::write(&path, content).unwrap();
        give(&path);
        path
    }
}

pub(crate) fn access(port: u16, security: FtpSecurity) -> FtpAccess {
    FtpAccess {
        endpoint: Endpoint { address: "127.0.0.1".to_owned(), port },
        username: USER.to_owned(),
        password: Secret::new(PASSWORD),
        security,
        trusted: None,
        budget: Duration::from_secs(20),
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

/// Writes a file in pieces.
pub(crate) async fn write_all(
    files: &Files,
    path: &RemotePath,
    mode: WriteMode,
    content: &[u8],
) -> Result<(), FileError> {
    let mut writer = files.open_write(path, mode).await?;
    for piece in content.chunks(100_000) {
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
