//! A TCP proxy that breaks connections on demand: between a client and what it talks to.
//!
//! It breaks the transport only: it knows nothing of what it carries, and loses no byte unless it is told to cut.

mod pump;
mod shape;

pub use pump::Direction;
use pump::{Controls, carry};
pub use shape::Pieces;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// A running proxy. Dropping it cuts everything.
#[derive(Debug)]
pub struct FaultProxy {
    port: u16,
    controls: Arc<Controls>,
    accepting: JoinHandle<()>,
}

impl FaultProxy {
    /// Forwards connections from a free port of the loopback address to the target.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let controls = Arc::new(Controls::default());
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&controls)));
        Self { port, controls, accepting }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts all connections now, with a reset. New ones are forwarded again.
    pub fn cut(&self) {
        self.controls.cut();
    }

    /// Cuts all connections once this many more bytes went from the target to clients.
    pub fn cut_after(&self, bytes: u64) {
        self.controls.cut_after(bytes);
    }

    /// While stalled, connections are accepted and stay open, and nothing is forwarded on any.
    pub fn stall(&self, stalled: bool) {
        self.controls.stall(stalled);
    }

    /// Holds every byte back for this long, in each direction; bytes overtake each other never.
    pub fn delay(&self, delay: Duration) {
        self.controls.delay(delay);
    }

    /// Joins and splits the bytes at random; with `None` they go on as they come.
    pub fn pieces(&self, pieces: Option<Pieces>) {
        self.controls.pieces(pieces);
    }

    /// Ends all connections in one direction only, properly: who listens there hears the end, who sends there is heard
    /// out and learns nothing, and the other direction goes on. New connections are whole.
    pub fn half_close(&self, direction: Direction) {
        self.controls.half_close(direction);
    }

    /// Falls silent for this long, as a network does that was lost, and then cuts all connections. New ones are
    /// forwarded again.
    pub async fn lose(&self, silence: Duration) {
        self.stall(true);
        sleep(silence).await;
        self.cut();
        self.stall(false);
    }

    /// How many connections were accepted since the start.
    pub fn accepted(&self) -> u64 {
        self.controls.accepted()
    }

    /// How many connections are open now: those of which not both ends have closed.
    pub fn open(&self) -> u64 {
        self.controls.open()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.controls.cut();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, controls: Arc<Controls>) {
    while let Ok((client, _)) = listener.accept().await {
        let open = controls.count();
        let carrying = forward(client, target, Arc::clone(&controls));
        tokio::spawn(async move {
            carrying.await;
            drop(open);
        });
    }
}

async fn forward(mut client: TcpStream, target: SocketAddr, controls: Arc<Controls>) {
    let mut cut = controls.cuts();
    tokio::select! {
        () = connect_and_carry(&mut client, target, &controls) => {}
        _ = cut.changed() => {
            // No waiting at close: the peer sees a reset.
            let _ = client.set_zero_linger();
        }
    }
}

async fn connect_and_carry(client: &mut TcpStream, target: SocketAddr, controls: &Controls) {
    controls.flowing().await;
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    for stream in [&*client, &server] {
        let _ = stream.set_nodelay(true);
    }
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    tokio::join!(
        carry(from_client, to_server, controls, Direction::Up),
        carry(from_server, to_client, controls, Direction::Down),
    );
}

#[cfg(test)]
mod tests;
