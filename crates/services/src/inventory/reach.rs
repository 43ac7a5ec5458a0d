//! Hosts of others that somebody was given rights on: one at a time, as its next use needs it.
//!
//! The owner's words count for a host (address, limits, recording, the way to it); whoever uses it signs in with what is
//! their own, because nobody else's vault opens for them, or with what the owner handed to them for it ([`super::lending`]).

use super::{
    Inventory, fields,
    shelf::{Foreign, Line, Shelf},
};
use crate::{Caller, ServiceError};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use storage::OwnLogin;
use tokio::sync::watch;
use wire::{
    AccountId, CredentialId, FolderId, HostId,
    grants::{HostRights, OwnLoginDraft, Shared, SharedCredential},
    inventory::{HostView, Origins},
};

impl Inventory {
    /// One of the caller's hosts, or one of others with what the caller may do with it.
    ///
    /// # Errors
    /// When there is none of this id that the caller may know of.
    pub async fn reached(&self, caller: &Caller, id: &HostId) -> Result<HostView, ServiceError> {
        if let Some(own) = self.own(caller.account(), id).await? {
            return Ok(own);
        }
        self.of_another(caller.account(), id).await?.ok_or_else(|| ServiceError::missing("host", id))
    }

    /// The same as the caller may see it: one of others lies where the caller's list has it, and no folder or jump host is named
    /// that was not shared.
    ///
    /// # Errors
    /// As [`Inventory::reached`].
    pub async fn seen_by(&self, caller: &Caller, id: &HostId) -> Result<HostView, ServiceError> {
        let mut host = self.reached(caller, id).await?;
        if host.shared.is_some() {
            let seen = self.visible(caller.account()).await?;
            (host.folder, host.folder_id) = seen.position(id).and_then(|at| folder_of(&seen, &seen.lines[at])).unzip();
            hide_jumps(&seen, &mut host);
        }
        Ok(host)
    }

    /// What an account may do with a host: everything with its own, and nothing when there is none.
    pub(crate) async fn rights_on(&self, account: &AccountId, id: &HostId) -> Result<HostRights, ServiceError> {
        if self.0.storage.inventory().host(account, id).await?.is_some() {
            return Ok(HostRights { connect: true, files: true, watch: true, credential: true });
        }
        let host = self.of_another(account, id).await?;
        Ok(host.and_then(|host| host.shared).map(|shared| shared.rights).unwrap_or_default())
    }

