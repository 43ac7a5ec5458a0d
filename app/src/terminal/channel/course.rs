//! The course of one terminal's connection, from the first ticket to the end, over any number of sockets.
//!
//! A plain struct that is told what happened and answers with orders. It knows no socket, no clock and no page, so that
//! every loss and every race can be played through in a test. Times and chance are passed in.

use super::{
    inbox::{Delivery, Inbox},
    outbox::{Full, Outbox},
    pace::{Beat, Millis, OPEN_WITHIN, Pulse, wait_before},
};
use wire::{
    FaultCode,
    frames::{Attach, ClientFrame, ServerFrame},
    terminal::{EndReason, Ending, Notice},
};

/// The ticket was not accepted: unknown, used or too old.
const TICKET_REFUSED: u16 = 4401;
const FORBIDDEN: u16 = 4403;
const GONE: u16 = 4404;
/// The session's owner removed this page.
const REMOVED: u16 = 4410;
/// The invite was revoked or has expired.
const REVOKED: u16 = 4411;

/// Where the connection is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    /// On the way to the session.
    Connecting,
    /// Attached: what is typed arrives, what is shown is the present.
    Live,
    /// Cut off; the next try comes at this time.
    Waiting {
        /// On the page's clock.
        until: Millis,
    },
    /// The session has ended.
    Ended(Ending),
    /// This page may not attach.
    Refused(Refusal),
}

/// Why a page may not attach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The ticket is used up and nobody is signed in.
    SignedOut,
    /// There is no such session any more.
    Gone,
    /// It is another account's.
    Forbidden,
    /// The session's owner removed this page.
    Removed,
    /// The invite that led here was revoked or has expired.
    Revoked,
}

/// What the socket's keeper has to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Order {
    /// Open a socket; drop the one before.
    Open {
        /// With this ticket; by the sign-in cookie when there is none.
        ticket: Option<String>,
    },
    /// Ask the server for a ticket and report to [`Course::ticket_answer`].
    AskTicket,
    /// Drop the socket.
    Drop,
    /// Send this message.
    Send(Vec<u8>),
    /// Call [`Course::tick`] after so long.
    Wake(Millis),
}

/// What the terminal has to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Show {
    /// Draw the frame's payload but for its first `skip` bytes; report `end` when that is done.
    Output {
        /// Bytes that are drawn already.
        skip: usize,
        /// The offset behind the piece.
        end: u64,
    },
    /// Clear the terminal, give it this size, draw the frame's payload.
    Snapshot {
        /// Width in cells.
        cols: u16,
        /// Height in cells.
        rows: u16,
        /// Where output goes on.
        offset: u64,
        /// Up to where it is the past, which nobody answers any more.
        present: u64,
    },
    /// The size is another one from here on.
    Resized {
        /// Width in cells.
        cols: u16,
        /// Height in cells.
        rows: u16,
    },
    /// What comes up to this offset was missed, and is shown as it was.
    CatchUp {
        /// An output offset.
        present: u64,
    },
    /// Something to know beside the output.
    Notice(Notice),
    /// The connection answered after so long.
    Latency(Millis),
}

/// The course of one terminal's connection.
#[derive(Debug)]
pub(crate) struct Course {
    client: u64,
    /// The size that the terminal has.
    size: (u16, u16),
    /// The size that this page would like.
    wish: (u16, u16),
    phase: Phase,
    since: Millis,
    attempt: u32,
    ticket: Option<String>,
    /// Where the output ended when this page attached.
    present: u64,
    inbox: Inbox,
    outbox: Outbox,
    pulse: Pulse,
}

impl Course {
    /// A course that has not begun. `client` is a random number that counts this page's input over reconnects.
    pub(crate) fn new(client: u64, ticket: Option<String>, size: (u16, u16)) -> Self {
        Self {
            client,
            size,
            wish: size,
            phase: Phase::Connecting,
            since: 0.0,
            attempt: 0,
            ticket,
            present: 0,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            pulse: Pulse::default(),
        }
    }

    /// Where the connection is.
    pub(crate) fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Sets out for the session.
    pub(crate) fn begin(&mut self, now: Millis) -> Vec<Order> {
        self.phase = Phase::Connecting;
        self.since = now;
        vec![Order::Open { ticket: self.ticket.clone() }, Order::Wake(OPEN_WITHIN)]
    }

