//! What is asked of the audit log, and what it answers.

use super::{AuditEvent, AuditHead};
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// Which lines are meant. What is left out, or empty, leaves none out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct AuditFilter {
    /// By the account of this name or id.
    pub account: Option<String>,
    /// This action, as `session.open`, or all of a room, as `session`.
    pub action: Option<String>,
    /// With this text in what was done to.
    pub object: Option<String>,
    /// With this text in how it went.
    pub outcome: Option<String>,
    /// From an address that begins with this text.
    pub address: Option<String>,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// Which page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct AuditPage {
    /// At most this many; 100 when left out, 1000 at most.
    pub limit: Option<u32>,
    /// Only entries before this one, to read on.
    pub before: Option<i64>,
}

/// Answer of GET `/api/audit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditList {
    /// The newest first.
    pub events: Vec<AuditEvent>,
}

/// Answer of GET `/api/audit/chain`: how the log stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditChain {
    /// The last line; keep it elsewhere to notice later that the end was cut off.
    pub head: AuditHead,
    /// The last line that retention removed; number 0 when all are there.
    pub removed: AuditHead,
    /// The line that says how the chain was verified last.
    pub verified: Option<AuditEvent>,
    /// The last line that is a seal.
    pub sealed: Option<AuditEvent>,
}

/// Answer of POST `/api/audit/verify`: what a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditReport {
    /// Whether every line is there, in its place and as it was written.
    pub holds: bool,
    /// How many lines fit, up to the first one that does not.
    pub lines: u64,
    /// What the first of them stands on: the last line that was removed, or the start.
    pub after: AuditHead,
    /// The last line that fits.
    pub head: AuditHead,
    /// Which line does not fit, and what is wrong, when one does not.
    pub flaw: Option<String>,
    /// What the seals say.
    pub seals: AuditSeals,
}

/// What the seals of the server's key among the lines say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditSeals {
    /// How many are this server's key's, and fit.
    pub good: u64,
    /// How many are another key's: this server cannot tell.
    pub unknown: u64,
    /// The last line that a good one covers; 0 for none.
    pub up_to: i64,
}
