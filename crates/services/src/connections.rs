//! Connections: links that a script opens under a name, and uses for commands and files until it closes them, or until
//! nobody has used them for a while (SPEC §12, "Connections").
//!
//! A connection belongs to one account and to this process: it is in memory alone, and so are the secrets it was opened
//! with, for as long as that takes. Its host key has to be trusted as any other one. What it cannot do: share its link with
//! terminals, because what was typed for it opens it alone.

mod entry;
mod files;
mod keeper;
mod open;
mod open_ftp;
mod upload;
mod uses;

pub use files::Download;
pub use upload::Upload;

use crate::{
    Caller, ConnectionSettings, ServiceError, access, accounts::account_of, audit::Audit, files::Flows,
    inventory::Inventory, vault::Vault,
};
use entry::{Entry, InUse};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use storage::Storage;
use tokio_util::sync::{CancellationToken, DropGuard};
pub(crate) use uses::Lent;
use wire::{
    AccountId,
    connections::{ConnectionClosed, ConnectionKind, ConnectionList, ConnectionsCleaned, SshDisconnected, SshStatus},
};

/// The name of a connection that a script gave none.
const DEFAULT: &str = "default";

/// The connections of one process. Cheap to clone.
#[derive(Clone)]
pub struct Connections(Arc<Room>);

struct Room {
    storage: Storage,
    inventory: Inventory,
    flows: Flows,
    vault: Vault,
    audit: Audit,
    settings: ConnectionSettings,
    shelf: Arc<Mutex<Shelf>>,
    uploads: upload::Uploads,
    stopping: CancellationToken,
    /// Ends the keeper with the last clone of the room.
    _stopping: DropGuard,
}

/// What stands, by account and name, and how many each account opens at this moment.
#[derive(Default)]
struct Shelf {
    standing: BTreeMap<(AccountId, String), Arc<Entry>>,
    opening: BTreeMap<AccountId, usize>,
}

fn held(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shelf {
    fn of<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Arc<Entry>> {
        self.standing.values().filter(move |entry| &entry.account == account)
    }

    fn take(&mut self, account: &AccountId, name: &str) -> Option<Arc<Entry>> {
        self.standing.remove(&(account.clone(), name.to_owned()))
    }
}

impl Connections {
    pub(crate) fn start(
        storage: Storage,
        inventory: Inventory,
        flows: Flows,
        vault: Vault,
        settings: ConnectionSettings,
        audit: Audit,
    ) -> Self {
        let (shelf, stopping) = (Arc::<Mutex<Shelf>>::default(), CancellationToken::new());
        keeper::start(shelf.clone(), storage.clone(), settings.idle_timeout, stopping.clone());
        let _stopping = stopping.clone().drop_guard();
        let uploads = Default::default();
        Self(Arc::new(Room { storage, inventory, flows, vault, audit, settings, shelf, uploads, stopping, _stopping }))
    }

    /// Ends every connection as the process stops.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        let all = std::mem::take(&mut held(&self.0.shelf).standing);
        for entry in all.into_values() {
            entry.close().await;
        }
    }

    /// The SSH connections of an account: the caller's, or for an admin anybody's.
    ///
    /// # Errors
    /// `Forbidden` when `user_id` names another account, `NotFound` for an admin when there is none of that id or name.
    pub async fn ssh_status(&self, caller: &Caller, user_id: Option<&str>) -> Result<SshStatus, ServiceError> {
        let user_id = account_of(&self.0.storage, caller, user_id).await?;
        let shelf = held(&self.0.shelf);
        let mut ssh: Vec<_> = shelf.of(&user_id).filter(|entry| entry.kind() == ConnectionKind::Ssh).collect();
        ssh.sort_by_key(|entry| entry.connected_at);
        let sessions: Vec<_> = ssh.into_iter().map(|entry| entry.ssh_view()).collect();
        drop(shelf);
        let connected = sessions.iter().any(|session| session.active);
        Ok(SshStatus { connected, user_id, count: sessions.len() as u64, sessions })
    }

    /// The caller's connections, the oldest first.
    #[must_use]
    pub fn list(&self, caller: &Caller) -> ConnectionList {
        let shelf = held(&self.0.shelf);
        let mut all: Vec<_> = shelf.of(caller.account()).collect();
        all.sort_by_key(|entry| entry.connected_at);
        ConnectionList { sessions: all.into_iter().map(|entry| entry.view(self.0.settings.idle_timeout)).collect() }
    }

    /// Ends an SSH connection by its name.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when `user_id` names another account.
    pub async fn ssh_disconnect(
        &self,
        caller: &Caller,
        user_id: Option<&str>,
        name: Option<&str>,
    ) -> Result<SshDisconnected, ServiceError> {
        let user_id = account_of(&self.0.storage, caller, user_id).await?;
        let session_id = named(name).to_owned();
        let entry = held(&self.0.shelf).take(&user_id, &session_id);
        let entry = entry.ok_or_else(|| ServiceError::missing("connection", &session_id))?;
        self.end(caller, &entry).await;
        Ok(SshDisconnected { disconnected: true, user_id, session_id })
    }

    /// Ends a connection and what runs over it.
    ///
    /// # Errors
    /// `NotFound` when the caller has none of that name.
    pub async fn close(&self, caller: &Caller, id: &str) -> Result<ConnectionClosed, ServiceError> {
        let entry = held(&self.0.shelf).take(caller.account(), id);
        let entry = entry.ok_or_else(|| ServiceError::missing("connection", id))?;
        self.end(caller, &entry).await;
        Ok(ConnectionClosed { message: format!("the connection to {} is closed", entry.host) })
    }

    async fn end(&self, caller: &Caller, entry: &Entry) {
        entry.close().await;
        self.0.audit.note(caller, "connection.close", entry.object(), "done").await;
    }

    /// Puts the caller's connections away that no longer stand, or whose time is over.
    pub async fn cleanup(&self, caller: &Caller) -> ConnectionsCleaned {
        let mut cleaned = Vec::new();
        held(&self.0.shelf).standing.retain(|_, entry| {
            let is_over = &entry.account == caller.account()
                && (!entry.is_active() || entry.is_over(self.0.settings.idle_timeout));
            if is_over {
                cleaned.push(entry.clone());
            }
            !is_over
        });
        for entry in &cleaned {
            entry.close().await;
            self.0.audit.note(caller, "connection.close", entry.object(), "it stood no more").await;
        }
        let cleaned = cleaned.len() as u64;
        let message = match cleaned {
            0 => "every connection stands; nothing was put away".to_owned(),
            1 => "1 connection that no longer stood was put away".to_owned(),
            many => format!("{many} connections that no longer stood were put away"),
        };
        ConnectionsCleaned { cleaned, message }
    }

    /// One of the caller's connections, in use from now on.
    ///
    /// # Errors
    /// `NotFound` when there is none of that name, `Forbidden` when the caller may not use it.
    fn using(&self, caller: &Caller, id: &str) -> Result<InUse, ServiceError> {
        access::may_connect(caller)?;
        let key = (caller.account().clone(), id.to_owned());
        let entry = held(&self.0.shelf).standing.get(&key).cloned();
        let entry = entry.ok_or_else(|| ServiceError::missing("connection", id))?;
        access::may_use(caller, &entry.opened_by)?;
        Ok(InUse::of(entry))
    }
}

fn named(name: Option<&str>) -> &str {
    name.filter(|name| !name.is_empty()).unwrap_or(DEFAULT)
}
