//! The rules of the house: who may do what, and in which order things happen.
//!
//! Every call takes the [`Caller`] first: who asks, from where, under which request id. Server functions, REST and the
//! command line are thin doors to the same calls. This crate speaks no HTTP and no SQL; it never hands out a handle to a
//! host without a permit that only [`access`] can make.

mod access;
pub mod accounts;
pub mod audit;
mod caller;
mod clock;
pub mod commands;
pub mod connections;
mod error;
pub mod events;
pub mod files;
pub mod grants;
pub mod inventory;
mod metrics;
pub mod monitor;
pub mod rate;
pub mod recordings;
mod runs;
mod search;
mod settings;
pub mod terminal;
pub mod vault;

pub use caller::{Caller, Via, Visitor};
pub use error::ServiceError;
pub use settings::{
    AuditSettings, CommandSettings, ConnectionSettings, HistorySettings, LdapSettings, NetBoxSettings, OidcSettings,
    PasskeySettings, RecordingSettings, SessionSettings, Settings,
};
pub use transport::LdapAccess;

use accounts::Accounts;
use audit::Audit;
use commands::Commands;
use connections::Connections;
use events::Events;
use files::{Files, Flows};
use grants::Grants;
use inventory::{Around, Inventory, NetBoxes, Rounds};
use metrics::Metrics;
use monitor::Monitor;
use recordings::Recordings;
use std::sync::Arc;
use storage::Storage;
use terminal::Terminal;
use vault::{Vault, server_key::ServerKey};

/// The services of one process. Cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Rooms>);

struct Rooms {
    storage: Storage,
    events: Events,
    metrics: Metrics,
    audit: Audit,
    accounts: Accounts,
    vault: Vault,
    inventory: Inventory,
    netbox: NetBoxes,
    rounds: Rounds,
    connections: Connections,
    recordings: Recordings,
    terminal: Terminal,
    commands: Commands,
    files: Files,
    monitor: Monitor,
    grants: Grants,
}

impl Services {
    /// Opens the database, tidies up after the process before, and starts what runs in the background.
    ///
    /// # Errors
    /// When the database cannot be opened or migrated.
    pub async fn start(settings: Settings) -> Result<Self, ServiceError> {
        let storage = Storage::open(&settings.database_url).await?;
        let (events, metrics) = (Events::default(), Metrics::new()?);
        let audit = Audit::new(storage.clone(), settings.audit.clone(), settings.server_key.clone());
        let accounts = Accounts::new(storage.clone(), events.clone(), audit.clone()).await?;
        let accounts = accounts
            .requiring(settings.require_second_factor)
            .with_provider(settings.oidc.clone())?
            .with_directory(settings.ldap.clone())?
            .with_passkeys(settings.passkeys.clone())?
            .knowing_devices(&ServerKey::new(settings.server_key.clone()))
            .await;
        let vault = Vault::new(storage.clone(), events.clone(), audit.clone());
        let inventory = Inventory::new(storage.clone(), vault.clone(), &settings, events.clone(), audit.clone());
        let netbox = NetBoxes::start(Around {
            storage: storage.clone(),
            accounts: accounts.clone(),
            inventory: inventory.clone(),
            vault: vault.clone(),
            server_key: ServerKey::new(settings.server_key.clone()),
            events: events.clone(),
            audit: audit.clone(),
            settings: settings.netbox.clone(),
        });
        let rounds = Rounds::new(inventory.clone(), audit.clone());
        let flows = Flows::default();
        let connections = Connections::start(
            storage.clone(),
            inventory.clone(),
            flows.clone(),
            vault.clone(),
            settings.connections.clone(),
            audit.clone(),
        );
        let recordings = Recordings::start(
            storage.clone(),
            settings.recording.clone(),
            events.clone(),
            metrics.clone(),
            audit.clone(),
        )
        .await?;
        let terminal = Terminal::start(
            storage.clone(),
            inventory.clone(),
            recordings.clone(),
            &settings,
            events.clone(),
            metrics.clone(),
            audit.clone(),
        )
        .await?;
        let commands =
            Commands::new(storage.clone(), inventory.clone(), settings.commands.clone(), events.clone(), audit.clone());
        let files =
            Files::start(storage.clone(), inventory.clone(), flows, events.clone(), audit.clone(), settings.link_idle);
        let monitor = Monitor::new(inventory.clone());
        audit.keep().await;
        let grants = Grants::new(storage.clone(), inventory.clone(), terminal.clone(), events.clone(), audit.clone());
        Ok(Self(Arc::new(Rooms {
            storage,
            events,
            metrics,
            audit,
            accounts,
            vault,
            inventory,
            netbox,
            rounds,
            connections,
            recordings,
            terminal,
            commands,
            files,
            monitor,
            grants,
        })))
    }

