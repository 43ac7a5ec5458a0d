//! A host with a folder of the test's own.

use super::{common::link_to, folder::Folder};
use std::ops::Deref;
use testkit::sshd::Sshd;
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
        let sshd = Sshd::start().await;
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
