//! The JSON language of SPEC §12, so that a script can use a session with any WebSocket client.
//!
//! Output is text: bytes that are no UTF-8 become U+FFFD, and `offset` is what a later `attach` says in `from` to go on
//! behind it. There is no acknowledgement to write: what the socket took counts as drawn.

use super::{
    Entry, close, dismissal, end, farewell,
    pulse::{self, Incoming},
    utf8::Decoder,
    words::{Heard, Said, message, understood},
};
use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use services::{
    inventory::AdHoc,
    terminal::{Attachment, Closed, Control, Event, Pass, PtySize},
};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};
use wire::{Fault, FaultCode, frames::Attach};

type Stop = Option<(u16, String)>;

/// Runs until the session ends or the client goes.
pub(super) async fn serve(mut socket: WebSocket, entry: Entry, first: &str) {
    let heard = match understood(first) {
        Ok(heard) => heard,
        Err(fault) => return refuse(&mut socket, &fault).await,
    };
    let (pass, attach, left) = match enter(entry, heard).await {
        Ok(entered) => entered,
        Err(fault) => return refuse(&mut socket, &fault).await,
    };
    let attachment = match pass.attach(attach).await {
        Ok(attachment) => attachment,
        Err(Closed(ending)) => {
            let _ = socket.send(message(&Said::Ended(&ending))).await;
            return end(&mut socket, close::DONE, "the session has ended").await;
        }
    };
    let keyboard = Keyboard { control: attachment.control(), typed: 0 };
    let (mut sink, mut messages) = socket.split();
    let (pong, pongs) = watch::channel(0_u64);
    let stop = tokio::select! {
        stop = read(&mut messages, left, &pass, keyboard, &pong) => stop,
        stop = write(&mut sink, &pass, attachment, pongs) => stop,
    };
    if let Some((code, reason)) = stop {
        if code == close::BAD_MESSAGE {
            let fault = Fault::new(FaultCode::BadInput, reason.clone());
            let _ = sink.send(message(&Said::Error(&fault))).await;
        }
        pulse::part(&mut sink, &mut messages, farewell(code, &reason)).await;
    }
}

/// The session to show, how to join it, and the message that is still to be done.
async fn enter(entry: Entry, heard: Heard) -> Result<(Pass, Attach, Option<Heard>), Fault> {
    match (entry, heard) {
        (Entry::Session(_), Heard::Connect(_)) => {
            Err(Fault::new(FaultCode::BadInput, "`connect` opens a new terminal at /ws/terminal/new"))
        }
        (Entry::Session(pass), Heard::Attach { from, cols, rows }) => Ok((*pass, attach(from, size(cols, rows)), None)),
        (Entry::Session(pass), other) => Ok((*pass, attach(None, size(None, None)), Some(other))),
        (Entry::New(asked), Heard::Connect(connect)) => {
            let (door, caller) = *asked;
            let size = size(connect.cols, connect.rows);
            let adhoc = AdHoc {
                hostname: connect.hostname,
                port: connect.port.unwrap_or(22),
                username: connect.username,
                password: connect.password,
                fingerprint: connect.fingerprint,
            };
            let terminal = door.services.terminal();
            let id = terminal.open_adhoc(&caller, adhoc, size).await?;
            let pass = terminal.admit(&id, None, Some(&caller)).await?;
            Ok((pass, attach(None, size), None))
        }
        (Entry::New(_), _) => Err(Fault::new(FaultCode::BadInput, "a new terminal begins with `connect`")),
    }
}

fn size(cols: Option<u16>, rows: Option<u16>) -> PtySize {
    PtySize { cols: cols.filter(|cols| *cols > 0).unwrap_or(80), rows: rows.filter(|rows| *rows > 0).unwrap_or(24) }
}

/// Each socket counts its input anew, so each is a client of its own.
fn attach(from: Option<u64>, size: PtySize) -> Attach {
    let (client, _) = uuid::Uuid::new_v4().as_u64_pair();
    Attach { client, from, cols: size.cols, rows: size.rows }
}

async fn refuse(socket: &mut WebSocket, fault: &Fault) {
    let _ = socket.send(message(&Said::Error(fault))).await;
    end(socket, close::BAD_MESSAGE, &fault.detail).await;
}

/// Counts what was typed, as the session wants it.
struct Keyboard {
    control: Control,
    typed: u64,
}

