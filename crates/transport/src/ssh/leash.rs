//! Holds a connection on a leash until it is signed in.
//!
//! russh runs the handshake in a task of its own, which a dial that is given up (its time is over, or its caller went
//! away) would leave behind for ever. So the dialler keeps one end of a leash: when that end is dropped, the stream
//! breaks under the task; [`Leash::release`] sets the stream free.

use super::greeting::Greeting;
use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::oneshot,
};

/// The dialler's end.
#[derive(Debug)]
pub(super) struct Leash(oneshot::Sender<()>);

impl Leash {
    /// The connection stands on its own feet from here on.
    pub(super) fn release(self) {
        // The stream may have ended by itself in between.
        let _ = self.0.send(());
    }
}

/// A stream on a leash, overheard until its greeting is complete.
#[derive(Debug)]
pub(super) struct Leashed<S> {
    stream: S,
    greeting: Option<Greeting>,
    leash: Option<oneshot::Receiver<()>>,
}

/// Puts a stream on a leash.
pub(super) fn leashed<S>(stream: S) -> (Leashed<S>, Leash, Greeting) {
    let (held, leash) = oneshot::channel();
    let greeting = Greeting::default();
    (Leashed { stream, greeting: Some(greeting.clone()), leash: Some(leash) }, Leash(held), greeting)
}

impl<S> Leashed<S> {
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.leash.as_mut().map(|leash| Pin::new(leash).poll(cx)) {
            None | Some(Poll::Pending) => Ok(()),
            Some(Poll::Ready(Ok(()))) => {
                self.leash = None;
                Ok(())
            }
            Some(Poll::Ready(Err(_))) => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Leashed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if self.greeting.as_ref().is_some_and(|greeting| greeting.hear(&buf.filled()[before..])) {
            self.greeting = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Leashed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
