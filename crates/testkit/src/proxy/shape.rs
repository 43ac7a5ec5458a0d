//! How bytes lie in packets: a network joins what was sent apart and splits what was sent at once.

use std::time::Duration;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

/// How long a chunk may wait for the next ones.
const LONGEST_WAIT: u64 = 3;

/// No more than so much is joined.
const LARGEST: usize = 64 * 1024;

/// Bytes are joined and split at random; the same seed draws the same sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces {
    /// Where the random numbers begin.
    pub seed: u64,
    /// The largest piece, in bytes; at least 1.
    pub largest: usize,
}

/// The random numbers of one way through a connection.
#[derive(Debug, Default)]
pub(super) struct Shape {
    drawn: u64,
}

impl Shape {
    fn draw(&mut self, pieces: Pieces) -> u64 {
        self.drawn += 1;
        mixed(pieces.seed.wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Takes what comes within a moment into the same chunk, every other time.
    pub(super) async fn join(
        &mut self,
        pieces: Option<Pieces>,
        chunk: &mut Vec<u8>,
        queue: &mut mpsc::Receiver<(Instant, Vec<u8>)>,
    ) {
        let Some(drawn) = pieces.map(|pieces| self.draw(pieces)).filter(|drawn| drawn % 2 == 0) else { return };
        sleep(Duration::from_millis((drawn >> 8) % (LONGEST_WAIT + 1))).await;
        while chunk.len() < LARGEST
            && let Ok((_, next)) = queue.try_recv()
        {
            chunk.extend(next);
        }
    }

    /// The pieces in which a chunk goes on.
    pub(super) fn split<'a>(&mut self, pieces: Option<Pieces>, chunk: &'a [u8]) -> Vec<&'a [u8]> {
        let Some(pieces) = pieces else { return vec![chunk] };
        let (mut rest, mut split) = (chunk, Vec::new());
        while !rest.is_empty() {
            let len = 1 + (self.draw(pieces) >> 8) as usize % pieces.largest.max(1);
            let (piece, behind) = rest.split_at(len.min(rest.len()));
            split.push(piece);
            rest = behind;
        }
        split
    }
}

/// SplitMix64's finish: neighbouring numbers come out unlike.
fn mixed(mut number: u64) -> u64 {
    number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
