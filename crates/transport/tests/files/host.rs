//! A host with a folder of the test's own.

use super::common::link_to;
use std::ops::Deref;
use testkit::{folder::Folder, sshd::Sshd};
use transport::{Files, Link};

/// A host with a folder, and its files.
pub(crate) struct Host {
    pub(crate) sshd: Sshd,
    pub(crate) link: Link,
    pub(crate) files: Files,
    folder: Folder,
}

impl Host {
    pub(crate) async fn start() -> Self {
        Self::on(Sshd::start().await).await
    }

    /// A host without this request of SFTP's.
    pub(crate) async fn without(request: &str) -> Self {
        Self::on(Sshd::builder().config(&format!("ForceCommand internal-sftp -P {request}")).start().await).await
    }

    async fn on(sshd: Sshd) -> Self {
        let link = link_to(&sshd).await;
        let files = link.files().await.unwrap();
        Self { sshd, link, files, folder: Folder::new() }
    }
}

impl Deref for Host {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.folder
    }
}
