//! The audit log: what was done that matters, by whom, from where, to what, and how it went.

use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// One entry. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// Its number; later ones have larger ones.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The account; missing when a guest did it.
    pub account_id: Option<AccountId>,
    /// Its name at that time, or the guest's.
    pub account_name: String,
    /// From where; missing on the command line.
    pub address: Option<String>,
    /// The request that did it; finds it in the log.
    pub request_id: String,
    /// What was done, as `session.open`.
    pub action: String,
    /// To what, as `session:<id>`.
    pub object: String,
    /// How it went: `done`, or a word or sentence more.
    pub outcome: String,
}

/// Query of GET `/api/audit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct AuditQuery {
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
