//! Who asks, from where. Only the accounts room makes a [`Caller`], so holding one means that somebody signed in.

use crate::{ServiceError, vault::VaultKey};
use std::collections::BTreeSet;
use std::net::IpAddr;
use wire::{
    AccountId, TokenId,
    accounts::{Role, Scope},
    vault::Secret,
};

/// Where a request comes from, before anybody is known.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The address of the browser or script; missing on the command line.
    pub address: Option<IpAddr>,
    /// Finds the request in the log.
    pub request_id: String,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// The mark of a browser in which somebody has signed in before; it lets nobody in.
    pub device: Option<Secret>,
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
    /// What a token may be used for; a sign-in may be used for everything.
    pub(crate) scopes: Option<BTreeSet<Scope>>,
    /// Whether a provider's word, or a passkey, stands for a second factor.
    pub(crate) vouched: bool,
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

    /// Whether the caller may make use of a scope: whoever signed in may of all, a token of those that it was made with.
    pub fn has_scope(&self, scope: Scope) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope))
    }

    /// Whether the caller came by an API token.
    pub fn by_token(&self) -> bool {
        matches!(self.via, Via::Token(_))
    }

    /// Whether stored secrets can be opened.
    pub fn vault_open(&self) -> bool {
        self.vault.is_some()
    }

    /// The same with a vault that is shut: for what is only asked and noted.
    pub(crate) fn without_vault(&self) -> Self {
        Self { vault: None, ..self.clone() }
    }

    /// The key of the caller's vault.
    pub(crate) fn vault_key(&self) -> Result<&VaultKey, ServiceError> {
        self.vault.as_ref().ok_or(ServiceError::VaultLocked { by_token: self.by_token() })
    }

    /// Whether the caller may do what only an admin may: a token takes the scope for it, too.
    pub(crate) fn is_admin(&self) -> bool {
        self.role == Role::Admin && self.has_scope(Scope::Admin)
    }
}
