//! Shells without a host, for the tests of whatever stands on top of [`Shell`].
//!
//! They keep the promises of a real shell (bounds, order, output ends before the exit is told) but know no terminal:
//! nothing is translated, and sizes are ignored by the echo.

use crate::shell::{INPUT_QUEUE, OUTPUT_QUEUE, Shell, ShellExit, ShellInput};
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

/// The far ends of a [`Shell`]: what the remote side would hold.
#[derive(Debug)]
pub struct FarEnd {
    /// What was typed.
    pub input: mpsc::Receiver<ShellInput>,
    /// What is shown. Drop it before telling the exit, as a real shell does.
    pub output: mpsc::Sender<Bytes>,
    /// How it ends.
    pub exit: oneshot::Sender<ShellExit>,
}

/// A shell that a script drives by its far ends.
pub fn scripted_shell() -> (Shell, FarEnd) {
    let (input, typed) = mpsc::channel(INPUT_QUEUE);
    let (shown, output) = mpsc::channel(OUTPUT_QUEUE);
    let (told, exit) = oneshot::channel();
    (Shell { input, output, exit }, FarEnd { input: typed, output: shown, exit: told })
}

/// A shell that says what it is told. A lone Ctrl-D (`\x04`) ends it with code 0.
pub fn echo_shell() -> Shell {
    let (shell, far) = scripted_shell();
    tokio::spawn(echo(far));
    shell
}

async fn echo(mut far: FarEnd) {
    while let Some(message) = far.input.recv().await {
        match message {
            ShellInput::Data(bytes) if bytes.as_ref() == b"\x04" => break,
            ShellInput::Data(bytes) => {
                if far.output.send(bytes).await.is_err() {
                    return;
                }
            }
            ShellInput::Resize(_) => {}
        }
    }
    drop(far.output);
    // The holder may have left; then nobody asks how it ended.
    let _ = far.exit.send(ShellExit::Exited(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn echoes_then_ends_at_ctrl_d() {
        let mut shell = echo_shell();
        shell.input.send(ShellInput::Data(Bytes::from_static(b"hello"))).await.unwrap();
        assert_eq!(shell.output.recv().await.unwrap(), "hello");
        shell.input.send(ShellInput::Data(Bytes::from_static(b"\x04"))).await.unwrap();
        assert_eq!(shell.output.recv().await, None);
        assert_eq!(shell.exit.await.unwrap(), ShellExit::Exited(0));
    }
}
