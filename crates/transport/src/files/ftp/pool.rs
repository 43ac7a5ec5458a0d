//! The few connections to one server.

use super::{
    access::FtpAccess,
    connection::Connection,
    greeting::Server,
    places::{Place, Places, Wanted},
};
use crate::{DialError, FileError};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// So many things go on at a time; most servers allow one client few connections.
const PLACES: usize = 4;

/// A connection that rested longer than this is asked first whether it still stands.
const FRESH: Duration = Duration::from_secs(2);
const ASKING: Duration = Duration::from_secs(5);

/// How long somebody waits for a connection that others use.
const WAITING: Duration = Duration::from_secs(60);

pub(super) struct Pool {
    access: FtpAccess,
    server: Arc<Server>,
    places: Arc<Places>,
    resting: Mutex<Vec<Connection>>,
    is_open: AtomicBool,
}

/// A connection for one piece of work. Given back it rests; dropped it is closed.
pub(super) struct Lease {
    pub(super) connection: Connection,
    pool: Arc<Pool>,
    place: Place,
}

impl Pool {
    pub(super) async fn open(access: FtpAccess) -> Result<Arc<Self>, FileError> {
        let first = Connection::open(&access, None).await?;
        Ok(Arc::new(Self {
            access,
            server: Arc::clone(&first.server),
            places: Places::new(PLACES),
            resting: Mutex::new(vec![first]),
            is_open: AtomicBool::new(true),
        }))
    }

    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Whether the last try to reach the server came through.
    pub(super) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    pub(super) async fn lease(self: &Arc<Self>, wanted: Wanted) -> Result<Lease, FileError> {
        loop {
            let place = timeout(WAITING, self.places.take(wanted)).await.map_err(|_| FileError::Busy)?;
            if let Some(connection) = self.rested().await {
                return Ok(Lease { connection, pool: Arc::clone(self), place });
            }
            match Connection::open(&self.access, Some(Arc::clone(&self.server))).await {
                Ok(connection) => {
                    self.is_open.store(true, Ordering::Relaxed);
                    return Ok(Lease { connection, pool: Arc::clone(self), place });
                }
                // It has enough of this client: what it allowed so far has to do.
                Err(FileError::Link(DialError::ChannelRefused { .. } | DialError::SignInFailed { .. }))
                    if self.places.one_less() => {}
                Err(error) => {
                    self.is_open.store(false, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    }

    /// A connection that rested and still stands.
    async fn rested(&self) -> Option<Connection> {
        loop {
            let mut connection = self.resting().pop()?;
            if connection.used.elapsed() < FRESH {
                return Some(connection);
            }
            if let Ok(Ok(_)) = timeout(ASKING, connection.ask("NOOP", b"")).await {
                return Some(connection);
            }
        }
    }

    fn resting(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    pub(super) fn give_back(self) {
        let Self { connection, pool, place } = self;
        if connection.is_idle() {
            pool.resting().push(connection);
        }
        drop(place);
    }
}