    /// The socket is open: say who comes and how far its terminal is.
    pub(crate) fn opened(&mut self, now: Millis) -> Vec<Order> {
        self.ticket = None;
        self.pulse.start(now);
        self.inbox.attached();
        let (cols, rows) = self.size;
        let attach = Attach { client: self.client, from: self.inbox.position(), cols, rows };
        vec![Order::Send(ClientFrame::Attach(attach).encode())]
    }

    /// A frame arrived. `payload` is the whole length of its data, of which `frame` may hold only the beginning.
    pub(crate) fn heard(&mut self, frame: &ServerFrame<'_>, payload: usize, now: Millis) -> (Option<Show>, Vec<Order>) {
        self.pulse.heard(now);
        match *frame {
            ServerFrame::Welcome { input_offset, end } => {
                self.present = end;
                self.phase = Phase::Live;
                self.attempt = 0;
                self.outbox.welcome(input_offset);
                let mut orders = self.flush();
                if self.wish != self.size {
                    orders.push(self.ask_size());
                }
                let missed = self.inbox.position().is_some_and(|position| position < end);
                (missed.then_some(Show::CatchUp { present: end }), orders)
            }
            ServerFrame::Output { offset, .. } => match self.inbox.output(offset, payload) {
                Delivery::Draw { skip, end } => (Some(Show::Output { skip, end }), Vec::new()),
                Delivery::Known => (None, Vec::new()),
                Delivery::Gap => (None, self.again(now)),
            },
            ServerFrame::Snapshot { offset, cols, rows, .. } => {
                // Whatever this page has seen before is the past as well.
                let present = self.present.max(self.inbox.position().unwrap_or(0));
                self.inbox.snapshot(offset);
                self.size = (cols, rows);
                (Some(Show::Snapshot { cols, rows, offset, present }), Vec::new())
            }
            ServerFrame::InputAck { offset } => {
                self.outbox.taken(offset);
                (None, Vec::new())
            }
            ServerFrame::Pong { nonce } => (self.pulse.answer(nonce, now).map(Show::Latency), Vec::new()),
            ServerFrame::Resized { cols, rows } => {
                self.size = (cols, rows);
                (Some(Show::Resized { cols, rows }), Vec::new())
            }
            ServerFrame::Ticket { ticket } => {
                self.ticket = Some(ticket.to_owned());
                (None, Vec::new())
            }
            // A notice that this page does not know comes from a newer server and can be done without.
            ServerFrame::Notice { notice } => (serde_json::from_slice(notice).ok().map(Show::Notice), Vec::new()),
            ServerFrame::Ended { ending } => {
                let unreadable = |_| Ending::from(EndReason::Error);
                self.phase = Phase::Ended(serde_json::from_slice(ending).unwrap_or_else(unreadable));
                (None, vec![Order::Drop])
            }
        }
    }

    /// The socket closed, or could not be opened.
    pub(crate) fn closed(&mut self, code: u16, now: Millis, chance: f64) -> Vec<Order> {
        match (code, &self.phase) {
            (_, Phase::Ended(_) | Phase::Refused(_) | Phase::Waiting { .. }) => Vec::new(),
            (TICKET_REFUSED, _) => {
                self.ticket = None;
                self.ask(now)
            }
            (FORBIDDEN, _) => self.refuse(Refusal::Forbidden),
            (GONE, _) => self.refuse(Refusal::Gone),
            (REMOVED, _) => self.refuse(Refusal::Removed),
            (REVOKED, _) => self.refuse(Refusal::Revoked),
            _ => self.wait(now, chance),
        }
    }

    /// The server answered the request for a ticket.
    pub(crate) fn ticket_answer(&mut self, answer: Result<String, FaultCode>, now: Millis, chance: f64) -> Vec<Order> {
        match answer {
            Ok(ticket) => {
                self.ticket = Some(ticket);
                self.begin(now)
            }
            Err(FaultCode::Unauthenticated) => self.refuse(Refusal::SignedOut),
            Err(FaultCode::Forbidden) => self.refuse(Refusal::Forbidden),
            Err(FaultCode::NotFound) => self.refuse(Refusal::Gone),
            Err(_) => self.wait(now, chance),
        }
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: Millis, chance: f64) -> Vec<Order> {
        match self.phase {
            Phase::Waiting { until } if now >= until => self.set_out(now),
            Phase::Connecting if now - self.since >= OPEN_WITHIN => self.wait(now, chance),
            Phase::Live => self.beat(now, false),
            _ => Vec::new(),
        }
    }

