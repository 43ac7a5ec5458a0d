//! A subsystem of the host (`sftp`, say) as bytes both ways, without a word about what they mean.
//!
//! Whoever takes the incoming half has to read it at once and always: a channel that nobody reads freezes the whole
//! connection. Dropping the outgoing half closes the channel, and the host ends the subsystem.

use super::{
    closing::Closing,
    link::Link,
    place::{ChannelUse, Place},
};
use crate::DialError;
use bytes::Bytes;
use russh::{ChannelMsg, ChannelReadHalf};

/// What the subsystem sends.
pub(crate) struct Incoming {
    read: ChannelReadHalf,
    link: Link,
    _place: Place,
}

/// What goes to the subsystem.
pub(crate) struct Outgoing {
    write: Closing,
    link: Link,
}

impl Link {
    /// Asks for a subsystem. It is not waited for: a host without it says so in place of the first bytes.
    pub(crate) async fn subsystem(&self, name: &str) -> Result<(Incoming, Outgoing), DialError> {
        let place = self.place(ChannelUse::Files);
        let (read, write) = self.session(Closing::hangs_up).await?;
        write.request_subsystem(true, name).await.map_err(|_| self.lost())?;
        Ok((Incoming { read, link: self.clone(), _place: place }, Outgoing { write, link: self.clone() }))
    }
}

impl Incoming {
    /// The next bytes, or how it ended.
    pub(crate) async fn next(&mut self) -> Result<Bytes, DialError> {
        loop {
            match self.read.wait().await {
                Some(ChannelMsg::Data { data }) => return Ok(data),
                Some(ChannelMsg::Failure) => {
                    return Err(DialError::ChannelRefused { why: "it has no such subsystem".to_owned() });
                }
                Some(ChannelMsg::Close | ChannelMsg::Eof) if self.link.is_open() => {
                    return Err(DialError::Lost { why: "the host ended the subsystem".to_owned() });
                }
                Some(ChannelMsg::Close | ChannelMsg::Eof) | None => return Err(self.link.lost()),
                Some(_) => {}
            }
        }
    }
}

impl Outgoing {
    /// Sends these bytes, as soon as the host takes them.
    ///
    /// # Errors
    /// When the connection is gone. On one that breaks meanwhile it may wait for ever: the incoming half tells.
    pub(crate) async fn put(&self, bytes: Bytes) -> Result<(), DialError> {
        // An answer is due: it must not be held back as a flood is.
        self.link.traffic().asked();
        self.write.data_bytes(bytes).await.map_err(|_| self.link.lost())
    }
}
