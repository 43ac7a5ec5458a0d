//! The terminal page: one terminal that keeps its place over as many sockets as it takes.
//!
//! It does what `app/src/terminal/channel.rs` does: comes back with the last ticket and offset, acknowledges what it
//! has drawn, numbers what is typed and sends again what was not acknowledged. And it doubts everything: where it knows
//! what the host prints, every byte of output is compared, and every sight with that of a terminal that missed nothing.

use super::{
    connect,
    emulator::{Emulator, SIZE},
    lab::PATIENCE,
    socket::Socket,
};
use futures::{SinkExt, StreamExt};
use std::net::SocketAddr;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use wire::{
    frames::{Attach, ClientFrame, ServerFrame},
    terminal::Ending,
};

/// Longer inputs are sent in pieces.
const PIECE: usize = 16 * 1024;

/// A page with one terminal.
pub(crate) struct Page {
    /// Of the server, or of a proxy before it.
    pub(crate) address: SocketAddr,
    session: String,
    bearer: String,
    client: u64,
    socket: Option<Socket>,
    ticket: Option<String>,
    /// Everything that was typed.
    typed: Vec<u8>,
    /// How much of it the session has, and how much this socket carried.
    taken: u64,
    sent: u64,
    /// Up to where output was drawn; nothing was before the first snapshot.
    pub(crate) offset: u64,
    fresh: bool,
    /// Acknowledges nothing while it is set: a page that cannot draw.
    pub(crate) numb: bool,
    drawn: Emulator,
    whole: Whole,
    /// How often the terminal was painted anew.
    pub(crate) snapshots: u32,
    pub(crate) ended: Option<Ending>,
    pub(crate) closed: Option<u16>,
}

/// All that the session shows, and a terminal that sees every byte of it.
struct Whole {
    bytes: Vec<u8>,
    /// From here on the bytes are known before they come.
    known: bool,
    terminal: Emulator,
    at: usize,
}

impl Page {
    /// A page that was not connected yet.
    pub(crate) fn new(address: SocketAddr, session: &str, token: &str) -> Self {
        Self {
            address,
            session: session.to_owned(),
            bearer: format!("Bearer {token}"),
            client: uuid::Uuid::new_v4().as_u64_pair().0,
            socket: None,
            ticket: None,
            typed: Vec::new(),
            taken: 0,
            sent: 0,
            offset: 0,
            fresh: true,
            numb: false,
            drawn: Emulator::new(),
            whole: Whole { bytes: Vec::new(), known: false, terminal: Emulator::new(), at: 0 },
            snapshots: 0,
            ended: None,
            closed: None,
        }
    }

    /// Connects, or comes back. False when the network or the server did not let it.
    pub(crate) async fn connect(&mut self) -> bool {
        let by_ticket = self.ticket.take().map(|ticket| format!("?token={ticket}"));
        let path = format!("/ws/terminal/{}{}", self.session, by_ticket.as_deref().unwrap_or_default());
        let owner = [("authorization", self.bearer.as_str())];
        // As a page does, by ticket, and with the sign-in when a cut has spent it.
        let Ok(socket) = connect(self.address, &path, if by_ticket.is_some() { &[] } else { &owner }).await else {
            return false;
        };
        (self.socket, self.closed) = (Some(socket), None);
        let from = (!self.fresh).then_some(self.offset);
        let attach = Attach { client: self.client, from, cols: SIZE.0, rows: SIZE.1 };
        self.say(ClientFrame::Attach(attach)).await;
        // Nothing is sent before the session has said how much of it it has.
        self.sent = u64::MAX;
        true
    }

    /// Whether it has a socket.
    pub(crate) fn is_connected(&self) -> bool {
        self.socket.is_some()
    }

    /// Goes away without a word; the terminal stays as it is.
    pub(crate) fn leave(&mut self) {
        self.socket = None;
    }

    async fn say(&mut self, frame: ClientFrame<'_>) {
        if let Some(socket) = &mut self.socket {
            // A broken connection shows when the page listens.
            let _ = socket.send(Message::Binary(frame.encode().into())).await;
        }
    }

    /// Types, connected or not.
    pub(crate) async fn type_in(&mut self, text: &str) {
        self.typed.extend_from_slice(text.as_bytes());
        self.send_typed().await;
    }

    async fn send_typed(&mut self) {
        while self.is_connected() && self.sent < self.typed.len() as u64 {
            let offset = self.sent;
            let begin = usize::try_from(offset).expect("it fits");
            let data = self.typed[begin..self.typed.len().min(begin + PIECE)].to_vec();
            self.sent += data.len() as u64;
            self.say(ClientFrame::Input { offset, data: &data }).await;
        }
    }

