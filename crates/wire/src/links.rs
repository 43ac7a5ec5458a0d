//! Links that stand: what is open to which host, by what way, and how much went over it (SPEC §6).

use crate::{HostId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// Terminals, commands and looking at files share it.
    Shared,
    /// Large transfers alone.
    Bulk,
    /// A connection that a script opened by name, alone.
    Connection,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkView {
    /// The link's id, as long as the server runs.
    pub id: String,
    /// The host of the inventory, when it is one.
    pub host_id: Option<HostId>,
    /// The host's name when the link was opened; of another place, its address.
    pub host_name: String,
    /// `address:port`.
    pub endpoint: String,
    /// Who is signed in there.
    pub username: String,
    /// The jump hosts on the way, the first one first.
    pub via: Vec<String>,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Since when it stands.
    pub opened_at: Timestamp,
    /// How many terminals run over it.
    pub shells: u32,
    /// How many commands run over it.
    pub commands: u32,
    /// How many file channels are open on it.
    pub files: u32,
    /// How many other links go through it.
    pub links: u32,
    /// Bytes that went to the host, encryption and all.
    pub bytes_sent: u64,
    /// Bytes that came from it.
    pub bytes_received: u64,
}

impl LinkView {
    /// Whether nothing runs over it just now.
    pub fn is_idle(&self) -> bool {
        self.shells + self.commands + self.files + self.links == 0
    }
}

/// The links of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkList {
    /// The oldest first.
    pub links: Vec<LinkView>,
    /// How long a link stays after its last use, in seconds; 0 ends it at once.
    pub idle_seconds: u64,
}
