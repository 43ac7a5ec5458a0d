//! A command that is watched while it runs: what it writes comes in pieces, as it comes.
//!
//! One task carries it. That task reads always, because a channel that nobody reads freezes its whole connection; what
//! nobody has taken yet waits here up to a bound, and what comes beyond is dropped and counted.

use super::{
    closing::Closing,
    exec::{Ended, Stream, gather},
    link::Link,
    place::{ChannelUse, Place},
};
use crate::{DialError, ShellExit};
use bytes::{Bytes, BytesMut};
use futures::future;
use russh::ChannelReadHalf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

/// How many pieces of input wait to be sent.
const INPUT_QUEUE: usize = 16;

/// How a command ended that was watched.
#[derive(Debug)]
pub struct CommandEnd {
    /// Its exit, or why nothing is known of it.
    pub exit: Result<ShellExit, DialError>,
    /// How many bytes of standard output were dropped because nobody took them.
    pub dropped_stdout: u64,
    /// The same of standard error.
    pub dropped_stderr: u64,
}

/// A running command. Dropped before its end, it is killed on the host, and its channel closed.
#[derive(Debug)]
pub struct RunningCommand {
    /// What goes in; at most so many pieces wait. Taken out and dropped, it tells the command that there is no more.
    pub input: Option<mpsc::Sender<Bytes>>,
    shared: Arc<Shared>,
    carrier: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    came: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    stdout: BytesMut,
    stderr: BytesMut,
    dropped_stdout: u64,
    dropped_stderr: u64,
    end: Option<Result<ShellExit, DialError>>,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn take_in(&mut self, stream: Stream, data: &[u8], most: usize) {
        let (kept, dropped) = match stream {
            Stream::Stdout => (&mut self.stdout, &mut self.dropped_stdout),
            Stream::Stderr => (&mut self.stderr, &mut self.dropped_stderr),
        };
        let room = most.saturating_sub(kept.len()).min(data.len());
        kept.extend_from_slice(&data[..room]);
        *dropped += (data.len() - room) as u64;
    }

    fn take_out(&mut self) -> Option<(Stream, Bytes)> {
        let (stream, kept) = match (self.stdout.is_empty(), self.stderr.is_empty()) {
            (false, _) => (Stream::Stdout, &mut self.stdout),
            (true, false) => (Stream::Stderr, &mut self.stderr),
            (true, true) => return None,
        };
        Some((stream, std::mem::take(kept).freeze()))
    }
}

impl Link {
    /// Starts a command line in the remote user's shell, without a terminal. Of what it writes at most `most_waiting` bytes
    /// of each stream wait until they are taken: so many of the first bytes come for certain, whoever is slow.
    pub async fn start(&self, command: &str, most_waiting: usize) -> Result<RunningCommand, DialError> {
        let place = self.place(ChannelUse::Command);
        let (read, write) = self.session(Closing::kills).await?;
        self.forward_agent(&write).await.map_err(|_| self.lost())?;
        write.exec(true, command).await.map_err(|_| self.lost())?;
        let (input, fed) = mpsc::channel(INPUT_QUEUE);
        let shared = Arc::new(Shared::default());
        let carrier = tokio::spawn(carry(self.clone(), place, read, write, fed, shared.clone(), most_waiting));
        Ok(RunningCommand { input: Some(input), shared, carrier })
    }
}

impl RunningCommand {
    /// The next piece of what it writes; `None` when that was all. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Option<(Stream, Bytes)> {
        loop {
            {
                let mut waiting = self.shared.waiting();
                if let Some(piece) = waiting.take_out() {
                    return Some(piece);
                }
                if waiting.end.is_some() {
                    return None;
                }
            }
            self.shared.came.notified().await;
        }
    }

    /// Waits for its end. What it writes until then and nobody took is dropped.
    pub async fn end(mut self) -> CommandEnd {
        while self.next().await.is_some() {}
        let mut waiting = self.shared.waiting();
        let gone = || Err(DialError::Lost { why: "the connection to the host broke".to_owned() });
        CommandEnd {
            exit: waiting.end.take().unwrap_or_else(gone),
            dropped_stdout: waiting.dropped_stdout,
            dropped_stderr: waiting.dropped_stderr,
        }
    }
}

impl Drop for RunningCommand {
    fn drop(&mut self) {
        // With its task the writing half goes, which kills what has not ended.
        self.carrier.abort();
    }
}

async fn carry(
    link: Link,
    _place: Place,
    mut read: ChannelReadHalf,
    mut write: Closing,
    input: mpsc::Receiver<Bytes>,
    shared: Arc<Shared>,
    most: usize,
) {
    let gathering = gather(&mut read, |stream, data| {
        shared.waiting().take_in(stream, &data, most);
        shared.came.notify_one();
    });
    let ended = tokio::select! {
        biased;
        ended = gathering => ended,
        () = feed(input, &write) => Ended::Cut,
    };
    if matches!(ended, Ended::Told(_)) {
        write.is_closed();
    }
    shared.waiting().end = Some(ended.told(&link));
    shared.came.notify_one();
}

/// Passes the input on and says when it is all. Never ends by itself: the command decides when it is done.
async fn feed(mut input: mpsc::Receiver<Bytes>, write: &Closing) {
    while let Some(data) = input.recv().await {
        // A command that does not read its input may end first; that is no error.
        if write.data_bytes(data).await.is_err() {
            break;
        }
    }
    let _ = write.eof().await;
    future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_first_bytes_of_each_stream_and_counts_the_rest() {
        let mut waiting = Waiting::default();
        waiting.take_in(Stream::Stdout, b"abcdef", 4);
        waiting.take_in(Stream::Stderr, b"xy", 4);
        waiting.take_in(Stream::Stdout, b"gh", 4);
        assert_eq!(waiting.take_out(), Some((Stream::Stdout, Bytes::from_static(b"abcd"))));
        assert_eq!(waiting.take_out(), Some((Stream::Stderr, Bytes::from_static(b"xy"))));
        assert_eq!(waiting.take_out(), None);
        assert_eq!((waiting.dropped_stdout, waiting.dropped_stderr), (4, 0));
        waiting.take_in(Stream::Stdout, b"ij", 4);
        assert_eq!(waiting.take_out(), Some((Stream::Stdout, Bytes::from_static(b"ij"))));
    }
}
