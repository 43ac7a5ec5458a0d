//! The engine's end of a recording.

use super::{
    inbox::{Inbox, Item, Tell, What},
    recorder::Desk,
};
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};
use transport::PtySize;

/// A recorder that writes nothing for so long cannot keep up. The session's link waits meanwhile, so it is short.
const PATIENCE: Duration = Duration::from_secs(3);

/// A longer label is cut.
const LABEL: usize = 4096;

/// What a recording may leave out, and what follows when it fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TapSettings {
    /// The session may not go on without it.
    pub required: bool,
    /// What is typed and echoed is recorded as well.
    pub input: bool,
}

/// Takes what a session shows, for its recording. Dropping it ends the recording.
pub struct Tap {
    inbox: Arc<Inbox>,
    desk: Arc<Desk>,
    settings: TapSettings,
    started: Instant,
}

impl Tap {
    pub(super) fn new(inbox: Arc<Inbox>, desk: Arc<Desk>, settings: TapSettings) -> Self {
        Self { inbox, desk, settings, started: Instant::now() }
    }

    /// Whether the session may not go on without it.
    pub(crate) fn is_required(&self) -> bool {
        self.settings.required
    }

    pub(crate) fn shown(&self, batch: &[Bytes]) {
        self.push(batch.iter().filter(|bytes| !bytes.is_empty()).cloned().map(What::Output));
    }

    pub(crate) fn resized(&self, size: PtySize) {
        self.push([What::Resize(size)].into_iter());
    }

    pub(crate) fn marked(&self, label: &str) {
        let end = label.floor_char_boundary(LABEL);
        self.push([What::Marker(label[..end].to_owned())].into_iter());
    }

    pub(crate) fn typed(&self, bytes: &Bytes) {
        if self.settings.input {
            self.push([What::Typed(bytes.clone())].into_iter());
        }
    }

    fn push(&self, whats: impl Iterator<Item = What>) {
        let at = self.started.elapsed();
        match self.inbox.push(whats.map(|what| Item { at, what })) {
            Tell::Nothing => {}
            Tell::Soon => self.desk.tell(&self.inbox, false),
            Tell::AtOnce => self.desk.tell(&self.inbox, true),
        }
    }

    /// Waits until there is room for more.
    ///
    /// # Errors
    /// Why nothing can be recorded any more.
    pub(crate) async fn keeps_up(&self) -> Result<(), String> {
        if !self.inbox.is_full() {
            return self.inbox.failure().map_or(Ok(()), Err);
        }
        let mut moved = self.inbox.watch();
        while self.inbox.is_full() && self.inbox.failure().is_none() {
            if timeout(PATIENCE, moved.changed()).await.is_err() {
                self.inbox.fail("the disk takes the recording too slowly".into());
            }
        }
        self.inbox.failure().map_or(Ok(()), Err)
    }

    /// Waits until nothing can be recorded any more; says why.
    pub(crate) async fn broken(&self) -> String {
        let mut moved = self.inbox.watch();
        loop {
            moved.borrow_and_update();
            if let Some(why) = self.inbox.failure() {
                return why;
            }
            // The sender lives as long as `self`.
            let _ = moved.changed().await;
        }
    }

    /// The session is over.
    pub(crate) fn close(&self) {
        if self.inbox.close(self.started.elapsed()) {
            self.desk.tell(&self.inbox, true);
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.close();
    }
}
