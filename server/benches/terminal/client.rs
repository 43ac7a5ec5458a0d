//! A viewer of a Berth session: the web app's protocol over a blocking WebSocket, read by one thread.
//!
//! It acknowledges as the web app does, and notices what it was not sent.

use crate::{
    Result,
    rest::Rest,
    server::{HOST, Server},
    terminal::{COLS, ROWS, SILENCE, Terminal},
};
use bytes::Bytes;
use std::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client::client};
use wire::frames::{Attach, ClientFrame, ServerFrame};

/// As in app/src/terminal/channel/inbox.rs.
const ACK_EVERY: u64 = 32 * 1024;

/// One attached viewer. Dropping it closes the session.
pub(crate) struct Viewer {
    rest: Rest,
    /// The session's id.
    pub(crate) session: String,
    server: u32,
    socket: WebSocket<TcpStream>,
    shown: Bytes,
    received: u64,
    acknowledged: u64,
    typed: u64,
    skipped: u64,
}

impl Server {
    /// Opens a session on the host and attaches to it.
    pub(crate) fn open(&self) -> Result<Viewer> {
        Viewer::open(self.rest(), HOST, self.process())
    }
}

impl Viewer {
    /// Opens a new session on the host and attaches to it.
    pub(crate) fn open(rest: &Rest, host: &str, server: u32) -> Result<Self> {
        let request = serde_json::json!({"reuse": false, "cols": COLS, "rows": ROWS});
        let opened = rest.post(&format!("/api/terminal/{host}/terminal-sessions"), &request)?;
        let text = |key: &str| opened[key].as_str().map(str::to_owned).ok_or(format!("no {key} in {opened}"));
        let (session, path) = (text("session_id")?, text("websocket_url")?);
        let stream = TcpStream::connect(rest.address())?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        stream.set_write_timeout(Some(SILENCE))?;
        let (socket, _) = client(format!("ws://{}{path}", rest.address()), stream)
            .map_err(|why| format!("the WebSocket of session {session} was refused: {why}"))?;
        let attach = Attach { client: 1, from: None, cols: COLS, rows: ROWS };
        let mut viewer = Self {
            rest: rest.clone(),
            session,
            server,
            socket,
            shown: Bytes::new(),
            received: 0,
            acknowledged: 0,
            typed: 0,
            skipped: 0,
        };
        viewer.say(&ClientFrame::Attach(attach))?;
        Ok(viewer)
    }

    fn say(&mut self, frame: &ClientFrame<'_>) -> Result<()> {
        Ok(self.socket.send(Message::Binary(frame.encode().into()))?)
    }

    /// The next message, when it holds output.
    fn next(&mut self) -> Result<Option<Bytes>> {
        let message = self.socket.read().map_err(|why| format!("session {}: {why}", self.session))?;
        let Message::Binary(message) = message else { return Ok(None) };
        match ServerFrame::decode(&message)? {
            ServerFrame::Output { offset, data } => {
                if offset != self.received {
                    return Err(format!("output at {offset} instead of {}", self.received).into());
                }
                self.received += data.len() as u64;
                Ok(Some(message.slice_ref(data)))
            }
            ServerFrame::Snapshot { offset, dump, .. } => {
                self.skipped += offset.saturating_sub(self.received);
                self.received = offset;
                self.acknowledged = offset;
                Ok(Some(message.slice_ref(dump)).filter(|dump| !dump.is_empty()))
            }
            ServerFrame::Ended { ending } => {
                Err(format!("session {} ended: {}", self.session, String::from_utf8_lossy(ending)).into())
            }
            _ => Ok(None),
        }
    }

    fn acknowledge(&mut self) -> Result<()> {
        if self.received < self.acknowledged + ACK_EVERY {
            return Ok(());
        }
        self.acknowledged = self.received;
        self.say(&ClientFrame::Ack { offset: self.received })
    }
}

impl Terminal for Viewer {
    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        let offset = self.typed;
        self.typed += bytes.len() as u64;
        self.say(&ClientFrame::Input { offset, data: bytes })
    }

    fn receive(&mut self) -> Result<&[u8]> {
        self.acknowledge()?;
        loop {
            if let Some(shown) = self.next()? {
                self.shown = shown;
                return Ok(&self.shown);
            }
        }
    }

    fn process(&self) -> u32 {
        self.server
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        // The whole server ends with the run.
        let _ = self.rest.delete(&format!("/api/terminal/sessions/{}", self.session));
    }
}
