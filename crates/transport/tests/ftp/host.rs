//! A folder of a test's own on a server, which the signed-in user owns.

use std::{ops::Deref, time::Duration};
use testkit::{
    folder::Folder,
    ftp::{PASSWORD, Pyftpdlib, USER, Vsftpd},
};
use transport::{Endpoint, Files, FtpAccess, FtpSecurity, ListLimits};
use wire::vault::Secret;

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
    folder: Folder,
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
        Self { server, files, folder: Folder::new() }
    }

    pub(crate) async fn vsftpd() -> Self {
        Self::new(Server::Vsftpd(Vsftpd::start().await), FtpSecurity::None).await
    }

    pub(crate) async fn pyftpdlib() -> Self {
        Self::new(Server::Pyftpdlib(Pyftpdlib::start().await), FtpSecurity::None).await
    }

    /// Both servers in the clear.
    pub(crate) async fn both() -> [Self; 2] {
        [Self::vsftpd().await, Self::pyftpdlib().await]
    }
}

impl Deref for Host {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.folder
    }
}

pub(crate) fn access(port: u16, security: FtpSecurity) -> FtpAccess {
    FtpAccess {
        guard: None,
        endpoint: Endpoint { address: "127.0.0.1".to_owned(), port },
        username: USER.to_owned(),
        password: Secret::new(PASSWORD),
        security,
        trusted: None,
        budget: Duration::from_secs(20),
    }
}
