//! The audit log: what was done that matters, by whom, from where, to what, and how it went.
//!
//! Each line carries the hash of the line before it and its own, which is made over [`AuditEvent::encoded`]. What is here
//! only says how; the hash itself is made and compared where the log is kept.

mod head;
mod views;

pub use head::{AuditHash, AuditHead, InvalidHead};
pub use views::{AuditChain, AuditFilter, AuditList, AuditPage, AuditReport, AuditSeals};

use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// The first field of what is hashed: another way to write lines gets another word.
const FORM: &str = "berth-audit-1";

/// One entry. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// Its number: the first is 1, and none is left out.
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
    /// The hash of the line before it; 64 zeros in the first line of all.
    pub previous: AuditHash,
    /// Its own hash.
    pub hash: AuditHash,
}

impl AuditEvent {
    /// The bytes that its hash is made over: every field but the hash, each with its length before it, so that no two
    /// different lines are written alike.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        let (number, previous, at) = (self.id.to_string(), self.previous.to_string(), String::from(self.at));
        let fields = [
            Some(FORM),
            Some(&number),
            Some(&previous),
            Some(&at),
            self.account_id.as_ref().map(AccountId::as_str),
            Some(&self.account_name),
            self.address.as_deref(),
            Some(&self.request_id),
            Some(&self.action),
            Some(&self.object),
            Some(&self.outcome),
        ];
        fields.into_iter().flat_map(field).collect()
    }

    /// Its number and hash: what the lines after it stand on.
    #[must_use]
    pub fn head(&self) -> AuditHead {
        AuditHead { number: self.id, hash: self.hash }
    }
}

/// A text as `LENGTH:BYTES,` with the length in bytes; one that is missing as `-`.
fn field(text: Option<&str>) -> Vec<u8> {
    text.map_or_else(|| b"-".to_vec(), |text| format!("{}:{text},", text.len()).into_bytes())
}

#[cfg(test)]
#[path = "audit/tests.rs"]
mod tests;
