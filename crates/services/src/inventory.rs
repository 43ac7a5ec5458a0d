//! Hosts, folders, host keys, reachability and the way to a host: everything that happens before a shell is open.
//!
//! Every question goes to storage with the caller's account, so another account's host is simply not there. Dialling
//! takes a permit, resolves the vault and the jump hosts, and answers an unknown or changed host key with the scan:
//! nothing in here waits for a person. Links are shared, and stay a while after their last use ([`links`]).

mod adhoc;
mod arrange;
mod authorities;
mod authorized_keys;
mod bootstrap;
mod bulk;
mod bulk_edit;
mod chain;
mod circles;
mod command;
mod dial;
#[cfg(test)]
mod dial_tests;
mod dress;
mod exports;
mod fields;
mod files;
mod folders;
mod footing;
mod ftp;
mod handing;
mod host_keys;
mod hosts;
mod imports;
mod kept;
mod key_install;
mod lending;
mod library;
mod links;
mod links_view;
mod list;
mod login;
mod marks;
mod natural;
mod netbox;
mod probe;
mod questions;
mod rank;
mod reach;
mod remote;
mod remote_keys;
mod rounds;
mod search;
mod shelf;
mod target;
mod tree;
mod turns;
mod undo;
mod values;

pub use adhoc::AdHoc;
pub(crate) use adhoc::Place;
pub use exports::Exported;
pub(crate) use fields::{address, name, port};
pub(crate) use footing::Footing;
pub(crate) use ftp::tls_at;
pub use imports::ImportFile;
pub(crate) use key_install::made as made_key;
pub(crate) use links::Leg;
pub use links::Use;
pub(crate) use login::{OneTimeLogin, username};
pub(crate) use netbox::Around;
pub use netbox::NetBoxes;
pub use rounds::Rounds;

use crate::{Caller, ServiceError, Settings, audit::Audit, clock, events::Events, rate::Rate, vault::Vault};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use storage::Storage;
use tokio_util::sync::{CancellationToken, DropGuard};
use wire::{AccountId, HostId, events::Topic, inventory::HostView};

/// So many single hosts an account probes in a minute; a round does many at once.
const PROBES_A_MINUTE: u32 = 300;

/// The inventory room. Cheap to clone.
#[derive(Clone)]
pub struct Inventory(Arc<Room>);

struct Room {
    storage: Storage,
    vault: Vault,
    events: Events,
    audit: Audit,
    dial_timeout: Duration,
    links: Arc<links::Links>,
    questions: questions::Questions,
    shelves: shelf::Shelves,
    turns: turns::Turns,
    probed: Mutex<Rate<AccountId>>,
    views: shelf::Views,
    handing: handing::Handing,
    probing: CancellationToken,
    /// Ends the prober and the keeper of links with the last clone of the room.
    _probing: DropGuard,
}

impl Inventory {
    /// Opens the room and starts the background probe, unless its interval is zero.
    pub fn new(storage: Storage, vault: Vault, settings: &Settings, events: Events, audit: Audit) -> Self {
        let probing = CancellationToken::new();
        probe::start(storage.clone(), events.clone(), settings.probe_interval, probing.clone());
        let _probing = probing.clone().drop_guard();
        let links = Arc::new(links::Links::new(settings.links_apart, settings.link_idle, links::PATIENCE));
        links::keeper::start(links.clone(), storage.clone(), events.clone(), probing.clone());
        let dial_timeout = settings.dial_timeout;
        let (shelves, turns) = (shelf::Shelves::default(), turns::Turns::default());
        let (probed, views) = (Mutex::new(Rate::new(PROBES_A_MINUTE)), shelf::Views::default());
        Self(Arc::new(Room {
            storage,
            vault,
            events,
            audit,
            dial_timeout,
            links,
            questions: questions::Questions::default(),
            shelves,
            turns,
            probed,
            views,
            handing: handing::Handing::default(),
            probing,
            _probing,
        }))
    }

    /// Ends the background probe, and lets go of the links that nobody uses.
    pub fn stop_probing(&self) {
        self.0.probing.cancel();
        self.0.links.let_all_go();
    }

    /// A host by its id, or by its name when no other one has it: the caller's, else one of others that the caller may use.
    pub(crate) async fn find(&self, caller: &Caller, id_or_name: &str) -> Result<HostView, ServiceError> {
        let mut found = self.0.storage.inventory().hosts_called(caller.account(), id_or_name).await?;
        match (found.pop(), found.len()) {
            (None, _) => self.find_shared(caller, id_or_name).await,
            (Some(host), 0) => self.dressed(caller.account(), host).await,
            (Some(host), others) => Err(ServiceError::AmbiguousHost { name: host.name, count: others + 1 }),
        }
    }

    /// Notes that a host was opened just now.
    pub(crate) async fn mark_used(&self, caller: &Caller, host: &HostId) -> Result<(), ServiceError> {
        self.0.storage.inventory().set_last_used(caller.account(), host, clock::now()).await?;
        self.host_changed(caller, host);
        Ok(())
    }

    /// Tells the caller's pages that a host is not as it was.
    fn host_changed(&self, caller: &Caller, id: &HostId) {
        self.0.events.changed(caller.account(), Topic::Hosts, Some(id.as_str()));
    }
}
