//! The only WebSocket client: keeps one terminal connected to its session, over as many sockets as that takes.
//!
//! What to do is decided by [`Course`]; this carries it out with the browser's socket, timers and the ticket request.
//! Payloads go on as views of the message that arrived, so no byte of output is copied here. It knows no xterm.js and
//! touches no element. Dropping the last clone closes the socket, which detaches; the session lives on.

#[cfg(any(feature = "csr", test))]
mod course;
#[cfg(any(feature = "csr", test))]
mod inbox;
#[cfg(any(feature = "csr", test))]
mod outbox;
#[cfg(any(feature = "csr", test))]
mod pace;
#[cfg(feature = "csr")]
mod socket;

#[cfg(feature = "csr")]
pub(super) use browser::{Channel, Shown};
#[cfg(feature = "csr")]
pub(super) use course::{Phase, Refusal};
#[cfg(feature = "csr")]
pub(crate) use pace::wait_before;

#[cfg(feature = "csr")]
mod browser {
    use super::{
        course::{Course, Order, Phase, Show},
        outbox::Full,
        socket::{Socket, SocketEvent},
    };
    use crate::terminal::entry::Entry;
    use gloo_timers::callback::{Interval, Timeout};
    use js_sys::Uint8Array;
    use leptos::prelude::*;
    use std::{
        cell::{Cell, RefCell},
        rc::{Rc, Weak},
    };
    use wasm_bindgen_futures::spawn_local;
    use wire::{SessionId, frames::ServerFrame, terminal::Notice};

    /// How often the course is told that time has passed, in milliseconds; exact waits have timers of their own.
    const TICK: u32 = 1_000;
    /// The longest fixed part of a frame that carries output; so much of a message is decoded, the rest only counted.
    const HEAD: u32 = 32;

    /// What the terminal has to do.
    pub(in crate::terminal) enum Shown {
        /// Draw this; call [`Channel::drawn`] with `end` when it is done.
        Output { data: Uint8Array, end: u64 },
        /// Clear the terminal, give it this size, draw this.
        Snapshot { cols: u16, rows: u16, dump: Uint8Array, replay: Replay },
        /// From here on the terminal has another size.
        Resized { cols: u16, rows: u16 },
        /// What comes up to this offset was missed meanwhile.
        CatchUp { present: u64 },
        /// Something to know beside the output.
        Notice(Notice),
    }

    /// Which of the output behind a snapshot is shown again: from `offset` up to `present`.
    #[derive(Debug, Clone, Copy)]
    pub(in crate::terminal) struct Replay {
        pub(in crate::terminal) offset: u64,
        pub(in crate::terminal) present: u64,
    }

    /// A terminal's connection.
    #[derive(Clone)]
    pub(in crate::terminal) struct Channel(Rc<Inner>);

    struct Inner {
        session: SessionId,
        entry: Entry,
        course: RefCell<Course>,
        socket: RefCell<Option<Socket>>,
        generation: Cell<u32>,
        wake: RefCell<Option<Timeout>>,
        tick: RefCell<Option<Interval>>,
        phase: RwSignal<Phase>,
        latency: RwSignal<Option<u32>>,
        show: Box<dyn Fn(Shown)>,
    }

    impl Channel {
        /// Sets out for a session. Where the connection is, stands in `phase`; how fast it is (in ms), in `latency`.
        pub(in crate::terminal) fn begin(
            session: SessionId,
            entry: Entry,
            ticket: Option<String>,
            size: (u16, u16),
            phase: RwSignal<Phase>,
            latency: RwSignal<Option<u32>>,
            show: impl Fn(Shown) + 'static,
        ) -> Self {
            let channel = Self(Rc::new(Inner {
                session,
                entry,
                course: RefCell::new(Course::new(random(), ticket, size)),
                socket: RefCell::new(None),
                generation: Cell::new(0),
                wake: RefCell::new(None),
                tick: RefCell::new(None),
                phase,
                latency,
                show: Box::new(show),
            }));
            let weak = Rc::downgrade(&channel.0);
            let tick = Interval::new(TICK, move || step(&weak, |course| course.tick(now(), chance())));
            channel.0.tick.replace(Some(tick));
            channel.0.step(|course| course.begin(now()));
            channel
        }

        /// Sends what was typed or pasted; what cannot be sent now waits.
        ///
        /// # Errors
        /// When too much waits already.
        pub(in crate::terminal) fn input(&self, data: &[u8]) -> Result<(), Full> {
            let orders = self.0.course.borrow_mut().input(data)?;
            self.0.carry_out(orders);
            Ok(())
        }

        /// The terminal has another size.
        pub(in crate::terminal) fn resize(&self, (cols, rows): (u16, u16)) {
            self.0.step(|course| course.resize(cols, rows));
        }

        /// The page would like another size, and leaves the terminal as it is.
        pub(in crate::terminal) fn wish(&self, (cols, rows): (u16, u16)) {
            self.0.step(|course| course.wish(cols, rows));
        }

        /// The terminal has drawn everything before `end`.
        pub(in crate::terminal) fn drawn(&self, end: u64) {
            self.0.step(|course| course.drawn(end));
        }