    /// The host will print this next.
    pub(crate) fn expects(&mut self, bytes: &[u8]) {
        self.whole.known = true;
        self.whole.bytes.extend_from_slice(bytes);
    }

    /// Up to where the host will print, as far as is known.
    pub(crate) fn end(&self) -> u64 {
        self.whole.bytes.len() as u64
    }

    /// Whether the session has everything that was typed, and the page everything that the host prints.
    pub(crate) fn is_even(&self) -> bool {
        self.taken == self.typed.len() as u64 && self.offset == self.end()
    }

    /// Takes one message in. False when the connection is over.
    pub(crate) async fn hear(&mut self) -> bool {
        let Some(socket) = &mut self.socket else { return false };
        match timeout(PATIENCE, socket.next()).await.expect("a message in time") {
            Some(Ok(Message::Binary(frame))) => self.take(&frame).await,
            Some(Ok(Message::Close(farewell))) => {
                self.closed = farewell.map(|farewell| farewell.code.into());
                // The answer to it, which the server waits for.
                let _ = socket.flush().await;
                self.socket = None;
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => self.socket = None,
        }
        self.is_connected()
    }

    async fn take(&mut self, frame: &[u8]) {
        match ServerFrame::decode(frame).expect("a frame") {
            ServerFrame::Welcome { input_offset, .. } => {
                self.knows_taken(input_offset);
                self.sent = input_offset;
                self.send_typed().await;
            }
            ServerFrame::InputAck { offset } => self.knows_taken(offset),
            ServerFrame::Output { offset, data } => {
                assert!(!self.fresh, "a fresh terminal begins with a snapshot");
                assert_eq!(offset, self.offset, "output comes in order, nothing twice, nothing missing");
                self.whole.check(offset, data);
                self.drawn.draw(data);
                self.stands_at(offset + data.len() as u64).await;
            }
            ServerFrame::Snapshot { offset, dump, cols, rows } => {
                assert_eq!((cols, rows), SIZE);
                assert!(self.fresh || offset > self.offset, "{offset} was there, and so was {}", self.offset);
                self.whole.check(offset, b"");
                self.drawn = Emulator::new();
                self.drawn.draw(dump);
                (self.fresh, self.snapshots) = (false, self.snapshots + 1);
                self.stands_at(offset).await;
            }
            ServerFrame::Ticket { ticket } => self.ticket = Some(ticket.to_owned()),
            ServerFrame::Ended { ending } => self.ended = Some(serde_json::from_slice(ending).expect("an ending")),
            _ => {}
        }
    }

    fn knows_taken(&mut self, taken: u64) {
        assert!((self.taken..=self.typed.len() as u64).contains(&taken), "{} then {taken}", self.taken);
        self.taken = taken;
    }

    async fn stands_at(&mut self, offset: u64) {
        self.offset = offset;
        if !self.numb {
            self.say(ClientFrame::Ack { offset }).await;
        }
    }

    /// Hears until the output has this text, while it is not known what the host prints.
    pub(crate) async fn until(&mut self, text: &str) {
        while memchr::memmem::find(&self.whole.bytes, text.as_bytes()).is_none() {
            assert!(self.hear().await, "the connection ended ({:?}) before {text:?}", self.ended);
        }
    }

    /// Compares the terminal with one that missed nothing.
    pub(crate) fn compare(&mut self, situation: &str) {
        let sight = self.drawn.sight();
        let whole = self.whole.sight(usize::try_from(self.offset).expect("it fits"));
        assert!(sight == whole, "{situation}: at {} the page shows\n{sight:#?}\nand not\n{whole:#?}", self.offset);
    }
}

impl Whole {
    fn check(&mut self, offset: u64, data: &[u8]) {
        let begin = usize::try_from(offset).expect("it fits");
        if !self.known {
            assert_eq!(self.bytes.len(), begin, "while nothing is known nothing may be missed");
            self.bytes.extend_from_slice(data);
            return;
        }
        let end = begin + data.len();
        assert!(end <= self.bytes.len(), "{} bytes more than the host prints", end - self.bytes.len());
        assert!(data == &self.bytes[begin..end], "other bytes than the host printed between {begin} and {end}");
    }

    fn sight(&mut self, offset: usize) -> super::emulator::Sight {
        self.terminal.draw(&self.bytes[self.at..offset]);
        self.at = offset;
        self.terminal.sight()
    }
}
