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
        let mut gathered = Gathered::new(max_output);
        let ended = tokio::select! {
            biased;
            ended = gathered.gather(&mut read) => ended,
            () = feed(Bytes::copy_from_slice(stdin), &write) => Ended::Cut,
        };
        match ended {
            Ended::Told(exit) => {
                write.is_closed();
                Ok(gathered.output(exit))
            }
            Ended::Refused => Err(DialError::ChannelRefused { why: "it runs no commands".to_owned() }),
            Ended::Cut => Err(self.lost()),
        }
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

enum Ended {
    Told(ShellExit),
    Refused,
    Cut,
}

struct Gathered {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    max: usize,
    truncated: bool,
}

impl Gathered {
    fn new(max: usize) -> Self {
        Self { stdout: Vec::new(), stderr: Vec::new(), max, truncated: false }
    }

    async fn gather(&mut self, read: &mut ChannelReadHalf) -> Ended {
        let mut exit = None;
        while let Some(message) = read.wait().await {
            match message {
                ChannelMsg::Data { data } => self.truncated |= keep(&mut self.stdout, &data, self.max),
                ChannelMsg::ExtendedData { data, ext: STDERR } => {
                    self.truncated |= keep(&mut self.stderr, &data, self.max);
                }
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

    fn output(self, exit: ShellExit) -> RunOutput {
        RunOutput { stdout: self.stdout, stderr: self.stderr, exit, truncated: self.truncated }
    }
}

/// Keeps what fits; says whether something did not.
fn keep(kept: &mut Vec<u8>, data: &[u8], max: usize) -> bool {
    let room = max.saturating_sub(kept.len()).min(data.len());
    kept.extend_from_slice(&data[..room]);
    room < data.len()
}
