//! The writing half of a channel, which closes the channel when it is dropped.
//!
//! A task may end, or a caller give up, at any point; a channel left open would hold a process on the host.

use russh::{ChannelWriteHalf, Sig, client::Msg};
use std::{ops::Deref, sync::Arc};

/// Closes its channel when dropped, unless the other side closed it before.
#[derive(Debug)]
pub(super) struct Closing {
    half: Arc<ChannelWriteHalf<Msg>>,
    kill: bool,
    closed: bool,
}

impl Closing {
    /// For a shell: its terminal goes away, which hangs up what runs in it.
    pub(super) fn hangs_up(half: ChannelWriteHalf<Msg>) -> Self {
        Self { half: Arc::new(half), kill: false, closed: false }
    }

    /// For a command: it has no terminal that could hang up, so it is killed.
    pub(super) fn kills(half: ChannelWriteHalf<Msg>) -> Self {
        Self { half: Arc::new(half), kill: true, closed: false }
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
