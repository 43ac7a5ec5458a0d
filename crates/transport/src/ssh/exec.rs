//! One command, run to its end: what it wrote and how it ended.
//!
//! The command line goes to the remote user's shell as it is; whoever builds it quotes it. Output beyond the limit is
//! read and thrown away, because a channel that nobody reads freezes the whole connection.

use super::{closing::Closing, link::Link, place::ChannelUse, shell::signalled};
use crate::{DialError, ShellExit};
use bytes::Bytes;
use futures::future;
use russh::{ChannelMsg, ChannelReadHalf};
use std::time::Duration;
use tokio::time::timeout;

/// SSH's number for standard error among a channel's extended data.
const STDERR: u32 = 1;

/// Which of the two that a command writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How far a command may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunLimits {
    /// When it is killed.
    pub timeout: Duration,
    /// How many bytes are kept of each, standard output and standard error.
    pub max_output: usize,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOutput {
    /// What it wrote.
    pub stdout: Vec<u8>,
    /// What it complained of.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub exit: ShellExit,
    /// Whether it wrote more than was kept.
    pub truncated: bool,
}

impl Link {
    /// Runs a command line in the remote user's shell, without a terminal. When the time is over it is killed, and the
    /// answer is [`DialError::TimedOut`]; the same happens to it when this future is dropped.
    pub async fn run(&self, command: &str, stdin: &[u8], limits: RunLimits) -> Result<RunOutput, DialError> {
        let timed_out = || DialError::TimedOut { endpoint: self.endpoint().clone(), step: "command" };
        timeout(limits.timeout, self.run_to_end(command, stdin, limits.max_output))
            .await
            .unwrap_or_else(|_| Err(timed_out()))
    }

    async fn run_to_end(&self, command: &str, stdin: &[u8], max_output: usize) -> Result<RunOutput, DialError> {
        let _place = self.place(ChannelUse::Command);
        let (mut read, mut write) = self.session(Closing::kills).await?;
        write.exec(true, command).await.map_err(|_| self.lost())?;
        let (mut stdout, mut stderr, mut truncated) = (Vec::new(), Vec::new(), false);
        let gathering = gather(&mut read, |stream, data| {
            let kept = match stream {
                Stream::Stdout => &mut stdout,
                Stream::Stderr => &mut stderr,
            };
            truncated |= keep(kept, &data, max_output);
        });
        let ended = tokio::select! {
            biased;
            ended = gathering => ended,
            () = feed(Bytes::copy_from_slice(stdin), &write) => Ended::Cut,
        };
        let exit = ended.told(self)?;
        write.is_closed();
        Ok(RunOutput { stdout, stderr, exit, truncated })
    }
}

/// Writes the input and says that it is all. Never ends by itself: the command decides when it is done.
async fn feed(stdin: Bytes, write: &Closing) {
    // A command that does not read its input may end first; that is no error.
    if write.data_bytes(stdin).await.is_ok() {
        let _ = write.eof().await;
    }
    future::pending().await
}

/// How a command's channel ended.
pub(super) enum Ended {
    Told(ShellExit),
    Refused,
    Cut,
}

impl Ended {
    /// The exit, or why there is none.
    pub(super) fn told(self, link: &Link) -> Result<ShellExit, DialError> {
        match self {
            Self::Told(exit) => Ok(exit),
            Self::Refused => Err(DialError::ChannelRefused { why: "it runs no commands".to_owned() }),
            Self::Cut => Err(link.lost()),
        }
    }
}

/// Reads a command's channel to its end; `wrote` takes each piece at once.
pub(super) async fn gather(read: &mut ChannelReadHalf, mut wrote: impl FnMut(Stream, Bytes)) -> Ended {
    let mut exit = None;
    while let Some(message) = read.wait().await {
        match message {
            ChannelMsg::Data { data } => wrote(Stream::Stdout, data),
            ChannelMsg::ExtendedData { data, ext: STDERR } => wrote(Stream::Stderr, data),
            ChannelMsg::ExitStatus { exit_status } => exit = Some(ShellExit::Exited(exit_status)),
            ChannelMsg::ExitSignal { signal_name, .. } => exit = Some(signalled(&signal_name)),
            ChannelMsg::Failure => return Ended::Refused,
            ChannelMsg::Close => {
                let silent = || ShellExit::Lost("the host did not say how the command ended".to_owned());
                return Ended::Told(exit.unwrap_or_else(silent));
            }
            _ => {}
        }
    }
    exit.map_or(Ended::Cut, Ended::Told)
}

/// Keeps what fits; says whether something did not.
fn keep(kept: &mut Vec<u8>, data: &[u8], max: usize) -> bool {
    let room = max.saturating_sub(kept.len()).min(data.len());
    kept.extend_from_slice(&data[..room]);
    room < data.len()
}
