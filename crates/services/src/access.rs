//! Permission as a value: only this module makes a [`HostGrant`], and nothing reaches a host without one.

use crate::{Caller, ServiceError, Via};
use wire::{AccountId, accounts::Role, inventory::HostView};

/// "This caller may connect to this host." Cannot be made outside this module.
#[derive(Debug, Clone)]
pub(crate) struct HostGrant {
    host: HostView,
}

impl HostGrant {
    /// Where to.
    pub(crate) fn host(&self) -> &HostView {
        &self.host
    }
}

/// Grants connecting to one of the caller's own hosts. `host` was read with the caller's account, so it is theirs.
///
/// # Errors
/// A viewer opens nothing.
pub(crate) fn connect(caller: &Caller, host: HostView) -> Result<HostGrant, ServiceError> {
    may_connect(caller)?;
    Ok(HostGrant { host })
}

/// Whether the caller's role opens anything at all.
///
/// # Errors
/// A viewer opens nothing.
pub(crate) fn may_connect(caller: &Caller) -> Result<(), ServiceError> {
    if caller.role() == Role::Viewer {
        return Err(ServiceError::Forbidden(
            "a viewer watches recordings and opens nothing; ask an admin for the member role",
        ));
    }
    Ok(())
}

/// Whether the caller may use what stands open because this sign-in or token of the same account opened it.
///
/// # Errors
/// A token without the vault uses only what it opened itself: nobody gets further by it than by secrets of their own.
pub(crate) fn may_use(caller: &Caller, opened_by: &Via) -> Result<(), ServiceError> {
    let opens_nothing = matches!(caller.via(), Via::Token(_)) && !caller.vault_open();
    if opens_nothing && caller.via() != opened_by {
        return Err(ServiceError::Forbidden(
            "this token was made without the vault and uses only what it opened itself; make one while signed in",
        ));
    }
    Ok(())
}

/// Whether the caller may see, close or heartbeat a session of `owner`.
///
/// # Errors
/// Only the owner and an admin may.
pub(crate) fn may_manage(caller: &Caller, owner: &AccountId) -> Result<(), ServiceError> {
    if caller.account() == owner || caller.is_admin() {
        return Ok(());
    }
    Err(ServiceError::Forbidden("this session belongs to another account"))
}

/// What a `user_id` names, when that is not the caller.
///
/// # Errors
/// Only an admin may name another account.
pub(crate) fn another_account<'a>(caller: &Caller, user_id: Option<&'a str>) -> Result<Option<&'a str>, ServiceError> {
    match user_id {
        None | Some("") => Ok(None),
        Some(other) if other == caller.account().as_str() || other == caller.name() => Ok(None),
        Some(other) if caller.is_admin() => Ok(Some(other)),
        Some(_) => Err(ServiceError::Forbidden("user_id names another account")),
    }
}
