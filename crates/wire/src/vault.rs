//! Credentials: secrets go in, never out (SPEC §3 and §12).

use crate::{CredentialId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that must not be printed. It is written to JSON (a browser has to send it) and by nothing else.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Password))]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into care.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one function that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a credential holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// A password.
    Password,
    /// A private key, its passphrase with it when it has one.
    PrivateKey,
    /// A private key and a password.
    Both,
}

/// A credential as it is listed. No secret is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CredentialView {
    /// The credential's id.
    pub id: CredentialId,
    /// What the owner called it.
    pub name: String,
    /// What it holds.
    pub kind: CredentialKind,
    /// The username that goes with it, when it names one.
    pub username: Option<String>,
    /// The public half of the private key in OpenSSH form.
    pub public_key: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many hosts use it.
    pub used_by: u64,
    /// The private key's certificate.
    pub certificate: Option<CertificateView>,
}

/// A certificate of a user's key. It is public.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateView {
    /// What its authority calls it.
    pub key_id: String,
    /// The usernames that it lets in; with none the host decides.
    pub principals: Vec<String>,
    /// Since when it holds.
    pub valid_from: Timestamp,
    /// Until when it holds; without one for ever.
    pub valid_until: Option<Timestamp>,
    /// The fingerprint of the authority's key (`SHA256:…`).
    pub authority: String,
}

/// Body of PUT `/api/credentials/{id}/certificate`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateDraft {
    /// The line of the file that ends in `-cert.pub`; none takes away what the credential has.
    pub certificate: Option<String>,
}

/// Body of POST `/api/credentials`. At least one of `password` and `private_key`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CredentialDraft {
    /// What to call it, 1 to 100 characters.
    pub name: String,
    /// The username that goes with it.
    #[serde(default)]
    pub username: Option<String>,
    /// A password.
    #[serde(default)]
    pub password: Option<Secret>,
    /// A private key in OpenSSH or PEM form.
    #[serde(default)]
    pub private_key: Option<Secret>,
    /// The private key's passphrase. Left out for an encrypted key, it is asked for at connect.
    #[serde(default)]
    pub passphrase: Option<Secret>,
    /// The private key's certificate: the line of the file that ends in `-cert.pub`.
    #[serde(default)]
    pub certificate: Option<String>,
}

/// Body of POST `/api/credentials/generate`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyDraft {
    /// What to call it, 1 to 100 characters.
    pub name: String,
    /// The username that goes with it.
    #[serde(default)]
    pub username: Option<String>,
}

/// Opens a vault whose password was reset: with the recovery code, or by starting an empty one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VaultRecovery {
    /// The password of now; it wraps the vault from here on.
    pub password: Secret,
    /// The code given when the account was made. Without it every stored secret is deleted and a new vault begins.
    pub recovery_code: Option<Secret>,
}
