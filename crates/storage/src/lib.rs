//! The only crate that knows SQL: entities, migrations and one repository a room, on SQLite and on PostgreSQL.
//!
//! Records go in and come out; no rule of the house lives here and no type of the database library leaves. What
//! only the database can decide at once for everybody (the last place, the first account, a ticket's one use) is
//! decided here. It cannot check who may do what: that is done before a call arrives.

pub mod chain;
mod connect;
mod entities;
mod error;
mod migrations;
mod repos;
mod words;

use connect::Db;

pub use words::folded;

pub use error::StorageError;
pub use repos::{
    accounts::{AccountChange, AccountRecord, Accounts},
    audit::{Audit, AuditEnds, AuditLine},
    commands::{SnippetRecord, Snippets},
    grants::{GrantRecord, Grants, OwnLogin},
    history::{History, Typed},
    host_authorities::{HostAuthorities, HostAuthorityRecord},
    host_keys::HostKeys,
    identities::{FlowRecord, Identities, IdentityRecord},
    inventory::{
        Batch, BootstrapRecord, HostLine, ImportRecord, Inventory, KeptFolderSource, KeptSource, KnownElsewhere,
        NetBoxRecord, NetBoxSyncRecord, SourceRecord, UndoRecord,
    },
    passkeys::{PasskeyRecord, Passkeys},
    recordings::{RecordingEnd, RecordingFilter, RecordingRecord, Recordings},
    second_factors::{SecondFactorRecord, SecondFactors},
    sign_ins::{Device, DeviceLine, SignInRecord, SignIns},
    terminal::{InviteRecord, Reservation, SessionRecord, Terminal, TicketHolder},
    tokens::{TokenRecord, Tokens},
    vault::{CopyName, CopyRecord, CredentialName, CredentialRecord, PairRecord, Vault},
};

/// An open database. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Storage(Db);

impl Storage {
    /// Opens `sqlite://path?mode=rwc` or `postgres://…`, and brings its tables up to date. A missing SQLite file is
    /// made, its folder too, readable by its owner alone.
    pub async fn open(url: &str) -> Result<Self, StorageError> {
        let db = connect::open(url).await?;
        migrations::run(&db).await?;
        Ok(Self(db))
    }

    /// Who may sign in.
    pub fn accounts(&self) -> Accounts {
        Accounts(self.0.clone())
    }

    /// What stands behind the sign-in cookies.
    pub fn sign_ins(&self) -> SignIns {
        SignIns(self.0.clone())
    }

    /// Second factors and their recovery codes.
    pub fn second_factors(&self) -> SecondFactors {
        SecondFactors(self.0.clone())
    }

    /// Passkeys.
    pub fn passkeys(&self) -> Passkeys {
        Passkeys(self.0.clone())
    }

    /// Whom providers and directories know accounts as.
    pub fn identities(&self) -> Identities {
        Identities(self.0.clone())
    }

    /// API tokens.
    pub fn tokens(&self) -> Tokens {
        Tokens(self.0.clone())
    }

    /// Sealed credentials.
    pub fn vault(&self) -> Vault {
        Vault(self.0.clone())
    }

    /// Hosts and folders.
    pub fn inventory(&self) -> Inventory {
        Inventory(self.0.clone())
    }

    /// What is shared with whom.
    pub fn grants(&self) -> Grants {
        Grants(self.0.clone())
    }

    /// Trusted host keys.
    pub fn host_keys(&self) -> HostKeys {
        HostKeys(self.0.clone())
    }

    /// Keys that vouch for hosts, or are never accepted.
    pub fn host_authorities(&self) -> HostAuthorities {
        HostAuthorities(self.0.clone())
    }

    /// Terminal sessions and their tickets.
    pub fn terminal(&self) -> Terminal {
        Terminal(self.0.clone())
    }

    /// Typed commands.
    pub fn history(&self) -> History {
        History(self.0.clone())
    }

    /// Snippets.
    pub fn snippets(&self) -> Snippets {
        Snippets(self.0.clone())
    }

    /// Recordings.
    pub fn recordings(&self) -> Recordings {
        Recordings(self.0.clone())
    }

    /// The audit log.
    pub fn audit(&self) -> Audit {
        Audit(self.0.clone())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.0.ping().await
    }

    /// Waits for what runs and closes every connection; SQLite then folds its write-ahead log into the file.
    pub async fn close(&self) -> Result<(), StorageError> {
        self.0.close().await
    }
}