    /// The accounts alone, for the command line: nothing else starts, so a running server's sessions are left alone.
    ///
    /// # Errors
    /// When the database cannot be opened or migrated.
    pub async fn accounts_alone(settings: &Settings) -> Result<Accounts, ServiceError> {
        let storage = Storage::open(&settings.database_url).await?;
        let audit = Audit::new(storage.clone(), settings.audit.clone(), settings.server_key.clone());
        Accounts::new(storage, Events::default(), audit).await
    }

    /// The audit log alone, for the command line.
    ///
    /// # Errors
    /// As [`Services::accounts_alone`].
    pub async fn audit_alone(settings: &Settings) -> Result<Audit, ServiceError> {
        let storage = Storage::open(&settings.database_url).await?;
        Ok(Audit::new(storage, settings.audit.clone(), settings.server_key.clone()))
    }

    /// Ends every session and every command, and waits until that is written down.
    pub async fn shutdown(&self) {
        self.0.inventory.stop_probing();
        tokio::join!(
            self.0.terminal.shutdown(),
            self.0.commands.shutdown(),
            self.0.files.shutdown(),
            self.0.netbox.shutdown(),
            self.0.rounds.shutdown(),
            self.0.monitor.shutdown()
        );
        self.0.connections.shutdown().await;
        self.0.recordings.shutdown().await;
        self.0.audit.shutdown().await;
        self.0.events.close();
    }

    /// Whether requests can be answered.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        Ok(self.0.storage.ping().await?)
    }

    /// What the process has done since it started, in Prometheus' text format. `caller` is missing when the server's
    /// settings let the one who asks in without a sign-in.
    ///
    /// # Errors
    /// `Forbidden` for a caller who is no admin.
    pub fn metrics(&self, caller: Option<&Caller>) -> Result<String, ServiceError> {
        self.0.metrics.text(caller, &self.0.terminal, &self.0.events, &self.0.monitor)
    }

    /// Accounts, sign-in and tokens.
    pub fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    /// Credentials.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Hosts, folders, host keys and bootstrap.
    pub fn inventory(&self) -> &Inventory {
        &self.0.inventory
    }

    /// NetBox as a source of hosts.
    pub fn netbox(&self) -> &NetBoxes {
        &self.0.netbox
    }

    /// Work on many hosts: probes, scans of host keys, first access, new keys.
    pub fn rounds(&self) -> &Rounds {
        &self.0.rounds
    }

    /// Connections of scripts.
    pub fn connections(&self) -> &Connections {
        &self.0.connections
    }

    /// Where a page hears that something has changed.
    pub fn events(&self) -> &Events {
        &self.0.events
    }

    /// The audit log.
    pub fn audit(&self) -> &Audit {
        &self.0.audit
    }

    /// Recordings.
    pub fn recordings(&self) -> &Recordings {
        &self.0.recordings
    }

    /// Commands on hosts, and snippets.
    pub fn commands(&self) -> &Commands {
        &self.0.commands
    }

    /// Files on hosts.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// What hosts are doing.
    pub fn monitor(&self) -> &Monitor {
        &self.0.monitor
    }

    /// What is shared with whom, and groups.
    pub fn grants(&self) -> &Grants {
        &self.0.grants
    }

    /// Terminal sessions.
    pub fn terminal(&self) -> &Terminal {
        &self.0.terminal
    }
}
