//! The one task of a session: it reads the shell at once and always, and watches the clock.

use crate::{Session, Settings, commands::CommandEvent, lifetime::Due, state::Shared};
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until, timeout, timeout_at},
};
use transport::{PtySize, Shell, ShellExit};
use wire::terminal::{EndReason, Ending};

/// How many of the shell's messages are taken into the ring in one step.
const BATCH: usize = 64;

/// How long the next batch waits for viewers who all lag. Short, because the link's other channels wait with it.
const PACE: Duration = Duration::from_millis(20);

/// Viewers who did not catch up within that are too slow to be waited for: they jump, and so long nobody waits for them.
/// Waiting on would let the output pile up on the way here, with the answer to Ctrl-C behind it.
const TOO_SLOW: Duration = Duration::from_secs(1);

/// How many typed commands may wait to be remembered; more are forgotten.
const LINES: usize = 64;

/// How long the exit may take to be told after the output ended.
const EXIT_PATIENCE: Duration = Duration::from_secs(5);

/// What the terminal shows when a limit ends it (SPEC §5).
const TIMEOUT_TEXT: &[u8] = b"\r\nSession timeout - connection closed\r\n";

/// The commands that were typed at the session's prompt, as far as they could be recognised. Some are lost rather than
/// waited for.
#[derive(Debug)]
pub struct Commands(mpsc::Receiver<CommandEvent>);

impl Commands {
    /// What becomes known next; `None` when the session is over.
    pub async fn next(&mut self) -> Option<CommandEvent> {
        self.0.recv().await
    }
}

/// Takes a shell into care. The session lives until it ends or its last handle is dropped.
pub fn start(shell: Shell, size: PtySize, settings: Settings) -> (Session, Commands) {
    let Shell { input, output, exit } = shell;
    let shared = Arc::new(Shared::new(input, size, settings));
    let (lines, commands) = mpsc::channel(LINES);
    tokio::spawn(Engine { shared: shared.clone(), output, exit, lines, free_until: None }.run());
    (Session::new(shared), Commands(commands))
}

struct Engine {
    shared: Arc<Shared>,
    output: mpsc::Receiver<Bytes>,
    exit: oneshot::Receiver<ShellExit>,
    lines: mpsc::Sender<CommandEvent>,
    /// Until when the viewers are not waited for.
    free_until: Option<Instant>,
}

impl Engine {
    async fn run(mut self) {
        let mut wake = self.time_passes();
        let alarm = sleep_until(wake.unwrap_or_else(Instant::now));
        tokio::pin!(alarm);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                () = self.shared.stop.notified() => return,
                () = &mut alarm, if wake.is_some() => {
                    wake = self.time_passes();
                    if let Some(at) = wake {
                        alarm.as_mut().reset(at);
                    }
                }
                received = self.output.recv_many(&mut batch, BATCH) => {
                    if received == 0 {
                        return self.remote_ended().await;
                    }
                    self.shared.show(&batch);
                    self.find_commands(&batch);
                    batch.clear();
                    self.wait_for_viewers().await;
                }
            }
        }
    }

    /// Gives viewers who all lag a moment to draw, so that one who nearly keeps up never loses its place.
    async fn wait_for_viewers(&mut self) {
        if self.free_until.is_some_and(|until| Instant::now() < until) || !self.shared.all_lag() {
            return;
        }
        let (until, mut changed) = (Instant::now() + PACE, self.shared.watch());
        while self.shared.all_lag() {
            if timeout_at(until, changed.changed()).await.is_err() {
                self.free_until = Some(until + TOO_SLOW);
                return;
            }
        }
    }

    /// Warns of a limit and ends the session when it is reached; else says when to look again. Being seen only ever
    /// moves a limit away, so that looking too early is the worst that can happen.
    fn time_passes(&self) -> Option<Instant> {
        let limit = self.shared.next_limit()?;
        match self.shared.due(&limit) {
            Due::Nothing(until) => Some(until),
            Due::Warning => {
                self.shared.warn(&limit);
                Some(limit.at)
            }
            Due::End => {
                self.shared.finish(limit.reason.into(), TIMEOUT_TEXT);
                None
            }
        }
    }

    fn find_commands(&self, batch: &[Bytes]) {
        let mut detector = self.shared.detector();
        for event in batch.iter().flat_map(|bytes| detector.shown(bytes)) {
            // A full queue means that nobody remembers commands fast enough: they are an aid, the terminal is not.
            let _ = self.lines.try_send(event);
        }
    }

    async fn remote_ended(self) {
        let lost = || ShellExit::Lost("the link to the host broke off".into());
        let exit = match timeout(EXIT_PATIENCE, self.exit).await {
            Ok(told) => told.unwrap_or_else(|_| lost()),
            Err(_) => lost(),
        };
        self.shared.finish(ending_of(exit), b"");
    }
}

fn ending_of(exit: ShellExit) -> Ending {
    match exit {
        ShellExit::Exited(code) => Ending { exit_code: Some(code), ..EndReason::RemoteExit.into() },
        ShellExit::Signalled(signal) => Ending { signal: Some(signal), ..EndReason::RemoteExit.into() },
        ShellExit::Lost(message) => Ending { message: Some(message), ..EndReason::Error.into() },
    }
}
