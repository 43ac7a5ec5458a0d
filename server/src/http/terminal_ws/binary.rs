//! The compact protocol of the web app: frames of `wire::frames` both ways (docs/PROTOCOL.md).
//!
//! Two halves run side by side. The reading half turns frames into calls on the attachment's control; the writing half
//! pulls events out of the attachment, so that a slow browser slows only itself. Either one's end is the socket's end,
//! and dropping the attachment is the detach.

use super::{
    close, dismissal, end, farewell,
    pulse::{self, Incoming},
};
use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use services::terminal::{Attachment, Closed, Control, Dismissal, Event, Pass, PtySize};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};
use wire::{
    frames::{Attach, ClientFrame, ServerFrame},
    terminal::{Ending, Notice},
};

type Sink = SplitSink<WebSocket, Message>;

/// Why a half stopped: a close code and its reason, or nothing when nobody is left to be told.
type Stop = Option<(u16, String)>;

/// Runs until the session ends or the client goes.
pub(super) async fn serve(mut socket: WebSocket, pass: &Pass, attach: Attach) {
    let attachment = match pass.attach(attach).await {
        Ok(attachment) => attachment,
        Err(Closed(ending)) => {
            let _ = socket.send(ended(&ending)).await;
            return end(&mut socket, close::DONE, "the session has ended").await;
        }
    };
    let control = attachment.control();
    let (mut sink, mut messages) = socket.split();
    // Only the latest ping is worth an answer, so a client that sends many cannot pile them up.
    let (pong, pongs) = watch::channel(None);
    let stop = tokio::select! {
        stop = read(&mut messages, pass, &control, &pong) => stop,
        stop = write(&mut sink, pass, attachment, pongs) => stop,
    };
    if let Some((code, reason)) = stop {
        pulse::part(&mut sink, &mut messages, farewell(code, &reason)).await;
    }
}

async fn read(
    messages: &mut SplitStream<WebSocket>,
    pass: &Pass,
    control: &Control,
    pong: &watch::Sender<Option<u32>>,
) -> Stop {
    loop {
        let message = match pulse::next(messages).await {
            Incoming::Message(message) => message,
            Incoming::Gone => return None,
            Incoming::Silent => return Some((close::SILENT, "nothing was heard for too long".into())),
        };
        pass.touch();
        match message {
            Message::Binary(frame) => {
                if let Err(reason) = take(&frame, control, pong).await {
                    return Some((close::BAD_MESSAGE, reason));
                }
            }
            Message::Text(_) => return Some((close::BAD_MESSAGE, "this socket began with binary frames".into())),
            _ => {}
        }
    }
}

async fn take(frame: &Bytes, control: &Control, pong: &watch::Sender<Option<u32>>) -> Result<(), String> {
    match ClientFrame::decode(frame).map_err(|error| error.to_string())? {
        ClientFrame::Attach(_) => return Err("a socket attaches once".into()),
        ClientFrame::Input { offset, data } => control.input(offset, frame.slice_ref(data)).await,
        ClientFrame::Resize { cols, rows } => control.resize(PtySize { cols, rows }).await,
        ClientFrame::Ack { offset } => control.ack(offset),
        ClientFrame::Ping { nonce } => {
            pong.send_replace(Some(nonce));
        }
    }
    Ok(())
}

async fn write(
    sink: &mut Sink,
    pass: &Pass,
    mut attachment: Attachment,
    mut pongs: watch::Receiver<Option<u32>>,
) -> Stop {
    let mut ping = interval(pulse::PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let sent = tokio::select! {
            event = attachment.next() => match event {
                Event::Ended(ending) => {
                    let _ = sink.send(ended(&ending)).await;
                    return Some((close::DONE, "the session has ended".into()));
                }
                Event::Dismissed(why) => return Some(dismissal(why)),
                Event::Welcome { input_offset, end } => welcome(sink, pass, input_offset, end).await,
                event => sink.send(frame(&event)).await,
            },
            Ok(()) = pongs.changed() => {
                let nonce = *pongs.borrow_and_update();
                match nonce {
                    Some(nonce) => sink.send(message(&ServerFrame::Pong { nonce })).await,
                    None => Ok(()),
                }
            }
            _ = ping.tick() => sink.send(Message::Ping(Bytes::new())).await,
        };
        if sent.is_err() {
            return None;
        }
    }
}

/// Greets, and gives a ticket for coming back.
async fn welcome(sink: &mut Sink, pass: &Pass, input_offset: u64, end: u64) -> Result<(), axum::Error> {
    sink.send(message(&ServerFrame::Welcome { input_offset, end })).await?;
    match pass.next_ticket().await {
        Ok(ticket) => sink.send(message(&ServerFrame::Ticket { ticket: ticket.expose() })).await,
        Err(error) => {
            tracing::warn!(%error, "no ticket for the next attachment; the page will ask for one");
            Ok(())
        }
    }
}

fn frame(event: &Event) -> Message {
    message(&match event {
        Event::Welcome { input_offset, end } => ServerFrame::Welcome { input_offset: *input_offset, end: *end },
        Event::Snapshot { offset, size, dump } => {
            ServerFrame::Snapshot { offset: *offset, cols: size.cols, rows: size.rows, dump }
        }
        Event::Output { offset, data } => ServerFrame::Output { offset: *offset, data },
        Event::InputAck { offset } => ServerFrame::InputAck { offset: *offset },
        Event::Resized(size) => ServerFrame::Resized { cols: size.cols, rows: size.rows },
        Event::Notice(notice) => return noticed(notice),
        Event::Ended(ending) => return ended(ending),
        Event::Dismissed(why) => return farewell_of(*why),
    })
}

fn message(frame: &ServerFrame<'_>) -> Message {
    Message::Binary(frame.encode().into())
}

fn farewell_of(why: Dismissal) -> Message {
    let (code, reason) = dismissal(why);
    farewell(code, &reason)
}

fn noticed(notice: &Notice) -> Message {
    let notice = serde_json::to_vec(notice).unwrap_or_default();
    message(&ServerFrame::Notice { notice: &notice })
}

fn ended(ending: &Ending) -> Message {
    let ending = serde_json::to_vec(ending).unwrap_or_default();
    message(&ServerFrame::Ended { ending: &ending })
}
