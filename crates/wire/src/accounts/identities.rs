//! Accounts that somebody else vouches for: a provider of identities (OpenID Connect) or a directory (LDAP).

use crate::{Timestamp, vault::Secret};
use serde::{Deserialize, Serialize};

/// What opens an account's vault, and what it proves itself with where a proof is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VaultOpener {
    /// Its password.
    Password,
    /// The vault's own passphrase: the account has no password here.
    Passphrase,
    /// A passkey that gives a key for it: the account has no password here, and no passphrase was chosen.
    Passkey,
    /// Nothing yet: a passphrase has to be chosen first, or a passkey added that gives a key.
    NewPassphrase,
    /// The recovery code, because its password was reset.
    RecoveryCode,
}

/// Somebody as a provider or a directory knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityView {
    /// Names the link.
    pub id: String,
    /// Who vouches: the issuer's address, or `ldap`.
    pub issuer: String,
    /// The name that they have there.
    pub known_as: String,
    /// Since when it is linked.
    pub linked_at: Timestamp,
    /// When it was last signed in by.
    pub last_used_at: Option<Timestamp>,
    /// Whether it can be taken away: the last one of an account without a password stays.
    pub removable: bool,
}

/// Body of POST `/api/account/identities`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityLink {
    /// The account's password, so that a browser that was left open gives nobody a way in.
    pub password: Secret,
}

/// Answer of POST `/api/account/identities`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityLinking {
    /// Where the browser goes on, within ten minutes.
    pub url: String,
}

/// Body of POST `/api/account/vault/passphrase`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassphraseChoice {
    /// At least 10 characters. It goes to nobody but this server.
    pub passphrase: Secret,
    /// Deletes every stored secret and begins an empty vault, for who has lost the passphrase and the recovery code. Takes a sign-in of the
    /// last ten minutes.
    #[serde(default)]
    pub anew: bool,
}
