//! Second factors: codes of an authenticator app, and recovery codes in their place.

use super::AuthStatus;
use crate::{Timestamp, vault::Secret};
use serde::{Deserialize, Serialize};

/// Body of POST `/api/auth/second-factor`: the second step of a sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondStep {
    /// Six digits that the authenticator app shows, or a recovery code.
    pub code: Secret,
    /// What opens the vault, where the sign-in did not: the secret of the app's codes lies in it. A recovery code needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

/// How an account stands with second factors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorView {
    /// Since when a code is asked for at sign-in; missing when none is.
    pub since: Option<Timestamp>,
    /// How many recovery codes were not used.
    pub recovery_codes_left: u64,
    /// Whether the server's policy requires one of this account.
    pub required: bool,
}

/// Body of POST `/api/account/second-factor`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorSetUp {
    /// The account's password, so that a forgotten browser cannot lock its owner out.
    pub password: Secret,
}

/// Answer of POST `/api/account/second-factor`: what goes into an authenticator app. Nothing asks for it before it is
/// confirmed by one code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpDraft {
    /// The secret in base 32, to be typed.
    pub secret: Secret,
    /// The same as `otpauth://…`, to be shown as a QR code.
    pub url: Secret,
}

/// Body of POST `/api/account/second-factor/confirm`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorConfirm {
    /// Six digits that the authenticator app shows.
    pub code: Secret,
}

/// Answer of POST `/api/account/second-factor/confirm`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorOn {
    /// How the account stands now.
    #[serde(flatten)]
    pub status: AuthStatus,
    /// Each lets in once in place of a code; shown once.
    pub recovery_codes: Vec<Secret>,
}

/// Body of what changes a second factor that is on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorProof {
    /// The account's password.
    pub password: Secret,
    /// Six digits that the authenticator app shows, or a recovery code.
    pub code: Secret,
}

/// Answer of POST `/api/account/second-factor/recovery-codes`. The older codes open nothing any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Each lets in once in place of a code; shown once.
    pub recovery_codes: Vec<Secret>,
}
