//! Who asks, from where. Only the accounts room makes a [`Caller`], so holding one means that somebody signed in.

use crate::{ServiceError, vault::VaultKey};
use std::net::IpAddr;
use wire::{AccountId, TokenId, accounts::Role};

/// Where a request comes from, before anybody is known.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The address of the browser or script; missing on the command line.
    pub address: Option<IpAddr>,
    /// Finds the request in the log.
    pub request_id: String,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
}

/// How a caller showed who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// By a browser's cookie; names the sign-in.
    SignIn(String),
    /// By an API token.
    Token(TokenId),
    /// Not at all: the server does what the account asked for beforehand.
    Schedule,
}

/// A signed-in account making a request. The first argument of every call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) vault: Option<VaultKey>,
    pub(crate) visitor: Visitor,
    pub(crate) via: Via,
    /// Which second factor the sign-in has shown.
    pub(crate) factor: Option<String>,
}

impl Caller {
    /// The account.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The account's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The account's role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Where the request comes from.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// How the account showed itself.
    pub fn via(&self) -> &Via {
        &self.via
    }

    /// Whether stored secrets can be opened.
    pub fn vault_open(&self) -> bool {
        self.vault.is_some()
    }

    /// The key of the caller's vault.
    pub(crate) fn vault_key(&self) -> Result<&VaultKey, ServiceError> {
        self.vault.as_ref().ok_or(ServiceError::VaultLocked { by_token: matches!(self.via, Via::Token(_)) })
    }

    /// Whether the caller is an admin.
    pub(crate) fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
}
