//! One data connection: a listing, or the bytes of a file.

use super::connection::{Pipe, STALL};
use crate::FileError;
use bytes::{Bytes, BytesMut};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

/// So much is read at once: few wake-ups, and little memory.
const BLOCK: usize = 256 * 1024;

/// How long the server's last words are waited for after a file was written.
const FAREWELL: Duration = Duration::from_secs(2);

pub(super) struct Data {
    pipe: Pipe,
    buffer: BytesMut,
    /// Whether it ended without saying so: TLS was cut off, or TCP was reset.
    torn: Option<String>,
}

impl Data {
    pub(super) fn new(pipe: Pipe) -> Self {
        Self { pipe, buffer: BytesMut::new(), torn: None }
    }

    /// The next bytes; none at the end. A future that is dropped loses nothing.
    pub(super) async fn read(&mut self) -> Result<Option<Bytes>, FileError> {
        self.buffer.reserve(BLOCK);
        match timeout(STALL, self.pipe.read_buf(&mut self.buffer)).await {
            Err(_) => Err(FileError::TimedOut),
            Ok(Ok(0)) => Ok(None),
            Ok(Ok(_)) => Ok(Some(self.buffer.split().freeze())),
            Ok(Err(error)) => {
                self.torn = Some(error.to_string());
                Ok(None)
            }
        }
    }

    /// Why it ended in the middle, if it did. Servers that never say goodbye are common: whoever knows the length does
    /// not ask, others do.
    pub(super) fn torn(&self) -> Option<&str> {
        self.torn.as_deref()
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut left = bytes;
        while !left.is_empty() {
            let written = timeout(STALL, self.pipe.write(left)).await.map_err(|_| io::ErrorKind::TimedOut)??;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            left = &left[written..];
        }
        Ok(())
    }

    pub(super) async fn flush(&mut self) -> io::Result<()> {
        timeout(STALL, self.pipe.flush()).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    /// Says that nothing more comes.
    pub(super) async fn end(&mut self) -> io::Result<()> {
        timeout(STALL, self.pipe.shutdown()).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    /// Reads what the server still says. Under TLS 1.3 that is the ticket for the next data connection; a socket that is
    /// closed with it unread would be reset.
    pub(super) async fn leave(mut self) {
        let rest = async { while let Ok(Some(_)) = self.read().await {} };
        // A server that does not close is left as it is.
        let _ = timeout(FAREWELL, rest).await;
    }
}
