//! One connection: what it is, when it was used, and whether it still stands.

use crate::{ServiceError, clock};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use transport::{DialError, Files, Link};
use wire::{
    AccountId, Timestamp,
    connections::{ConnectionKind, ConnectionView, SshStatusEntry},
};

/// A connection. It ends with `close`; what still runs over it holds the link a moment longer.
pub(super) struct Entry {
    pub(super) account: AccountId,
    pub(super) id: String,
    pub(super) kind: ConnectionKind,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) username: String,
    pub(super) session_name: Option<String>,
    pub(super) connected_at: Timestamp,
    /// Of an SSH connection.
    pub(super) link: Link,
    /// One channel for all who use its files, once somebody does.
    pub(super) files: tokio::sync::Mutex<Option<Files>>,
    used: Mutex<Used>,
}

struct Used {
    at: Timestamp,
    since: Instant,
    now: usize,
}

impl Entry {
    pub(super) fn ssh(
        account: AccountId,
        id: String,
        (host, port): (String, u16),
        username: String,
        session_name: Option<String>,
        link: Link,
    ) -> Self {
        let connected_at = clock::now();
        let used = Mutex::new(Used { at: connected_at, since: Instant::now(), now: 0 });
        let kind = ConnectionKind::Ssh;
        Self {
            account,
            id,
            kind,
            host,
            port,
            username,
            session_name,
            connected_at,
            link,
            files: Default::default(),
            used,
        }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it stands, as far as is known here.
    pub(super) fn is_active(&self) -> bool {
        self.link.is_open()
    }

    /// Whether nobody has used it for longer than that; zero is for ever.
    pub(super) fn is_over(&self, idle: Duration) -> bool {
        let used = self.used();
        !idle.is_zero() && used.now == 0 && used.since.elapsed() >= idle
    }

    /// Ends it and all that runs over it.
    pub(super) async fn close(&self) {
        self.link.close().await;
    }

    /// Its link.
    ///
    /// # Errors
    /// When it is lost, or the connection has none.
    pub(super) fn link(&self) -> Result<Link, ServiceError> {
        if self.link.is_open() {
            return Ok(self.link.clone());
        }
        let why = "it ended since it was opened; open it again".to_owned();
        Err(ServiceError::NotConnected(DialError::Lost { why }))
    }

    /// What it is called in the audit log.
    pub(super) fn object(&self) -> String {
        format!("connection {} as {} at {}:{}", self.id, self.username, self.host, self.port)
    }

    pub(super) fn ssh_view(&self) -> SshStatusEntry {
        SshStatusEntry {
            session_id: self.id.clone(),
            hostname: self.host.clone(),
            username: self.username.clone(),
            port: self.port,
            active: self.is_active(),
            connected_at: self.connected_at.millis() / 1000,
        }
    }

    pub(super) fn view(&self, idle: Duration) -> ConnectionView {
        let used = self.used();
        let last_activity = if used.now > 0 { clock::now() } else { used.at };
        let left = idle.saturating_sub(if used.now > 0 { Duration::ZERO } else { used.since.elapsed() });
        drop(used);
        ConnectionView {
            session_id: self.id.clone(),
            r#type: self.kind,
            host: self.host.clone(),
            port: self.port,
            username: self.username.clone(),
            session_name: self.session_name.clone(),
            connected_at: self.connected_at,
            expires_at: (!idle.is_zero()).then(|| clock::after(last_activity, idle.as_secs())),
            last_activity,
            is_active: self.is_active(),
            time_remaining_seconds: (!idle.is_zero()).then_some(left.as_secs()),
        }
    }
}

/// A connection that somebody uses; as long as that lasts, its time does not run out.
pub(super) struct InUse(Arc<Entry>);

impl InUse {
    pub(super) fn of(entry: Arc<Entry>) -> Self {
        entry.used().now += 1;
        Self(entry)
    }
}

impl std::ops::Deref for InUse {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.0
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let mut used = self.0.used();
        used.now -= 1;
        (used.at, used.since) = (clock::now(), Instant::now());
    }
}
