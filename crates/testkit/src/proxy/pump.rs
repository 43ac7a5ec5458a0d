//! Moves bytes one way, under the proxy's controls.

use super::shape::{Pieces, Shape};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::tcp::{ReadHalf, WriteHalf},
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

/// How many chunks may be on their way through a delayed connection.
const QUEUE: usize = 1024;

const CHUNK: usize = 16 * 1024;

/// No cut is ordered.
const NEVER: i64 = i64::MAX;

/// What the test wants to happen.
#[derive(Debug)]
pub(super) struct Controls {
    cuts: watch::Sender<u64>,
    stalled: watch::Sender<bool>,
    delay: watch::Sender<Duration>,
    pieces: watch::Sender<Option<Pieces>>,
    closings: [watch::Sender<u64>; 2],
    until_cut: AtomicI64,
    accepted: AtomicU64,
    open: AtomicU64,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            cuts: watch::Sender::new(0),
            stalled: watch::Sender::new(false),
            delay: watch::Sender::new(Duration::ZERO),
            pieces: watch::Sender::new(None),
            closings: [watch::Sender::new(0), watch::Sender::new(0)],
            until_cut: AtomicI64::new(NEVER),
            accepted: AtomicU64::new(0),
            open: AtomicU64::new(0),
        }
    }
}

impl Controls {
    pub(super) fn cut(&self) {
        self.cuts.send_modify(|count| *count += 1);
    }

    pub(super) fn cuts(&self) -> watch::Receiver<u64> {
        self.cuts.subscribe()
    }

    pub(super) fn cut_after(&self, bytes: u64) {
        self.until_cut.store(i64::try_from(bytes).unwrap_or(NEVER), Ordering::SeqCst);
    }

    pub(super) fn stall(&self, stalled: bool) {
        self.stalled.send_replace(stalled);
    }

    pub(super) fn delay(&self, delay: Duration) {
        self.delay.send_replace(delay);
    }

    pub(super) fn pieces(&self, pieces: Option<Pieces>) {
        self.pieces.send_replace(pieces);
    }

    pub(super) fn half_close(&self, direction: Direction) {
        self.closings[direction as usize].send_modify(|count| *count += 1);
    }

    /// Counts a connection, which is open until this is dropped.
    pub(super) fn count(self: &Arc<Self>) -> Open {
        self.accepted.fetch_add(1, Ordering::SeqCst);
        self.open.fetch_add(1, Ordering::SeqCst);
        Open(Arc::clone(self))
    }

    pub(super) fn open(&self) -> u64 {
        self.open.load(Ordering::SeqCst)
    }

    pub(super) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Waits out a stall.
    pub(super) async fn flowing(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.stalled.subscribe().wait_for(|stalled| !stalled).await;
    }

    /// How many of these bytes may still pass before the ordered cut.
    fn pass(&self, bytes: usize) -> usize {
        if self.until_cut.load(Ordering::SeqCst) == NEVER {
            return bytes;
        }
        let wanted = i64::try_from(bytes).unwrap_or(NEVER);
        let left = self.until_cut.fetch_sub(wanted, Ordering::SeqCst);
        usize::try_from(left.clamp(0, wanted)).unwrap_or(0)
    }

    fn cut_as_ordered(&self) {
        self.until_cut.store(NEVER, Ordering::SeqCst);
        self.cut();
    }
}

/// A connection that is counted as open.
#[derive(Debug)]
pub(super) struct Open(Arc<Controls>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the target.
    Up,
    /// From the target to the client.
    Down,
}

/// Carries bytes until one end closes.
pub(super) async fn carry(from: ReadHalf<'_>, to: WriteHalf<'_>, controls: &Controls, direction: Direction) {
    let (queue, due) = mpsc::channel(QUEUE);
    tokio::join!(read(from, queue, controls), write(to, due, controls, direction));
}

async fn read(mut from: ReadHalf<'_>, queue: mpsc::Sender<(Instant, Vec<u8>)>, controls: &Controls) {
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        let Ok(1..) = from.read_buf(&mut chunk).await else { return };
        let due = Instant::now() + *controls.delay.borrow();
        if queue.send((due, chunk)).await.is_err() {
            return;
        }
    }
}

async fn write(
    mut to: WriteHalf<'_>,
    mut queue: mpsc::Receiver<(Instant, Vec<u8>)>,
    controls: &Controls,
    direction: Direction,
) {
    let mut closing = controls.closings[direction as usize].subscribe();
    tokio::select! {
        through = pass_on(&mut to, &mut queue, controls, direction) => if !through {
            return;
        },
        // The sender lives in `controls`, so that this is a half-close and nothing else.
        _ = closing.changed() => {}
    }
    // The other end hears that no more comes.
    let _ = to.shutdown().await;
    // Whoever still sends is heard out, and not told.
    while queue.recv().await.is_some() {}
}

/// Hands on what comes. False when the connection broke on the way.
async fn pass_on(
    to: &mut WriteHalf<'_>,
    queue: &mut mpsc::Receiver<(Instant, Vec<u8>)>,
    controls: &Controls,
    direction: Direction,
) -> bool {
    let mut shape = Shape::default();
    while let Some((due, mut chunk)) = queue.recv().await {
        sleep_until(due).await;
        let pieces = *controls.pieces.borrow();
        shape.join(pieces, &mut chunk, queue).await;
        for piece in shape.split(pieces, &chunk) {
            controls.flowing().await;
            let passing = if direction == Direction::Down { controls.pass(piece.len()) } else { piece.len() };
            if to.write_all(&piece[..passing]).await.is_err() {
                return false;
            }
            if passing < piece.len() {
                controls.cut_as_ordered();
                return false;
            }
        }
    }
    true
}
