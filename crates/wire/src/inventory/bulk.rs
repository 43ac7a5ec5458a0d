//! One change to many hosts, and the way back.

use super::{HostFilter, HostPatch};
use crate::{FolderId, HostId, Timestamp, UndoId};
use serde::{Deserialize, Serialize};

/// The most hosts that are named one by one.
pub const MOST_SELECTED: usize = 20_000;

/// Which hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum HostSelection {
    /// These.
    Hosts {
        /// Their ids, 20,000 at most.
        ids: Vec<HostId>,
    },
    /// All that match a filter when the change is made.
    Matching {
        /// The filter.
        filter: HostFilter,
        /// Those that were taken out again.
        #[serde(default)]
        except: Vec<HostId>,
    },
}

/// What is done to each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum BulkChange {
    /// Fields get other values.
    Edit {
        /// As for one host, without its name; device fields that are empty stay as they are.
        patch: Box<HostPatch>,
        /// Tags that each of them gets.
        #[serde(default)]
        add_tags: Vec<String>,
        /// Tags that none of them has afterwards.
        #[serde(default)]
        remove_tags: Vec<String>,
        /// Device fields that are emptied, by name.
        #[serde(default)]
        clear_device: Vec<String>,
    },
    /// They go into a folder, or out of all folders.
    Move {
        /// Which; out of all when null.
        folder_id: Option<FolderId>,
    },
    /// They are marked, or not any more.
    Favourite {
        /// Whether they are.
        on: bool,
    },
    /// They are deleted.
    Delete,
}

/// Body of POST `/api/hosts/bulk`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRequest {
    /// Which hosts.
    pub selection: HostSelection,
    /// What is done to them.
    pub change: BulkChange,
    /// Whether to say what would change, and change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// A host that was left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkSkip {
    /// Which.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Answer of POST `/api/hosts/bulk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkReport {
    /// How many hosts the selection holds.
    pub selected: u64,
    /// How many of them changed.
    pub changed: u64,
    /// How many could not be changed, and stayed as they were.
    pub skipped: u64,
    /// The first hundred of those, with reasons.
    pub skips: Vec<BulkSkip>,
    /// Takes it back; none for a dry run, and when nothing changed.
    pub undo: Option<UndoId>,
}

/// A change that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UndoView {
    /// Its id.
    pub id: UndoId,
    /// What was done, as in `1,000 hosts moved to Site / Rack`.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// Until when it can be taken back.
    pub until: Timestamp,
}

/// Answer of POST `/api/undos/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UndoReport {
    /// How many hosts and folders are as they were.
    pub restored: u64,
    /// How many were changed by something else since, and stay as they are now.
    pub skipped: u64,
    /// The first hundred of those, with reasons.
    pub skips: Vec<BulkSkip>,
}
