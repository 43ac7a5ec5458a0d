//! "Signed in on these devices": SPEC §2 and §12.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// One sign-in of the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceView {
    /// Names the sign-in; it is not the cookie and opens nothing.
    pub id: String,
    /// Browser and system in a few words, as the browser tells them.
    pub browser: String,
    /// From where it was last used.
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Answer of DELETE `/api/account/devices`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DevicesEnded {
    /// How many sign-ins have ended.
    pub ended: u64,
}
