//! The recorder: one thread for all recordings.
//!
//! It sleeps until a tap has something, gathers for a moment what else comes, and writes what every tap holds, each as
//! one compressed frame of whole lines: what was written can be read whatever happens next. With nothing to write it
//! costs no wake-up and no memory but the open files.

use super::{
    RecordingError, RecordingKey, TapSettings,
    inbox::Inbox,
    pen::{Pen, Tools},
    tap::Tap,
};
use crate::cast::Header;
use std::{
    fs::File,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// An event is on its way to the disk after so long. Writing takes its time too: 250 ms are promised.
const GATHER: Duration = Duration::from_millis(150);

/// With nothing to do for so long, memory is given back.
const CALM: Duration = Duration::from_secs(5);

/// Writes recordings. Cheap to clone; ends with its last clone, after what the taps hold is written.
#[derive(Clone)]
pub struct Recorder(Arc<Door>);

struct Door(Arc<Desk>);

/// A recording that runs.
pub struct Recording(oneshot::Receiver<Written>);

/// How a recording went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its length.
    pub duration: Duration,
    /// How many commands are marked in it.
    pub markers: u32,
    /// Why it breaks off.
    pub failure: Option<String>,
}

/// Where taps announce themselves.
#[derive(Default)]
pub(super) struct Desk {
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

#[derive(Default)]
struct Waiting {
    ready: Vec<Arc<Inbox>>,
    due: Option<Instant>,
    over: bool,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.0.waiting().over = true;
        self.0.wake.notify_one();
    }
}

impl Recording {
    /// Waits for its end.
    pub async fn written(self) -> Written {
        let lost = || Written { duration: Duration::ZERO, markers: 0, failure: Some("the recorder stopped".into()) };
        self.0.await.unwrap_or_else(|_| lost())
    }
}

impl Recorder {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn start() -> std::io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let own = desk.clone();
        std::thread::Builder::new().name("recorder".into()).spawn(move || run(&own))?;
        Ok(Self(Arc::new(Door(desk))))
    }

    /// Begins a recording in an empty file: its header is on the disk when this returns. Blocks for that long.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(
        &self,
        file: File,
        header: &Header,
        key: Option<(&RecordingKey, &str)>,
        settings: TapSettings,
    ) -> Result<(Tap, Recording), RecordingError> {
        let (done, written) = oneshot::channel();
        let pen = Pen::new(file, header, key, settings.input, done)?;
        let inbox = Arc::new(Inbox::new(pen));
        Ok((Tap::new(inbox, self.0.0.clone(), settings), Recording(written)))
    }
}

fn run(desk: &Desk) {
    let mut tools = None;
    while let Some(ready) = desk.next(&mut tools) {
        for inbox in ready {
            inbox.serve(&mut tools);
        }
    }
}

impl Desk {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something is in an inbox.
    pub(super) fn tell(&self, inbox: &Arc<Inbox>, at_once: bool) {
        let mut waiting = self.waiting();
        let first = waiting.due.is_none();
        waiting.ready.push(inbox.clone());
        let now = Instant::now();
        let due = if at_once { now } else { now + GATHER };
        waiting.due = Some(waiting.due.map_or(due, |other| other.min(due)));
        if first || at_once {
            self.wake.notify_one();
        }
    }

    /// Waits for the next round; `None` when there will be none.
    fn next(&self, tools: &mut Option<Tools>) -> Option<Vec<Arc<Inbox>>> {
        let mut waiting = self.waiting();
        loop {
            let now = Instant::now();
            let pause = match waiting.due {
                Some(due) if due <= now => {
                    waiting.due = None;
                    return Some(std::mem::take(&mut waiting.ready));
                }
                Some(due) => Some(due - now),
                None if waiting.over => return None,
                None => tools.is_some().then_some(CALM),
            };
            waiting = match pause {
                None => self.wake.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Some(pause) => {
                    let (waiting, slept) =
                        self.wake.wait_timeout(waiting, pause).unwrap_or_else(PoisonError::into_inner);
                    if slept.timed_out() && waiting.due.is_none() {
                        *tools = None;
                    }
                    waiting
                }
            };
        }
    }
}
