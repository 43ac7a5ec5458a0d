//! A login shell under a pseudo-terminal, as a [`Shell`].
//!
//! One task carries both directions. It always reads: a channel that nobody reads freezes the whole connection. So
//! whoever holds the shell must drain its output; the queue between is short and only evens out bursts.

use super::{
    closing::Closing,
    link::Link,
    place::{ChannelUse, Place},
};
use crate::{DialError, FarEnd, PtySize, Shell, ShellExit, ShellInput, scripted_shell};
use bytes::Bytes;
use futures::{FutureExt, future};
use russh::{ChannelMsg, ChannelReadHalf, Pty};
use tokio::sync::mpsc;

const TERM: &str = "xterm-256color";

/// What a host may take over into the shell's environment; most take only `LANG`, and nothing depends on it.
const ENVIRONMENT: [(&str, &str); 2] = [("LANG", "C.UTF-8"), ("COLORTERM", "truecolor")];

/// How much output is handed out as one piece, about.
const PIECE: usize = 64 * 1024;

/// The line editor of the kernel must know about UTF-8, or erasing a character leaves half of it.
const MODES: [(Pty, u32); 3] = [(Pty::IUTF8, 1), (Pty::TTY_OP_ISPEED, 38_400), (Pty::TTY_OP_OSPEED, 38_400)];

impl Link {
    /// Opens a login shell. After the channel itself nothing is waited for: all requests leave at once, and a host that
    /// refuses one ends the shell with [`ShellExit::Lost`], which says so.
    pub async fn open_shell(&self, size: PtySize) -> Result<Shell, DialError> {
        self.start_shell(size, None).await
    }

    /// The same with a command in the login shell's place.
    pub(super) async fn start_shell(&self, size: PtySize, command: Option<String>) -> Result<Shell, DialError> {
        let place = self.place(ChannelUse::Shell);
        let (read, write) = self.session(Closing::hangs_up).await?;
        self.forward_agent(&write).await.map_err(|_| self.lost())?;
        request(&write, size, command).await.map_err(|_| self.lost())?;
        let (shell, far) = scripted_shell();
        tokio::spawn(carry(self.clone(), place, read, write, far));
        Ok(shell)
    }
}

async fn request(write: &Closing, size: PtySize, command: Option<String>) -> Result<(), russh::Error> {
    write.request_pty(true, TERM, size.cols.into(), size.rows.into(), 0, 0, &MODES).await?;
    for (name, value) in ENVIRONMENT {
        write.set_env(false, name, value).await?;
    }
    match command {
        Some(command) => write.exec(true, command).await,
        None => write.request_shell(true).await,
    }
}

/// Carries bytes both ways until the host ends the shell or nobody wants its output any more. Holds the link.
async fn carry(link: Link, _place: Place, mut read: ChannelReadHalf, mut write: Closing, far: FarEnd) {
    let FarEnd { input, output, exit } = far;
    let ending = tokio::select! {
        biased;
        ending = deliver(&mut read, &output) => ending,
        () = output.closed() => None,
        () = feed(input, &write, &link) => None,
    };
    let Some(ending) = ending else { return };
    write.is_closed();
    // The output ends before the exit is told, so that whoever reads it to its end has seen everything.
    drop(output);
    let _ = exit.send(ending.told(&link));
}

/// How the host ended the channel.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    Told(ShellExit),
    Silent,
    Cut,
}

impl Ending {
    fn told(self, link: &Link) -> ShellExit {
        match self {
            Self::Told(exit) => exit,
            Self::Silent => ShellExit::Lost("the host closed the shell without saying how it ended".to_owned()),
            Self::Cut => match link.lost() {
                DialError::Lost { why } => ShellExit::Lost(why),
                other => ShellExit::Lost(other.to_string()),
            },
        }
    }
}

/// Hands out what the host sends. `None` when nobody takes it any more.
async fn deliver(read: &mut ChannelReadHalf, output: &mpsc::Sender<Bytes>) -> Option<Ending> {
    let mut exit = None;
    let mut granted = 0;
    let mut next = None;
    loop {
        let message = match next.take() {
            Some(message) => message,
            None => read.wait().await,
        };
        match message {
            Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. }) => {
                let (piece, other) = with_what_follows(data, read);
                output.send(piece).await.ok()?;
                next = other;
            }
            Some(ChannelMsg::ExitStatus { exit_status }) => exit = Some(ShellExit::Exited(exit_status)),
            Some(ChannelMsg::ExitSignal { signal_name, .. }) => exit = Some(signalled(&signal_name)),
            Some(ChannelMsg::Success) => granted += 1,
            Some(ChannelMsg::Failure) => return Some(Ending::Told(refused(granted))),
            Some(ChannelMsg::Close) => return Some(exit.map_or(Ending::Silent, Ending::Told)),
            None => return Some(exit.map_or(Ending::Cut, Ending::Told)),
            Some(_) => {}
        }
    }
}

/// The output with what lies ready behind it, as one piece, and the first message that is something else. What comes
/// together is cheaper to keep, to look through and to send on together.
fn with_what_follows(first: Bytes, read: &mut ChannelReadHalf) -> (Bytes, Option<Option<ChannelMsg>>) {
    let mut more = match read.wait().now_or_never() {
        Some(Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. })) => data,
        other => return (first, other),
    };
    let mut piece = Vec::with_capacity(PIECE);
    piece.extend_from_slice(&first);
    loop {
        piece.extend_from_slice(&more);
        if piece.len() >= PIECE {
            return (piece.into(), None);
        }
        more = match read.wait().now_or_never() {
            Some(Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. })) => data,
            other => return (piece.into(), other),
        };
    }
}

/// Terminal and shell are asked for in this order, and answered in it.
fn refused(granted: u32) -> ShellExit {
    let what = if granted == 0 { "gives no terminal (pseudo-terminal request refused)" } else { "starts no shell" };
    ShellExit::Lost(format!("the host {what}"))
}

/// Passes on what is typed. Never ends by itself: a shell whose input was dropped runs on.
async fn feed(mut input: mpsc::Receiver<ShellInput>, write: &Closing, link: &Link) {
    while let Some(message) = input.recv().await {
        link.traffic().typed();
        let sent = match message {
            ShellInput::Data(bytes) => write.data_bytes(bytes).await,
            ShellInput::Resize(size) => write.window_change(size.cols.into(), size.rows.into(), 0, 0).await,
        };
        if sent.is_err() {
            break;
        }
    }
    future::pending().await
}

/// The signal's name without `SIG`.
pub(super) fn signalled(signal: &russh::Sig) -> ShellExit {
    let name = match signal {
        russh::Sig::Custom(name) => name.trim_start_matches("SIG").to_owned(),
        known => format!("{known:?}"),
    };
    ShellExit::Signalled(name)
}
