//! The one task of a session: it reads the shell at once and always, and watches the clock.

use crate::{Session, Settings, Tap, commands::CommandEvent, state::Shared};
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
const PACE: Duration = Duration::from_millis(40);

/// Viewers who did not catch up within that are too slow to be waited for: they jump, and so long nobody waits for them.
/// Waiting on would let the output pile up on the way here, with the answer to Ctrl-C behind it.
const TOO_SLOW: Duration = Duration::from_secs(1);

/// How many typed commands may wait to be remembered; more are forgotten.
const LINES: usize = 64;

/// How long the exit may take to be told after the output ended.
const EXIT_PATIENCE: Duration = Duration::from_secs(5);

/// What the terminal shows when a limit ends it (SPEC §5).
const TIMEOUT_TEXT: &[u8] = b"\r\nSession timeout - connection closed\r\n";

/// What it shows when it may not go on unrecorded.
const UNRECORDED_TEXT: &[u8] = b"\r\nSession ended - it can no longer be recorded\r\n";

/// The server's own last words are shorter than that, in bytes.
const LAST_WORDS: usize = 1024;

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
/// With a tap, all that it shows is recorded; what becomes of a session whose recording breaks off, the tap knows.
pub fn start(shell: Shell, size: PtySize, settings: Settings, tap: Option<Tap>) -> (Session, Commands) {
    let Shell { input, output, exit } = shell;
    let shared = Arc::new(Shared::new(input, size, settings, tap));
    let (lines, commands) = mpsc::channel(LINES);
    tokio::spawn(
        Engine { shared: shared.clone(), output, exit, lines, free_until: None, recorded: 0, recorded_size: size }
            .run(),
    );
    (Session::new(shared), Commands(commands))
}

struct Engine {
    shared: Arc<Shared>,
    output: mpsc::Receiver<Bytes>,
    exit: oneshot::Receiver<ShellExit>,
    lines: mpsc::Sender<CommandEvent>,
    /// Until when the viewers are not waited for.
    free_until: Option<Instant>,
    /// Up to which offset the tap has the output.
    recorded: u64,
    /// The size that the tap knows of.
    recorded_size: PtySize,
}

impl Engine {
    async fn run(mut self) {
        self.attend().await;
        self.end_recording();
    }

    async fn attend(&mut self) {
        let shared = self.shared.clone();
        let broken = recording_breaks(&shared);
        tokio::pin!(broken);
        let mut recording = shared.tap.is_some();
        let mut wake = self.time_passes();
        let alarm = sleep_until(wake.unwrap_or_else(Instant::now));
        tokio::pin!(alarm);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                () = self.shared.stop.notified() => return,
                why = &mut broken, if recording => {
                    recording = false;
                    self.recording_broke(why);
                }
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
                    self.record(&batch);
                    self.shared.show(&batch);
                    self.find_commands(&batch);
                    batch.clear();
                    if let Some(tap) = &shared.tap && recording {
                        // Why it does not is heard in the next round.
                        let _ = tap.keeps_up().await;
                    }
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
        let outlook = self.shared.time_passes();
        if let Some(reason) = outlook.over {
            self.shared.finish(reason.into(), TIMEOUT_TEXT);
            return None;
        }
        outlook.look
    }

    fn find_commands(&self, batch: &[Bytes]) {
        let mut detector = self.shared.detector();
        for event in batch.iter().flat_map(|bytes| detector.shown(bytes)) {
            // A full queue means that nobody remembers commands fast enough: they are an aid, the terminal is not.
            if let (Some(tap), CommandEvent::Typed { line, .. }) = (&self.shared.tap, &event) {
                tap.marked(line);
            }
            let _ = self.lines.try_send(event);
        }
    }

    /// Hands the tap what is about to be shown, before any viewer sees it.
    fn record(&mut self, batch: &[Bytes]) {
        let Some(tap) = &self.shared.tap else { return };
        let size = self.shared.state().size;
        if size != self.recorded_size {
            self.recorded_size = size;
            tap.resized(size);
        }
        tap.shown(batch);
        self.recorded += batch.iter().map(|bytes| bytes.len() as u64).sum::<u64>();
    }

    /// Records the last words that the server itself said.
    fn end_recording(&mut self) {
        let words = self.shared.state().ring.read(self.recorded, LAST_WORDS).unwrap_or_default();
        self.record(&[words.into()]);
        if let Some(tap) = &self.shared.tap {
            tap.close();
        }
    }

    /// The recording has broken off: a session that may not go on without it ends.
    fn recording_broke(&self, why: String) {
        if self.shared.tap.as_ref().is_some_and(Tap::is_required) {
            let message = Some(format!("its recording, which is required, could not be written: {why}"));
            self.shared.finish(Ending { message, ..EndReason::Error.into() }, UNRECORDED_TEXT);
        }
    }

    async fn remote_ended(&mut self) {
        let lost = || ShellExit::Lost("the link to the host broke off".into());
        let exit = match timeout(EXIT_PATIENCE, &mut self.exit).await {
            Ok(told) => told.unwrap_or_else(|_| lost()),
            Err(_) => lost(),
        };
        self.shared.finish(ending_of(exit), b"");
    }
}

/// Waits until the session's recording breaks off; for ever when there is none.
async fn recording_breaks(shared: &Shared) -> String {
    match &shared.tap {
        Some(tap) => tap.broken().await,
        None => std::future::pending().await,
    }
}

fn ending_of(exit: ShellExit) -> Ending {
    match exit {
        ShellExit::Exited(code) => Ending { exit_code: Some(code), ..EndReason::RemoteExit.into() },
        ShellExit::Signalled(signal) => Ending { signal: Some(signal), ..EndReason::RemoteExit.into() },
        ShellExit::Lost(message) => Ending { message: Some(message), ..EndReason::Error.into() },
    }
}
