//! The writing half of a channel, which closes the channel when it is dropped.
//!
//! A task may end, or a caller give up, at any point; a channel left open would hold a process on the host.

use super::link::Connection;
use russh::{ChannelWriteHalf, Sig, client::Msg};
use std::{
    fmt,
    ops::Deref,
    sync::{Arc, Weak},
};

/// Closes its channel when dropped, unless the other side closed it before.
pub(super) struct Closing {
    half: Arc<ChannelWriteHalf<Msg>>,
    connection: Weak<Connection>,
    kill: bool,
    closed: bool,
}

impl fmt::Debug for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closing").field("kill", &self.kill).field("closed", &self.closed).finish_non_exhaustive()
    }
}

impl Closing {
    /// For a shell: its terminal goes away, which hangs up what runs in it.
    pub(super) fn hangs_up(half: ChannelWriteHalf<Msg>) -> Self {
        Self { half: Arc::new(half), connection: Weak::new(), kill: false, closed: false }
    }

    /// For a command: it has no terminal that could hang up, so it is killed.
    pub(super) fn kills(half: ChannelWriteHalf<Msg>) -> Self {
        Self { half: Arc::new(half), connection: Weak::new(), kill: true, closed: false }
    }

    /// Counts among the connection's open channels as long as it lives.
    pub(super) fn on(mut self, connection: &Arc<Connection>) -> Self {
        connection.places().opened();
        self.connection = Arc::downgrade(connection);
        self
    }

    /// The other side closed it: nothing is left to do.
    pub(super) fn is_closed(&mut self) {
        self.closed = true;
    }
}

impl Deref for Closing {
    type Target = ChannelWriteHalf<Msg>;

    fn deref(&self) -> &Self::Target {
        &self.half
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.upgrade() {
            connection.places().ended(self.closed);
        }
        // Without a runtime the connection's task is gone too, and the channel with it.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.closed {
            return;
        }
        let (half, kill) = (Arc::clone(&self.half), self.kill);
        runtime.spawn(async move {
            // Errors mean that the connection ended first.
            if kill {
                let _ = half.signal(Sig::KILL).await;
            }
            let _ = half.close().await;
        });
    }
}
