//! The script's channel: what goes in, and what the script said in full.

use super::{
    blocks::{Blocks, Said},
    text::shown,
    work::Stop,
};
use bytes::Bytes;
use std::{collections::VecDeque, time::Duration};
use tokio::time::{Instant, timeout, timeout_at};
use transport::{RunningCommand, ShellExit, Stream};
use wire::{Fault, FaultCode};

/// A host that says nothing for so long does not answer.
const PATIENCE: Duration = Duration::from_secs(25);

/// How much of a complaint is kept, in bytes.
const MOST_COMPLAINT: usize = 200;

/// The script's channel. Dropped, it ends the script.
pub(super) struct Line {
    running: RunningCommand,
    blocks: Blocks,
    said: VecDeque<Said>,
    complaint: Vec<u8>,
    spoken: bool,
}

impl Line {
    pub(super) fn new(running: RunningCommand, mark: &str) -> Self {
        Self { running, blocks: Blocks::new(mark), said: VecDeque::new(), complaint: Vec::new(), spoken: false }
    }

    /// Sends something and takes the next that the script says in full. Given up in between, the line is of no use any more.
    pub(super) async fn ask(mut self, bytes: Bytes) -> Result<(Self, Said), Stop> {
        if let Some(input) = &self.running.input {
            // When the channel has ended, reading from it says why.
            let _ = timeout(PATIENCE, input.send(bytes)).await;
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(said) = self.said.pop_front() {
                self.spoken = true;
                return Ok((self, said));
            }
            let piece = timeout_at(deadline, self.running.next()).await;
            match piece.map_err(|_| Stop::lost("it did not answer for too long"))? {
                Some((Stream::Stdout, bytes)) => {
                    let said = self.blocks.take_in(&bytes);
                    self.said.extend(said.map_err(|_| Stop::lost("it said more than fits"))?);
                }
                Some((Stream::Stderr, bytes)) => {
                    let room = MOST_COMPLAINT.saturating_sub(self.complaint.len()).min(bytes.len());
                    self.complaint.extend_from_slice(&bytes[..room]);
                }
                None => return Err(self.ended().await),
            }
        }
    }

    /// Why there is nothing more to come.
    async fn ended(self) -> Stop {
        let said = shown(&String::from_utf8_lossy(&self.complaint)).map(|said| format!(" ({said})"));
        match self.running.end().await.exit {
            Err(error) => Stop::dial(error),
            Ok(ShellExit::Lost(why)) => Stop::lost(why),
            Ok(ShellExit::Exited(_) | ShellExit::Signalled(_)) if self.spoken => {
                Stop::lost("its end of the channel was closed")
            }
            Ok(ShellExit::Exited(_) | ShellExit::Signalled(_)) => Stop::Final(Fault::new(
                FaultCode::RemoteFailed,
                format!(
                    "the host ran no `sh` that could read its figures{}; only hosts with a shell can be monitored",
                    said.unwrap_or_default()
                ),
            )),
        }
    }
}
