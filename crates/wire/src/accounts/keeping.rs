//! What an admin sees of accounts, and changes: SPEC §2 and §12.

use super::Role;
use crate::{Timestamp, grants::AccountView, vault::Secret};
use serde::{Deserialize, Serialize};

/// An account as admins see it who keep accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountStanding {
    /// Its name and role.
    #[serde(flatten)]
    pub account: AccountView,
    /// Whether a code is asked for when it signs in.
    pub second_factor: bool,
    /// How many passkeys it has.
    #[serde(default)]
    pub passkeys: u64,
    /// When a sign-in or a token of it was last used, to the minute.
    pub last_seen_at: Option<Timestamp>,
    /// How many terminal sessions it has open.
    pub live_sessions: u64,
}

/// Body of POST `/api/accounts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountDraft {
    /// 1 to 64 letters, digits, `.`, `-`, `_` or `@`.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// At least 10 characters; its owner changes it.
    pub password: Secret,
}

/// Answer of POST `/api/accounts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountAdded {
    /// How it is listed.
    #[serde(flatten)]
    pub standing: AccountStanding,
    /// Opens its vault when the password is lost; for its owner, shown once.
    pub recovery_code: Secret,
}

/// Body of PATCH `/api/accounts/{id}`; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountPatch {
    /// What it may do from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether it may not sign in any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}