        /// There is a reason to look at once whether the connection lives.
        pub(in crate::terminal) fn nudge(&self) {
            self.0.step(|course| course.nudge(now()));
        }

        /// A person wants to try again.
        pub(in crate::terminal) fn retry(&self) {
            self.0.step(|course| course.retry(now()));
        }
    }

    fn step(inner: &Weak<Inner>, act: impl FnOnce(&mut Course) -> Vec<Order>) {
        if let Some(inner) = inner.upgrade() {
            inner.step(act);
        }
    }

    impl Inner {
        fn step(self: &Rc<Self>, act: impl FnOnce(&mut Course) -> Vec<Order>) {
            let orders = act(&mut self.course.borrow_mut());
            self.carry_out(orders);
        }

        fn carry_out(self: &Rc<Self>, orders: Vec<Order>) {
            for order in orders {
                match order {
                    Order::Open { ticket } => self.open(ticket.as_deref()),
                    Order::AskTicket => self.ask_ticket(),
                    Order::Drop => drop(self.socket.take()),
                    Order::Send(message) => {
                        if let Some(socket) = &*self.socket.borrow() {
                            socket.send(&message);
                        }
                    }
                    Order::Wake(after) => self.wake_after(after),
                }
            }
            let phase = self.course.borrow().phase().clone();
            if self.phase.try_with_untracked(|before| *before != phase) == Some(true) {
                self.phase.set(phase);
            }
        }

        fn open(self: &Rc<Self>, ticket: Option<&str>) {
            // Events of the socket before this one no longer count.
            let generation = self.generation.get().wrapping_add(1);
            self.generation.set(generation);
            let inner = Rc::downgrade(self);
            let socket = Socket::open(&self.session, ticket, move |event| {
                if let Some(inner) = inner.upgrade().filter(|inner| inner.generation.get() == generation) {
                    inner.happened(event);
                }
            });
            match socket {
                Ok(socket) => drop(self.socket.replace(Some(socket))),
                Err(()) => self.step(|course| course.closed(0, now(), chance())),
            }
        }

        fn happened(self: &Rc<Self>, event: SocketEvent) {
            match event {
                SocketEvent::Opened => self.step(|course| course.opened(now())),
                SocketEvent::Message(message) => self.message(&message),
                SocketEvent::Closed(code) => self.step(|course| course.closed(code, now(), chance())),
            }
        }

        fn message(self: &Rc<Self>, message: &Uint8Array) {
            let mut head = message.subarray(0, HEAD).to_vec();
            // Only output and snapshots are long and wanted as they are; anything else is decoded whole.
            if !matches!(ServerFrame::decode(&head), Ok(ServerFrame::Output { .. } | ServerFrame::Snapshot { .. })) {
                head = message.to_vec();
            }
            // A frame that this page does not know comes from a newer server and can be done without.
            let Ok(frame) = ServerFrame::decode(&head) else { return };
            let begun = match &frame {
                ServerFrame::Output { data, .. } | ServerFrame::Snapshot { dump: data, .. } => data.len(),
                _ => 0,
            };
            let fixed = (head.len() - begun) as u32;
            let payload = message.length() - fixed;
            let (show, orders) = self.course.borrow_mut().heard(&frame, payload as usize, now());
            match show {
                Some(Show::Output { skip, end }) => {
                    (self.show)(Shown::Output { data: message.subarray(fixed + skip as u32, message.length()), end });
                }
                Some(Show::Snapshot { cols, rows, offset, present }) => {
                    let dump = message.subarray(fixed, message.length());
                    (self.show)(Shown::Snapshot { cols, rows, dump, replay: Replay { offset, present } });
                }
                Some(Show::Resized { cols, rows }) => (self.show)(Shown::Resized { cols, rows }),
                Some(Show::CatchUp { present }) => (self.show)(Shown::CatchUp { present }),
                Some(Show::Notice(notice)) => (self.show)(Shown::Notice(notice)),
                Some(Show::Latency(millis)) => self.latency.set(Some(millis.round() as u32)),
                None => {}
            }
            self.carry_out(orders);
        }

        fn ask_ticket(self: &Rc<Self>) {
            let (inner, session, entry) = (Rc::downgrade(self), self.session.clone(), self.entry.clone());
            spawn_local(async move {
                let answer = entry.ticket(session).await;
                let answer = answer.map(|ticket| ticket.expose().to_owned()).map_err(|error| error.code());
                step(&inner, |course| course.ticket_answer(answer, now(), chance()));
            });
        }

        fn wake_after(self: &Rc<Self>, millis: f64) {
            let inner = Rc::downgrade(self);
            let timer =
                Timeout::new(millis.ceil() as u32 + 1, move || step(&inner, |course| course.tick(now(), chance())));
            self.wake.replace(Some(timer));
        }
    }

    fn now() -> f64 {
        js_sys::Date::now()
    }

    fn chance() -> f64 {
        js_sys::Math::random()
    }

    /// Tells this page's input from that of other pages; nothing secret hangs on it.
    fn random() -> u64 {
        let half = || (chance() * 4_294_967_296.0) as u64;
        half() << 32 | half()
    }
}
