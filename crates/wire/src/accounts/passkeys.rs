//! Passkeys (WebAuthn): signing in without a name or a password, and a key for the vault where the authenticator gives one.

use crate::{Timestamp, vault::Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A passkey as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyView {
    /// Names it.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Whether it opens the vault, too.
    pub opens_vault: bool,
}

/// Body of POST `/api/account/passkeys`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyDraft {
    /// What to call it: 1 to 60 characters.
    pub name: String,
    /// The account's password or its vault's passphrase. Who has neither leaves it empty, within ten minutes of signing in.
    #[serde(default)]
    pub password: Secret,
}

/// What an authenticator is asked. It is answered once, within five minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyCeremony {
    /// Names the ceremony; comes back with the answer.
    pub ceremony: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` when one is added, else for `parseRequestOptionsFromJSON`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub options: Value,
    /// What the extension `prf` is given as `eval.first`, in base64url.
    pub prf_salt: String,
}

/// What an authenticator answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyAnswer {
    /// The ceremony that is answered.
    pub ceremony: String,
    /// What `PublicKeyCredential.toJSON` says, without the outcome of `prf`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub credential: Value,
    /// The 32 bytes that `prf` gave (`results.first`) in base64url, where it gave any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prf: Option<Secret>,
}

/// Answer of POST `/api/account/passkeys/confirm`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyAdded {
    /// How it is listed.
    #[serde(flatten)]
    pub passkey: PasskeyView,
    /// The new vault's recovery code, when the account had none and this passkey opens it; shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_code: Option<Secret>,
}

/// Body of PATCH `/api/account/passkeys/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyPatch {
    /// What to call it: 1 to 60 characters.
    pub name: String,
}

/// Body of POST `/api/account/passkeys/{id}/remove`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyRemoval {
    /// As when one is added.
    #[serde(default)]
    pub password: Secret,
}
