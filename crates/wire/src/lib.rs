//! The words that the browser and the server share: ids, views, requests, faults and terminal frames.
//!
//! Data and its validation only: nothing here runs, waits, stores or tells the time, so that the same crate builds
//! for the server and for WebAssembly. Key names are those of SPEC §12, because clients of earlier systems use them.

pub mod accounts;
pub mod audit;
pub mod commands;
pub mod connections;
pub mod events;
mod fault;
pub mod files;
pub mod frames;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod grants;
mod id;
pub mod inventory;
pub mod links;
pub mod monitor;
mod patch;
pub mod plain;
pub mod recordings;
pub mod search;
pub mod terminal;
mod timestamp;
pub mod vault;

pub use fault::{Fault, FaultCode, NeededSecret};
pub use id::{
    AccountId, CommandRunId, CredentialId, FilterId, FolderId, GrantId, GroupId, HostAuthorityId, HostId, InvalidId,
    InviteId, NetBoxJobId, RecordingId, RoundId, SessionId, SnippetId, TokenId, TransferId, UndoId,
};
pub use patch::Patch;
pub use timestamp::Timestamp;
