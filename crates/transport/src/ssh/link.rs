//! One signed-in connection to a host, shared by everything that runs over it.

use super::{
    agent::Forwarding,
    closing::Closing,
    guard::{Guard, Note},
    place::{Places, Reserved},
    traffic::Traffic,
};
use crate::{DialError, Endpoint};
use russh::{
    Channel, ChannelOpenFailure, ChannelReadHalf, ChannelStream, Disconnect,
    client::{Handle, Msg},
};
use std::{
    any::Any,
    fmt,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};

/// How long a host may take to open a channel on a connection that stands.
const OPENING: Duration = Duration::from_secs(20);

/// A link to a host. Clones share the connection, which ends when the last clone and the last shell on it are gone.
#[derive(Clone)]
pub struct Link {
    connection: Arc<Connection>,
    reserved: Option<Reserved>,
}

/// A handle to a link that does not keep it alive.
#[derive(Clone)]
pub struct WeakLink(Weak<Connection>);

impl WeakLink {
    /// The link, while somebody else keeps it alive.
    pub fn upgrade(&self) -> Option<Link> {
        self.0.upgrade().map(|connection| Link { connection, reserved: None })
    }
}

/// What all clones of a link share.
pub(super) struct Connection {
    number: u64,
    places: Places,
    handle: Handle<Guard>,
    note: Note,
    traffic: Traffic,
    forwarding: Forwarding,
    endpoint: Endpoint,
    /// The link that this one goes through lives as long as this one.
    jump: Option<Link>,
    company: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Connection {
    pub(super) fn places(&self) -> &Places {
        &self.places
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({}, {})", self.connection.endpoint, if self.is_open() { "open" } else { "ended" })
    }
}

impl Link {
    pub(super) fn new(
        handle: Handle<Guard>,
        note: Note,
        traffic: Traffic,
        forwarding: Forwarding,
        endpoint: Endpoint,
        jump: Option<Link>,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let connection = Connection {
            number: NEXT.fetch_add(1, Relaxed),
            places: Places::new(),
            handle,
            note,
            traffic,
            forwarding,
            endpoint,
            jump,
            company: OnceLock::new(),
        };
        Self { connection: Arc::new(connection), reserved: None }
    }

    pub(super) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub(super) fn reserved(&self) -> Option<&Reserved> {
        self.reserved.as_ref()
    }

    pub(super) fn with_reserved(&self, reserved: Reserved) -> Self {
        Self { connection: Arc::clone(&self.connection), reserved: Some(reserved) }
    }

    /// Tells this process's links apart. Never 0.
    pub fn number(&self) -> u64 {
        self.connection.number
    }

    pub(super) fn without_reserved(self) -> Self {
        Self { reserved: None, ..self }
    }

    /// The number of the link that this one goes through.
    pub fn goes_through(&self) -> Option<u64> {
        self.connection.jump.as_ref().map(Self::number)
    }

    /// Whether so much comes over it, or came within the last second, that an echo on another channel would wait for it.
    pub fn floods(&self) -> bool {
        self.connection.traffic.flooded_recently()
    }

    /// Who types into it and what comes over it.
    pub(super) fn traffic(&self) -> &Traffic {
        &self.connection.traffic
    }

    /// Gives it company that lives at least as long as it does. The first company stays.
    pub fn accompany(&self, company: Arc<dyn Any + Send + Sync>) {
        let _ = self.connection.company.set(company);
    }

    /// The company that it was given.
    pub fn company(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.connection.company.get().cloned()
    }

    /// The same link, without keeping it alive.
    pub fn downgrade(&self) -> WeakLink {
        WeakLink(Arc::downgrade(&self.connection))
    }

    /// Whether anybody holds it beside the one who asks: a channel, a link that goes through it, another clone.
    pub fn is_held_elsewhere(&self) -> bool {
        Arc::strong_count(&self.connection) > 1
    }

    /// How many bytes went to the host and came from it, encryption and all.
    pub fn bytes(&self) -> (u64, u64) {
        self.connection.traffic.bytes()
    }

