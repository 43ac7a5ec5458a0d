//! A session that floods: `yes`, read to the last byte by a thread of its own.

use crate::{
    Result,
    terminal::{Terminal, read_until},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// How long the rest may take to come after the flood was stopped.
const EBB: Duration = Duration::from_secs(60);

const CTRL_C: &[u8] = b"\x03";

/// A running flood.
pub(crate) struct Flood {
    stop: Arc<AtomicBool>,
    reader: JoinHandle<Result<Ebbed>>,
}

/// What is left of it.
pub(crate) struct Ebbed {
    /// The terminal, at its prompt again.
    pub(crate) terminal: Box<dyn Terminal>,
    /// How strong it was.
    pub(crate) megabytes_a_second: f64,
}

impl Flood {
    /// Starts it in a terminal that is at its prompt.
    pub(crate) fn start(mut terminal: Box<dyn Terminal>) -> Result<Self> {
        terminal.send(b"yes\n")?;
        let stop = Arc::new(AtomicBool::new(false));
        let asked = stop.clone();
        let reader = std::thread::spawn(move || read(terminal, &asked));
        Ok(Self { stop, reader })
    }

    /// Stops it, and waits until the terminal is at its prompt.
    pub(crate) fn stop(self) -> Result<Ebbed> {
        self.stop.store(true, Relaxed);
        self.reader.join().map_err(|_| "the flood's reader broke")?
    }
}

fn read(mut terminal: Box<dyn Terminal>, stop: &AtomicBool) -> Result<Ebbed> {
    let begun = Instant::now();
    let skipped_before = terminal.skipped();
    let mut came = 0;
    while !stop.load(Relaxed) {
        came += terminal.receive()?.len() as u64;
    }
    let bytes = came + terminal.skipped() - skipped_before;
    let megabytes_a_second = bytes as f64 / 1e6 / begun.elapsed().as_secs_f64();
    terminal.send(CTRL_C)?;
    terminal.send(b"echo EB\"\"BED\n")?;
    read_until(terminal.as_mut(), "EBBED\r\n", EBB)?;
    Ok(Ebbed { terminal, megabytes_a_second })
}