    /// Hears that hosts, folders or trusted keys of anybody changed, without whose and which: what something stands on may be
    /// something else then.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.0.events.inventories()
    }

    /// Whether an account was given the right to watch the sessions of others on a host.
    pub(crate) async fn may_watch(&self, account: &AccountId, id: &HostId) -> Result<bool, ServiceError> {
        let host = self.of_another(account, id).await?;
        Ok(host.and_then(|host| host.shared).is_some_and(|shared| shared.rights.watch))
    }

    /// The hosts whose sessions the caller was given the right to watch.
    pub(crate) async fn watchable(&self, caller: &Caller) -> Result<HashSet<HostId>, ServiceError> {
        let seen = self.visible(caller.account()).await?;
        let watched = seen.lines.iter().filter(|line| line.of.as_ref().is_some_and(|of| of.rights.watch));
        Ok(watched.map(|line| line.host.id.clone()).collect())
    }

    /// The accounts that share hosts with the caller.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sharing_with(&self, caller: &Caller) -> Result<BTreeSet<AccountId>, ServiceError> {
        let grants = self.0.storage.grants().reaching(caller.account()).await?;
        Ok(grants.into_iter().map(|grant| grant.owner).collect())
    }

    /// Stores what the caller signs in with on a host of another account.
    ///
    /// # Errors
    /// When there is no such host that is shared with the caller, or no such credential.
    pub async fn set_own_login(
        &self,
        caller: &Caller,
        id: &HostId,
        login: OwnLoginDraft,
    ) -> Result<HostView, ServiceError> {
        if self.reached(caller, id).await?.shared.is_none() {
            return Err(ServiceError::bad("this host is yours; change its username and credential instead"));
        }
        let OwnLoginDraft { username, credential_id } = login;
        if let Some(id) = &credential_id {
            self.check_credential(caller, id).await?;
        }
        let login = OwnLogin { username: fields::username(username.as_deref())?, credential_id };
        self.0.storage.grants().set_own_login(caller.account(), id, &login).await?;
        self.0.audit.note(caller, "host.login", format!("host {id}"), "done").await;
        self.host_changed(caller, id);
        self.seen_by(caller, id).await
    }

    /// A host of others by its id, or by its name when no other one of theirs has it.
    pub(super) async fn find_shared(&self, caller: &Caller, id_or_name: &str) -> Result<HostView, ServiceError> {
        if let Ok(id) = id_or_name.parse()
            && let Some(host) = self.of_another(caller.account(), &id).await?
        {
            return Ok(host);
        }
        let seen = self.visible(caller.account()).await?;
        let key = storage::folded(id_or_name);
        let mut named: Vec<_> = seen.lines.iter().filter(|line| line.of.is_some() && line.name == key).collect();
        if named.iter().any(|line| line.host.name == id_or_name) {
            named.retain(|line| line.host.name == id_or_name);
        }
        match named.as_slice() {
            [] => Err(ServiceError::missing("host", id_or_name)),
            [one] => self.reached(caller, &one.host.id).await,
            several => Err(ServiceError::AmbiguousHost { name: id_or_name.to_owned(), count: several.len() }),
        }
    }

    /// The whole rows of some places on a shelf that are other accounts'.
    pub(super) async fn foreign_rows(
        &self,
        account: &AccountId,
        shelf: &Shelf,
        places: &[usize],
    ) -> Result<Vec<HostView>, ServiceError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let logins = self.0.storage.grants().own_logins(account).await?;
        let mut by_owner: BTreeMap<&AccountId, Vec<HostId>> = BTreeMap::new();
        for line in places.iter().map(|at| &shelf.lines[*at]) {
            if let Some(of) = &line.of {
                by_owner.entry(&of.owner.id).or_default().push(line.host.id.clone());
            }
        }
        let borrows = |at: &usize| shelf.lines[*at].of.as_ref().is_some_and(|of| of.rights.lends());
        let standing = self.standing(account, places.iter().any(borrows)).await?;
        let mut rows = Vec::with_capacity(places.len());
        for (owner, ids) in by_owner {
            for mut host in self.0.storage.inventory().hosts_of(owner, &ids).await? {
                let Some(line) = shelf.position(&host.id).map(|at| &shelf.lines[at]) else { continue };
                let Some(Foreign { owner, rights }) = &line.of else { continue };
                owner.shelf.tree.dress(&mut host);
                let login = logins.get(&host.id).cloned().unwrap_or_default();
                let credential = handed(*rights, &host, &standing);
                let shared =
                    Shared { owner_id: owner.id.clone(), owner: owner.name.clone(), rights: *rights, credential };
                let mut host = seen(host, shared, login);
                (host.folder, host.folder_id) = folder_of(shelf, line).unzip();
                host.favourite = line.favourite;
                hide_jumps(shelf, &mut host);
                rows.push(host);
            }
        }
        Ok(rows)
    }

    /// The credentials of others that were handed to an account; asked for only where some are shared.
    async fn standing(&self, account: &AccountId, any: bool) -> Result<HashSet<CredentialId>, ServiceError> {
        if any { Ok(self.0.storage.vault().standing_copies(account).await?) } else { Ok(HashSet::new()) }
    }

    pub(super) async fn of_another(&self, account: &AccountId, id: &HostId) -> Result<Option<HostView>, ServiceError> {
        let grants = self.0.storage.grants();
        let Some((owner_id, owner)) = grants.owner_of(id).await? else { return Ok(None) };
        let Some(host) = self.own(&owner_id, id).await? else { return Ok(None) };
        let around: Vec<FolderId> = match &host.folder_id {
            Some(folder) => {
                let folders = self.0.storage.inventory().folders_around(&owner_id, folder).await?;
                folders.into_iter().map(|folder| folder.id).collect()
            }
            None => Vec::new(),
        };
        let rights = grants.rights(account, id, &around).await?;
        if !rights.any() {
            return Ok(None);
        }
        let standing = self.standing(account, rights.lends()).await?;
        let credential = handed(rights, &host, &standing);
        let mut login = grants.own_login(account, id).await?;
        self.fill_username(account, &mut login).await?;
        let mut host = seen(host, Shared { owner_id, owner, rights, credential }, login);
        host.favourite = self.0.storage.inventory().is_favourite(account, id).await?;
        Ok(Some(host))
    }

    /// A credential's own username counts where none is said.
    async fn fill_username(&self, account: &AccountId, login: &mut OwnLogin) -> Result<(), ServiceError> {
        if let (None, Some(id)) = (&login.username, &login.credential_id) {
            let record = self.0.storage.vault().get(account, id).await?;
            login.username = record.and_then(|record| record.username);
        }
        Ok(())
    }
}

/// How the credential stands that an owner put on a host, for who has these rights there.
fn handed(rights: HostRights, owned: &HostView, standing: &HashSet<CredentialId>) -> Option<SharedCredential> {
    let id = owned.effective.credential_id.as_ref().filter(|_| rights.lends())?;
    Some(if standing.contains(id) { SharedCredential::Ready } else { SharedCredential::Waiting })
}

/// Where a host lies for whoever looks at this shelf: the path and the id.
fn folder_of(shelf: &Shelf, line: &Line) -> Option<(String, FolderId)> {
    let folder = &shelf.tree.nodes()[line.node?].folder;
    Some((folder.path.clone(), folder.id.clone()))
}

/// Leaves out what the host is reached through where that is not shared.
fn hide_jumps(shelf: &Shelf, host: &mut HostView) {
    for jump in [&mut host.jump_host_id, &mut host.effective.jump_host_id] {
        *jump = jump.take().filter(|id| shelf.position(id).is_some());
    }
}

/// A host as somebody sees it who is not its owner: what is the owner's alone is left out.
pub(super) fn seen(host: HostView, shared: Shared, login: OwnLogin) -> HostView {
    let mut effective = host.effective;
    effective.username = login.username.or(effective.username);
    effective.credential_id = login.credential_id;
    effective.from = Origins::default();
    HostView {
        username: None,
        credential_id: effective.credential_id.clone(),
        last_used_at: None,
        effective,
        shared: Some(shared),
        ..host
    }
}
