//! NetBox: imports that are done without anybody, hosts that are gone there, and what filters may say.

use super::{NetBoxFilters, NetBoxJobState};
use crate::{HostId, Timestamp, UndoId};
use serde::{Deserialize, Serialize};

/// The longest time from one scheduled import to the next, in seconds: a week.
pub const LONGEST_SYNC: u64 = 7 * 24 * 60 * 60;

/// The time that is offered first, in seconds.
const USUAL_SYNC: u64 = 6 * 60 * 60;

/// The shortest time that accounts may choose where the server's settings say nothing, in seconds.
const SHORTEST_SYNC: u64 = 15 * 60;

/// Body of PUT `/api/netbox/sync`. What is left out stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NetBoxSyncDraft {
    /// Whether imports are done without anybody. On, the token is sealed to the server's key, which takes the open vault; off,
    /// that copy is deleted at once.
    pub enabled: bool,
    /// How many seconds lie between the end of one and the next.
    pub every_seconds: Option<u64>,
    /// Which devices they ask for.
    pub filters: Option<NetBoxFilters>,
}

/// Imports that are done without anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxSyncView {
    /// Whether they are done.
    pub enabled: bool,
    /// How many seconds lie between the end of one and the next.
    pub every_seconds: u64,
    /// The fewest that may be chosen here.
    pub shortest_seconds: u64,
    /// Which devices they ask for.
    pub filters: NetBoxFilters,
    /// The secret that is sealed to the server's key for it, in words; none while it is off.
    pub sealed: Option<String>,
    /// Since when it is.
    pub sealed_at: Option<Timestamp>,
    /// When the next one begins.
    pub next_at: Option<Timestamp>,
    /// How many failed since the last good one.
    pub failures: u32,
    /// The last one.
    pub last: Option<NetBoxSyncRun>,
}

impl Default for NetBoxSyncView {
    fn default() -> Self {
        Self {
            enabled: false,
            every_seconds: USUAL_SYNC,
            shortest_seconds: SHORTEST_SYNC,
            filters: NetBoxFilters::default(),
            sealed: None,
            sealed_at: None,
            next_at: None,
            failures: 0,
            last: None,
        }
    }
}

/// What became of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxSyncRun {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How it ended.
    pub state: NetBoxJobState,
    /// Why it failed, and what to do.
    pub error: Option<String>,
    /// How many hosts it added.
    pub added: u64,
    /// How many it changed.
    pub updated: u64,
    /// How many devices it left out.
    pub skipped: u64,
    /// How many hosts were in NetBox no more.
    pub vanished: u64,
    /// What takes it back; none when it changed nothing.
    pub undo: Option<UndoId>,
}

/// A host that came from NetBox and is there no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxGoneHost {
    /// The host.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Where it is dialled.
    pub address: String,
    /// The name of its folder; empty for none.
    pub folder: String,
    /// Since when it is known to be gone.
    pub since: Timestamp,
}

/// Hosts that came from NetBox and are there no more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxGone {
    /// The first of them, those that went last before the others.
    pub hosts: Vec<NetBoxGoneHost>,
    /// How many there are.
    pub total: u64,
}

/// Which filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NetBoxChoiceKind {
    /// Sites.
    #[default]
    Site,
    /// Platforms.
    Platform,
    /// Roles of devices.
    Role,
    /// Tags.
    Tag,
}

/// Query of GET `/api/netbox/choices`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct NetBoxChoiceQuery {
    /// Of which filter.
    #[cfg_attr(feature = "openapi", param(inline))]
    pub of: NetBoxChoiceKind,
    /// Words to look for.
    pub search: String,
}

/// Something that a filter may say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxChoice {
    /// Its word in filters.
    pub slug: String,
    /// Its name.
    pub name: String,
}
