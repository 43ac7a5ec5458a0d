//! Reads a connection in few large pieces while it floods, and at once otherwise.
//!
//! A host sends a terminal's output as it gets it, a few kilobytes at a time. Woken for each of them, this side would
//! spend its time on being woken, and take that time from the host when both are on one machine. So once it
//! sends much in a short time, each next read waits a moment; all that comes after profits, up to the viewer. An echo
//! is smaller than that, and so is a screenful; and what a person types into another channel of the connection is not
//! kept waiting for its echo either. While somebody types into another connection, the flood gives way ([`Traffic`]).

use super::traffic::Traffic;
use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// What an idle connection holds. The SSH library alone would read each packet's length by itself.
const SMALL: usize = 2 * 1024;

/// What is read at once under flood. Larger blocks are given back to the system each time, and come back as page faults.
const LARGE: usize = 64 * 1024;

/// So much within a [`SPELL`] is a flood.
const MUCH: usize = 16 * 1024;
const SPELL: Duration = Duration::from_millis(4);

/// A flood that brings less than this in a moment is over.
const LITTLE: usize = 2 * 1024;

/// How long a flood is left to gather: the least that the timer knows.
const MOMENT: Duration = Duration::from_millis(1);

/// A stream that is read ahead.
#[derive(Debug)]
pub(super) struct Gathered<S> {
    stream: S,
    buffer: Vec<u8>,
    /// What of the buffer was handed out, and what is in it.
    taken: usize,
    filled: usize,
    /// When the spell began, and what came since.
    spell: Option<Instant>,
    came: usize,
    flood: bool,
    traffic: Traffic,
    pause: Option<Pin<Box<Sleep>>>,
}

/// Reads ahead on a stream.
pub(super) fn gathered<S>(stream: S, traffic: Traffic) -> Gathered<S> {
    Gathered {
        stream,
        buffer: Vec::new(),
        taken: 0,
        filled: 0,
        spell: None,
        came: 0,
        flood: false,
        traffic,
        pause: None,
    }
}

impl<S: AsyncRead + Unpin> Gathered<S> {
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        let size =
            if self.flood || self.buffer.len() == LARGE && self.traffic.flooded_recently() { LARGE } else { SMALL };
        if self.buffer.len() != size {
            self.buffer = vec![0; size];
        }
        let mut space = ReadBuf::new(&mut self.buffer);
        let read = Pin::new(&mut self.stream).poll_read(cx, &mut space);
        let filled = space.filled().len();
        match read {
            Poll::Ready(result) => {
                (self.taken, self.filled) = (0, filled);
                self.traffic.came(filled);
                self.learn(filled, size);
                Poll::Ready(result)
            }
            Poll::Pending => {
                self.flood = false;
                self.traffic.floods(false);
                Poll::Pending
            }
        }
    }

    /// Learns from what came into a buffer of this size.
    fn learn(&mut self, filled: usize, size: usize) {
        let now = Instant::now();
        if self.spell.is_none_or(|begun| now - begun > SPELL) {
            (self.spell, self.came) = (Some(now), 0);
        }
        self.came += filled;
        self.flood = self.came >= MUCH || self.flood && filled >= LITTLE;
        self.traffic.floods(self.flood);
        if self.flood {
            self.pause = self.pause_after(filled, size).map(|pause| Box::pin(sleep(pause)));
        }
    }

    fn pause_after(&self, filled: usize, size: usize) -> Option<Duration> {
        if let Some(pause) = self.traffic.gives_way(filled) {
            return Some(pause.max(MOMENT));
        }
        // A full buffer has more behind it.
        (filled < size && !self.traffic.is_answering()).then_some(MOMENT)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.taken == self.filled {
            ready!(self.fill(cx))?;
        }
        let ready = &self.buffer[self.taken..self.filled];
        let ready = &ready[..ready.len().min(buf.remaining())];
        buf.put_slice(ready);
        self.taken += ready.len();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // The SSH library looks for what comes as soon as it has sent.
        if self.traffic.is_answering() {
            self.pause = None;
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.traffic.sent(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    fn far() -> (Gathered<DuplexStream>, DuplexStream) {
        let (near, far) = duplex(1024 * 1024);
        (gathered(near, Traffic::new(None, false)), far)
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_read_in_few_pieces_and_whole() {
        const PIECES: usize = 300;
        let (mut near, mut far) = far();
        let sending = tokio::spawn(async move {
            for number in 0..PIECES {
                far.write_all(&[number as u8; 4000]).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        let (mut count, mut all, mut buffer) = (0, Vec::new(), vec![0; 2 * LARGE]);
        loop {
            let read = near.read(&mut buffer).await.unwrap();
            if read == 0 {
                break;
            }
            count += 1;
            all.extend_from_slice(&buffer[..read]);
        }
        sending.await.unwrap();
        assert!(count < PIECES / 4, "{count} reads");
        assert_eq!(all, (0..PIECES).flat_map(|number| [number as u8; 4000]).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_no_flood_never_waits() {
        let (mut near, mut far) = far();
        let mut buffer = [0; 4096];
        for _ in 0..100 {
            far.write_all(&[7; 1000]).await.unwrap();
            let begun = Instant::now();
            near.read_exact(&mut buffer[..1000]).await.unwrap();
            assert_eq!(begun.elapsed(), Duration::ZERO);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_waits_unless_something_was_asked() {
        let (mut near, mut far) = far();
        let mut buffer = vec![0; LARGE];
        for (asks, waits) in [(false, true), (true, false)] {
            far.write_all(&[7; 40_000]).await.unwrap();
            near.read_exact(&mut buffer[..40_000]).await.unwrap();
            if asks {
                near.traffic.asked();
                near.write_all(b"x").await.unwrap();
            }
            far.write_all(&[7; 4000]).await.unwrap();
            let begun = Instant::now();
            near.read_exact(&mut buffer[..4000]).await.unwrap();
            assert_eq!(begun.elapsed() >= MOMENT, waits);
            tokio::time::advance(Duration::from_millis(10)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_large_is_kept_when_the_flood_is_over() {
        let (mut near, mut far) = far();
        let mut buffer = vec![0; LARGE];
        far.write_all(&[7; 60_000]).await.unwrap();
        near.read_exact(&mut buffer[..60_000]).await.unwrap();
        assert_eq!((near.buffer.len(), near.traffic.flooded_recently()), (LARGE, true));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!near.traffic.flooded_recently());
        // The next sign of life, at the latest a keepalive's answer.
        far.write_all(&[7; 40]).await.unwrap();
        near.read_exact(&mut buffer[..40]).await.unwrap();
        assert!(tokio::time::timeout(Duration::from_secs(1), near.read(&mut buffer)).await.is_err());
        assert_eq!(near.buffer.len(), SMALL);
    }
}
