//! Hosts and folders of an account, as the views that people see.

mod batch;
mod favourites;
mod filters;
mod folders;
mod hosts;
mod imports;
mod lines;
mod named;
mod netbox;
mod netbox_sync;
mod notes;
mod search;
mod sources;
mod undos;

pub use batch::{Batch, KeptFolderSource, KeptSource};
pub use imports::ImportRecord;
pub use lines::HostLine;
pub use netbox::{KnownElsewhere, NetBoxRecord};
pub use netbox_sync::NetBoxSyncRecord;
pub use notes::BootstrapRecord;
pub use sources::SourceRecord;
pub use undos::UndoRecord;

use crate::Db;

/// The inventory. Every call takes the account whose inventory it is; ids of another account are not found.
/// That what a host refers to (credential, folder, jump host) is the same account's, the caller must see to.
#[derive(Debug, Clone)]
pub struct Inventory(pub(crate) Db);
