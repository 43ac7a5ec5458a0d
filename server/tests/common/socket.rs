//! A terminal's WebSocket as the web app uses it: binary frames, output in order, acknowledged as it is shown.

use super::{TestServer, lab::PATIENCE};
use futures::{SinkExt, StreamExt};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};
use wire::{
    frames::{Attach, ClientFrame, ServerFrame},
    terminal::{Ending, Notice},
};

/// How long may pass until something is heard that other messages come before. They do not prolong it.
const OVERALL: Duration = Duration::from_secs(120);

/// A raw socket to the server.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a socket; the HTTP status when the server refuses the upgrade.
pub(crate) async fn connect(address: SocketAddr, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let mut request = format!("ws://{address}{path}").into_client_request().expect("a request");
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("a header"));
    }
    match timeout(PATIENCE, connect_async(request)).await.expect("an answer in time") {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(_) => Err(0),
    }
}

/// What a browser's terminal knows, socket or no socket.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) client: u64,
    /// How much was typed.
    pub(crate) typed: u64,
    /// How much of it the session has.
    pub(crate) taken: u64,
    /// Up to where output was shown.
    pub(crate) offset: u64,
    /// All output.
    pub(crate) shown: Vec<u8>,
    /// For the next connection.
    pub(crate) ticket: Option<String>,
    /// How often the terminal was painted anew.
    pub(crate) snapshots: u32,
    /// Everything that was noted.
    pub(crate) notices: Vec<Notice>,
    pub(crate) ended: Option<Ending>,
    pub(crate) closed: Option<u16>,
}

/// A socket with its view.
pub(crate) struct ClientSocket {
    socket: Socket,
    pub(crate) view: View,
}

impl ClientSocket {
    /// Opens a socket with what the path carries.
    pub(crate) async fn open(server: &TestServer, path: &str) -> Self {
        let socket = connect(server.address(), path, &[]).await.expect("the upgrade");
        Self::over(socket, View { client: rand_client(), ..View::default() })
    }

    /// Goes on with a view over a new socket.
    pub(crate) fn over(socket: Socket, view: View) -> Self {
        Self { socket, view }
    }

    /// Joins.
    pub(crate) async fn attach(&mut self, from: Option<u64>) {
        let attach = Attach { client: self.view.client, from, cols: 100, rows: 30 };
        self.say(ClientFrame::Attach(attach)).await;
    }

    /// Sends a frame; a broken connection shows at the next [`ClientSocket::hear`].
    pub(crate) async fn say(&mut self, frame: ClientFrame<'_>) {
        let _ = self.socket.send(Message::Binary(frame.encode().into())).await;
    }

    /// Types.
    pub(crate) async fn type_in(&mut self, text: &str) {
        let offset = self.view.typed;
        self.view.typed += text.len() as u64;
        self.say(ClientFrame::Input { offset, data: text.as_bytes() }).await;
    }

    /// Takes one message in. False when the connection is over.
    pub(crate) async fn hear(&mut self) -> bool {
        match timeout(PATIENCE, self.socket.next()).await.expect("a message in time") {
            Some(Ok(Message::Binary(frame))) => {
                if self.view.take(&frame) {
                    let offset = self.view.offset;
                    self.say(ClientFrame::Ack { offset }).await;
                }
                true
            }
            Some(Ok(Message::Close(farewell))) => {
                self.view.closed = farewell.map(|farewell| farewell.code.into());
                // The answer to it, which the server waits for.
                let _ = self.socket.flush().await;
                false
            }
            Some(Ok(_)) => true,
            Some(Err(_)) | None => false,
        }
    }

    /// Hears until the output has this text.
    pub(crate) async fn until(&mut self, text: &str) {
        let end = Instant::now() + OVERALL;
        while !self.view.text().contains(text) {
            let heard = timeout_at(end, self.hear()).await;
            let ended = &self.view.ended;
            assert!(heard == Ok(true), "no {text:?} ({heard:?}, {ended:?}): {}", self.view.text());
        }
    }

    /// Hears until the server closes.
    pub(crate) async fn until_closed(&mut self) -> &View {
        let closed = async { while self.hear().await {} };
        timeout(OVERALL, closed).await.expect("the server closes in time");
        &self.view
    }

    /// Goes away without a word.
    pub(crate) fn drop_it(self) -> View {
        self.view
    }
}

impl View {
    /// The output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    /// The end of the output as text.
    pub(crate) fn tail(&self) -> String {
        String::from_utf8_lossy(&self.shown[self.shown.len().saturating_sub(200)..]).into_owned()
    }

    /// Takes a frame in; true when output was shown.
    fn take(&mut self, frame: &[u8]) -> bool {
        match ServerFrame::decode(frame).expect("a frame") {
            ServerFrame::Welcome { input_offset, .. } | ServerFrame::InputAck { offset: input_offset } => {
                self.taken = input_offset
            }
            ServerFrame::Output { offset, data } => {
                assert_eq!(offset, self.offset, "output comes in order, nothing twice, nothing missing");
                self.shown.extend_from_slice(data);
                self.offset += data.len() as u64;
                return true;
            }
            ServerFrame::Snapshot { offset, dump, .. } => {
                self.snapshots += 1;
                self.shown = dump.to_vec();
                self.offset = offset;
                return true;
            }
            ServerFrame::Ticket { ticket } => self.ticket = Some(ticket.to_owned()),
            ServerFrame::Ended { ending } => self.ended = Some(serde_json::from_slice(ending).expect("an ending")),
            ServerFrame::Notice { notice } => self.notices.push(serde_json::from_slice(notice).expect("a notice")),
            ServerFrame::Pong { .. } | ServerFrame::Resized { .. } => {}
        }
        false
    }
}

fn rand_client() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}
