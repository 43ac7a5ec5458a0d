//! Permission as a value: only this module makes a [`HostPermit`], and nothing reaches a host without one.

use crate::{Caller, ServiceError, Via};
use std::collections::BTreeSet;
use wire::{
    AccountId,
    accounts::{Role, Scope},
    grants::HostRights,
    inventory::HostView,
};

/// "This caller may reach this host, for this." Cannot be made outside this module.
#[derive(Debug, Clone)]
pub(crate) struct HostPermit {
    host: HostView,
}

impl HostPermit {
    /// Where to.
    pub(crate) fn host(&self) -> &HostView {
        &self.host
    }
}

/// "This caller may sign in at this host of another account with the credential that its owner put there." Cannot be made
/// outside this module, and is asked for at each sign-in.
#[derive(Debug, Clone)]
pub(crate) struct CredentialPermit {
    host_name: String,
    owner: AccountId,
    owner_name: String,
}

impl CredentialPermit {
    /// Whose credential it is.
    pub(crate) fn owner(&self) -> &AccountId {
        &self.owner
    }

    /// Their name.
    pub(crate) fn owner_name(&self) -> &str {
        &self.owner_name
    }

    /// What the host is called.
    pub(crate) fn host_name(&self) -> &str {
        &self.host_name
    }
}

/// Grants signing in with the owner's credential; none where that is not shared. `host` was read for the caller, as for
/// [`connect`].
pub(crate) fn credential(caller: &Caller, host: &HostView) -> Option<CredentialPermit> {
    let shared = host.shared.as_ref().filter(|shared| shared.rights.lends())?;
    may_connect(caller).ok()?;
    let (owner, owner_name) = (shared.owner_id.clone(), shared.owner.clone());
    Some(CredentialPermit { host_name: host.name.clone(), owner, owner_name })
}

/// Lets only the owner of all of these share what signs in there: nobody gives away another one's secrets.
///
/// # Errors
/// For anybody else, an admin too; without a right that it goes with.
pub(crate) fn may_lend(caller: &Caller, rights: HostRights, owners: &BTreeSet<AccountId>) -> Result<(), ServiceError> {
    if !rights.credential {
        return Ok(());
    }
    if !rights.lends() {
        return Err(ServiceError::bad(
            "a credential is shared to connect with or to use files with; share one of these as well",
        ));
    }
    may_hand_on(caller)?;
    if owners.iter().any(|owner| owner != caller.account()) {
        return Err(ServiceError::Forbidden(
            "only the owner of a host or folder shares its credential; share it without, or ask them",
        ));
    }
    Ok(())
}

/// Lets somebody have the use of credentials: who says so could use hosts as well.
///
/// # Errors
/// For a token that was not made to use hosts.
pub(crate) fn may_hand_on(caller: &Caller) -> Result<(), ServiceError> {
    if [Scope::Connect, Scope::Files].iter().all(|scope| caller.has_scope(*scope)) {
        return Ok(());
    }
    Err(ServiceError::Forbidden(
        "this token was not made to use hosts, and shares no credential of them; give it `connect` and `files`, or sign in",
    ))
}

/// Grants terminals and commands on a host. `host` was read for the caller: it is theirs, or says what its owner allows.
///
/// # Errors
/// A viewer opens nothing; on another account's host, only who was given that.
pub(crate) fn connect(caller: &Caller, host: HostView) -> Result<HostPermit, ServiceError> {
    reach(caller, host, |rights| rights.connect, "does not let you connect to it")
}

/// Grants the files of a host. `host` was read for the caller, as for [`connect`].
///
/// # Errors
/// As [`connect`].
pub(crate) fn files(caller: &Caller, host: HostView) -> Result<HostPermit, ServiceError> {
    reach(caller, host, |rights| rights.files, "does not let you see its files")
}

/// Grants a look at a host from outside, without signing in: probes and host keys.
///
/// # Errors
/// As [`connect`].
pub(crate) fn look(caller: &Caller, host: HostView) -> Result<HostPermit, ServiceError> {
    reach(caller, host, |rights| rights.connect || rights.files, "does not let you reach it")
}

fn reach(
    caller: &Caller,
    host: HostView,
    allowed: impl Fn(HostRights) -> bool,
    refusal: &str,
) -> Result<HostPermit, ServiceError> {
    may_connect(caller)?;
    match &host.shared {
        Some(shared) if !allowed(shared.rights) => Err(ServiceError::NotGranted(format!(
            "{} is shared by {}, who {refusal}; ask for that",
            host.name, shared.owner
        ))),
        _ => Ok(HostPermit { host }),
    }
}

/// Lets an admin decide who uses what.
///
/// # Errors
/// For anybody else.
pub(crate) fn may_share(caller: &Caller) -> Result<(), ServiceError> {
    if caller.is_admin() {
        return Ok(());
    }
    Err(ServiceError::Forbidden("only an admin shares hosts and keeps groups; ask one"))
}

/// Lets an admin keep the accounts of others.
///
/// # Errors
/// For anybody else.
pub(crate) fn may_keep_accounts(caller: &Caller) -> Result<(), ServiceError> {
    if caller.is_admin() {
        return Ok(());
    }
    Err(ServiceError::Forbidden("only an admin keeps accounts; ask one"))
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
    let opens_nothing = caller.by_token() && !caller.vault_open();
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