impl Keyboard {
    async fn input(&mut self, data: String) {
        let data = Bytes::from(data);
        let offset = self.typed;
        self.typed += data.len() as u64;
        self.control.input(offset, data).await;
    }
}

async fn read(
    messages: &mut SplitStream<WebSocket>,
    mut left: Option<Heard>,
    pass: &Pass,
    mut keyboard: Keyboard,
    pong: &watch::Sender<u64>,
) -> Stop {
    loop {
        if let Some(heard) = left.take() {
            match heard {
                Heard::Input { data } => keyboard.input(data).await,
                Heard::Resize { cols, rows } => keyboard.control.resize(size(Some(cols), Some(rows))).await,
                Heard::Ping => pong.send_modify(|count| *count += 1),
                Heard::Attach { .. } | Heard::Connect(_) => {
                    return Some((close::BAD_MESSAGE, "a socket shows one session; open another one".into()));
                }
            }
        }
        match pulse::next(messages).await {
            Incoming::Message(Message::Text(text)) => match understood(&text) {
                Ok(heard) => left = Some(heard),
                Err(fault) => return Some((close::BAD_MESSAGE, fault.detail)),
            },
            Incoming::Message(Message::Binary(_)) => {
                return Some((close::BAD_MESSAGE, "this socket began with JSON text".into()));
            }
            Incoming::Message(_) => {}
            Incoming::Gone => return None,
            Incoming::Silent => return Some((close::SILENT, "nothing was heard for too long".into())),
        }
        pass.touch();
    }
}

async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    pass: &Pass,
    mut attachment: Attachment,
    mut pongs: watch::Receiver<u64>,
) -> Stop {
    let control = attachment.control();
    let mut decoder = Decoder::default();
    let mut told = 0;
    let mut ping = interval(pulse::PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let sent = tokio::select! {
            event = attachment.next() => match event {
                Event::Ended(ending) => {
                    let _ = output(sink, decoder.finish(), told).await;
                    let _ = sink.send(message(&Said::Ended(&ending))).await;
                    return Some((close::DONE, "the session has ended".into()));
                }
                Event::Dismissed(why) => return Some(dismissal(why)),
                Event::Output { offset, data } => {
                    told = offset + data.len() as u64;
                    let text = decoder.push(&data);
                    let sent = output(sink, text, told - decoder.kept() as u64).await;
                    control.ack(told);
                    sent
                }
                event => tell(sink, pass, &mut decoder, event).await,
            },
            Ok(()) = pongs.changed() => {
                pongs.mark_unchanged();
                sink.send(message(&Said::Pong)).await
            }
            _ = ping.tick() => sink.send(Message::Ping(Bytes::new())).await,
        };
        if sent.is_err() {
            return None;
        }
    }
}

async fn output(sink: &mut SplitSink<WebSocket, Message>, data: String, offset: u64) -> Result<(), axum::Error> {
    if data.is_empty() { Ok(()) } else { sink.send(message(&Said::Output { data, offset })).await }
}

async fn tell(
    sink: &mut SplitSink<WebSocket, Message>,
    pass: &Pass,
    decoder: &mut Decoder,
    event: Event,
) -> Result<(), axum::Error> {
    match event {
        Event::Welcome { .. } => welcome(sink, pass).await,
        Event::Snapshot { offset, size, dump } => {
            // Output goes on elsewhere: a character that was begun before will not be completed.
            *decoder = Decoder::default();
            let data = String::from_utf8_lossy(&dump).into_owned();
            if data.is_empty() && offset == 0 {
                return Ok(());
            }
            sink.send(message(&Said::Snapshot { data, cols: size.cols, rows: size.rows, offset })).await
        }
        Event::Resized(size) => sink.send(message(&Said::Resized { cols: size.cols, rows: size.rows })).await,
        Event::Notice(notice) => sink.send(message(&Said::Notice(&notice))).await,
        Event::Output { .. } | Event::InputAck { .. } | Event::Dismissed(_) | Event::Ended(_) => Ok(()),
    }
}

async fn welcome(sink: &mut SplitSink<WebSocket, Message>, pass: &Pass) -> Result<(), axum::Error> {
    sink.send(message(&Said::Connected { session_id: pass.session(), host: pass.host_name() })).await?;
    match pass.next_ticket().await {
        Ok(ticket) => sink.send(message(&Said::Ticket { ticket: ticket.expose() })).await,
        Err(error) => {
            tracing::warn!(%error, "no ticket for the next attachment");
            Ok(())
        }
    }
}
