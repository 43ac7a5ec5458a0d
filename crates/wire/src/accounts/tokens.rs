//! API tokens and what they may be used for: SPEC §2 and §12.

use super::Role;
use crate::{Timestamp, TokenId, vault::Secret};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// What a token may be used for, within what its account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every question.
    Read,
    /// Terminals, commands, probes and connections.
    Connect,
    /// Files on hosts.
    Files,
    /// What takes the admin role.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Connect, Self::Files, Self::Admin];

    /// The scope's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Connect => "connect",
            Self::Files => "files",
            Self::Admin => "admin",
        }
    }

    /// Those that a role can make use of.
    pub fn of(role: Role) -> BTreeSet<Self> {
        match role {
            Role::Admin => Self::ALL.into(),
            Role::Member => [Self::Read, Self::Connect, Self::Files].into(),
            Role::Viewer => [Self::Read].into(),
        }
    }

    /// What a token gets that is made without naming scopes: all of the role's but `admin`.
    pub fn usual(role: Role) -> BTreeSet<Self> {
        Self::of(role).into_iter().filter(|scope| *scope != Self::Admin).collect()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoScope;

impl fmt::Display for NoScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scope is `read`, `connect`, `files` or `admin`")
    }
}

impl std::error::Error for NoScope {}

impl FromStr for Scope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(NoScope)
    }
}

/// An API token as it is listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// The token's id; not its secret.
    pub id: TokenId,
    /// What the owner called it.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether it can use stored secrets.
    pub opens_vault: bool,
}

/// Body of POST `/api/tokens`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenDraft {
    /// What the token is for, 1 to 100 characters.
    pub name: String,
    /// Days until it ends by itself; never when left out.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
    /// What it may be used for, at least one; when left out, all that the account's role has but `admin`.
    #[serde(default)]
    pub scopes: Option<BTreeSet<Scope>>,
}

/// Answer of POST `/api/tokens`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenCreated {
    /// How it will be listed.
    #[serde(flatten)]
    pub view: TokenView,
    /// The token itself, shown once: `Authorization: Bearer …`.
    pub token: Secret,
}
