//! An open file or directory of the host, which is closed when it is dropped.

use super::{
    client::{Client, Due},
    packet::{Request, kind},
};
use tokio::sync::OwnedSemaphorePermit;

/// A handle, with its place among the open ones.
#[derive(Debug)]
pub(super) struct Handle {
    client: Client,
    name: Box<[u8]>,
    closed: bool,
    _place: OwnedSemaphorePermit,
}

impl Handle {
    pub(super) fn new(client: Client, name: &[u8], place: OwnedSemaphorePermit) -> Self {
        Self { client, name: name.into(), closed: false, _place: place }
    }

    /// Asks something about it; `write` goes on behind the handle's name.
    pub(super) fn ask(&self, kind: u8, write: impl FnOnce(Request) -> Request) -> Due {
        self.client.ask(|id| write(Request::new(kind, id, 64).text(&self.name)))
    }

    /// Asks with a request that is written whole by `write`, which gets its number and the handle's name.
    pub(super) fn ask_with(&self, write: impl FnOnce(u32, &[u8]) -> Request) -> Due {
        self.client.ask(|id| write(id, &self.name))
    }

    /// Closes it, to hear how that went. It is good for nothing more.
    pub(super) fn close_now(&mut self) -> Due {
        self.closed = true;
        self.ask(kind::CLOSE, |request| request)
    }

    /// What the host calls it.
    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if !self.closed {
            self.client.let_go(&self.name);
        }
    }
}