    /// Ends the connection and all that runs over it.
    pub async fn close(&self) {
        // An error means that it ended before.
        let _ = self.connection.handle.disconnect(Disconnect::ByApplication, "closed", "").await;
    }

    /// Whether the connection still stands, as far as is known here: a silent break shows within a minute.
    pub fn is_open(&self) -> bool {
        !self.connection.handle.is_closed()
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.connection.endpoint
    }

    /// The connection is gone: how.
    pub(super) fn lost(&self) -> DialError {
        DialError::Lost { why: self.connection.note.why() }
    }

    /// A channel for a shell or a command; `guard` says what becomes of it when it is dropped.
    pub(super) async fn session(
        &self,
        guard: fn(russh::ChannelWriteHalf<Msg>) -> Closing,
    ) -> Result<(ChannelReadHalf, Closing), DialError> {
        let opened = timeout(OPENING, self.open(Purpose::Session)).await;
        let channel = match opened {
            Ok(Ok(channel)) => channel,
            Ok(Err(error)) => {
                if matches!(error, russh::Error::ChannelOpenFailure(ChannelOpenFailure::ConnectFailed)) {
                    self.connection.places.refused();
                }
                return Err(self.explain(&error, None));
            }
            Err(_) => return Err(DialError::TimedOut { endpoint: self.endpoint().clone(), step: "open channel" }),
        };
        let (read, write) = channel.split();
        Ok((read, guard(write).on(&self.connection)))
    }

    /// Tells the host that what this channel starts may ask the agent, where one is forwarded. Asks for no answer: a host
    /// that takes no agents goes on without.
    pub(super) async fn forward_agent(&self, write: &Closing) -> Result<(), russh::Error> {
        if !self.connection.forwarding.is_on() {
            return Ok(());
        }
        self.connection.forwarding.announce();
        write.agent_forward(false).await
    }

    /// A connection from this link's host to another endpoint. The caller sets the time limit.
    pub(super) async fn tunnel(&self, to: &Endpoint) -> Result<ChannelStream<Msg>, DialError> {
        let opened = self.open(Purpose::Tunnel(to.clone())).await;
        opened.map(Channel::into_stream).map_err(|error| self.explain(&error, Some(to)))
    }

    /// Opens in a task of its own: a caller that gives up in between leaves no channel behind.
    async fn open(&self, purpose: Purpose) -> Result<Channel<Msg>, russh::Error> {
        self.connection.traffic.asked();
        let (answer, opened) = oneshot::channel();
        let connection = Arc::clone(&self.connection);
        tokio::spawn(async move {
            let result = purpose.open(&connection.handle).await;
            if let Err(Ok(unwanted)) = answer.send(result) {
                let _ = unwanted.close().await;
            }
        });
        opened.await.unwrap_or(Err(russh::Error::Disconnect))
    }

    fn explain(&self, error: &russh::Error, to: Option<&Endpoint>) -> DialError {
        let russh::Error::ChannelOpenFailure(failure) = error else { return self.lost() };
        match (failure, to) {
            (ChannelOpenFailure::ConnectFailed, Some(to)) => DialError::Unreachable {
                endpoint: to.clone(),
                why: format!("the jump host {} could not connect to it", self.endpoint()),
            },
            (ChannelOpenFailure::ConnectFailed, None) => DialError::ChannelRefused {
                why: "it opens no further session on this connection (its MaxSessions is reached)".to_owned(),
            },
            (ChannelOpenFailure::AdministrativelyProhibited, Some(_)) => DialError::ChannelRefused {
                why: format!("{} does not forward connections (AllowTcpForwarding)", self.endpoint()),
            },
            (other, _) => DialError::ChannelRefused { why: other.description().to_lowercase() },
        }
    }
}

/// What a channel is opened for.
enum Purpose {
    Session,
    Tunnel(Endpoint),
}

impl Purpose {
    async fn open(self, handle: &Handle<Guard>) -> Result<Channel<Msg>, russh::Error> {
        match self {
            Self::Session => handle.channel_open_session().await,
            Self::Tunnel(to) => handle.channel_open_direct_tcpip(to.address, u32::from(to.port), "127.0.0.1", 0).await,
        }
    }
}
