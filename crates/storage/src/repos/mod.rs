//! One repository a room. Each method is one question or one change, whole or not at all.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod commands;
pub(crate) mod grants;
pub(crate) mod history;
pub(crate) mod host_authorities;
pub(crate) mod host_keys;
pub(crate) mod identities;
pub(crate) mod inventory;
mod only;
pub(crate) mod passkeys;
pub(crate) mod recordings;
pub(crate) mod second_factors;
pub(crate) mod sign_ins;
pub(crate) mod terminal;
pub(crate) mod tokens;
pub(crate) mod vault;

/// The most rows that a list without pages answers with.
pub(crate) const LIST_LIMIT: u64 = 10_000;
