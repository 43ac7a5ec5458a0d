//! The hinge between hosts and the terminal engine: a shell is three bounded channels and nothing else.
//!
//! Because it is data, SSH, a local terminal, a sandbox and an echo fill the same struct, and the engine needs no mock.
//! A shell cannot be paused: whoever holds it has to read `output` at once and always (see `ssh::shell`).

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

/// How many messages a shell's way in holds; each is as long as what was typed or pasted at once.
pub(crate) const INPUT_QUEUE: usize = 64;

/// How many pieces of output wait to be taken. Each may be large, and what waits stands before the answer to Ctrl-C.
pub(crate) const OUTPUT_QUEUE: usize = 16;

/// A terminal's size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PtySize {
    /// Width.
    pub cols: u16,
    /// Height.
    pub rows: u16,
}

/// What goes into a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShellInput {
    /// Bytes that were typed or pasted.
    Data(Bytes),
    /// The terminal has another size now.
    Resize(PtySize),
}

/// How a shell ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShellExit {
    /// The remote program ended with this code.
    Exited(u32),
    /// A signal killed the remote program; the name is without `SIG`.
    Signalled(String),
    /// The way to it broke; the text says what broke.
    Lost(String),
}

/// A running shell. Dropping it, or its `output`, ends the remote side.
#[derive(Debug)]
pub struct Shell {
    /// What goes in. Dropping it leaves the shell running, deaf.
    pub input: mpsc::Sender<ShellInput>,
    /// What comes out, in order, up to the last byte; it ends before `exit` says how.
    pub output: mpsc::Receiver<Bytes>,
    /// How it ended. An error here means that the task behind the shell is gone: count it as lost.
    pub exit: oneshot::Receiver<ShellExit>,
}