    /// There is a reason to look at once: the network went or came back, the page woke up, or a person asks.
    pub(crate) fn nudge(&mut self, now: Millis) -> Vec<Order> {
        match self.phase {
            Phase::Waiting { .. } => self.set_out(now),
            Phase::Live => self.beat(now, true),
            _ => Vec::new(),
        }
    }

    /// A person comes back to a terminal that was refused (having signed in elsewhere).
    pub(crate) fn retry(&mut self, now: Millis) -> Vec<Order> {
        match self.phase {
            Phase::Refused(_) => self.ask(now),
            _ => self.nudge(now),
        }
    }

    /// Something was typed or pasted.
    ///
    /// # Errors
    /// When so much waits for the server already that this does not fit.
    pub(crate) fn input(&mut self, data: &[u8]) -> Result<Vec<Order>, Full> {
        self.outbox.push(data)?;
        Ok(if self.phase == Phase::Live { self.flush() } else { Vec::new() })
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, cols: u16, rows: u16) -> Vec<Order> {
        self.size = (cols, rows);
        self.wish(cols, rows)
    }

    /// The page would like another size, and leaves the terminal as it is.
    pub(crate) fn wish(&mut self, cols: u16, rows: u16) -> Vec<Order> {
        self.wish = (cols, rows);
        if self.phase == Phase::Live { vec![self.ask_size()] } else { Vec::new() }
    }

    fn ask_size(&self) -> Order {
        let (cols, rows) = self.wish;
        Order::Send(ClientFrame::Resize { cols, rows }.encode())
    }

    /// The terminal has drawn everything before `offset`.
    pub(crate) fn drawn(&mut self, offset: u64) -> Vec<Order> {
        match self.inbox.drawn(offset) {
            Some(offset) if self.phase == Phase::Live => vec![Order::Send(ClientFrame::Ack { offset }.encode())],
            _ => Vec::new(),
        }
    }

    fn flush(&mut self) -> Vec<Order> {
        std::iter::from_fn(|| self.outbox.next_chunk())
            .map(|(offset, data)| Order::Send(ClientFrame::Input { offset, data: &data }.encode()))
            .collect()
    }

    fn beat(&mut self, now: Millis, at_once: bool) -> Vec<Order> {
        match self.pulse.beat(now, at_once) {
            Beat::Rest => Vec::new(),
            Beat::Ask(nonce) => {
                vec![Order::Send(ClientFrame::Ping { nonce }.encode()), Order::Wake(super::pace::PONG_WITHIN)]
            }
            Beat::Dead => self.again(now),
        }
    }

    /// The way without waiting: the first try after a live connection.
    fn again(&mut self, now: Millis) -> Vec<Order> {
        let mut orders = vec![Order::Drop];
        orders.extend(self.begin(now));
        orders
    }

    /// The next try after a wait. Without a ticket the server is asked for one first: its answer says what is wrong when
    /// something is, which a socket that cannot be opened never does.
    fn set_out(&mut self, now: Millis) -> Vec<Order> {
        if self.ticket.is_some() { self.begin(now) } else { self.ask(now) }
    }

    fn ask(&mut self, now: Millis) -> Vec<Order> {
        self.phase = Phase::Connecting;
        self.since = now;
        vec![Order::Drop, Order::AskTicket, Order::Wake(OPEN_WITHIN)]
    }

    fn wait(&mut self, now: Millis, chance: f64) -> Vec<Order> {
        let pause = wait_before(self.attempt, chance);
        self.attempt = self.attempt.saturating_add(1);
        self.phase = Phase::Waiting { until: now + pause };
        vec![Order::Drop, Order::Wake(pause)]
    }

    fn refuse(&mut self, why: Refusal) -> Vec<Order> {
        self.phase = Phase::Refused(why);
        vec![Order::Drop]
    }
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
