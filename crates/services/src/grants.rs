//! Sharing: an admin gives accounts and groups rights on hosts and folders, and keeps the groups (SPEC §2).
//!
//! What is taken away ends at once: sessions on a host that somebody may no longer connect to are closed, and whoever watched
//! one is sent away. Whoever uses a host of another account signs in with what is their own, or with its owner's credential where that
//! is shared as well: it is used and not read.

mod groups;

use crate::{
    Caller, ServiceError, access, accounts, audit::Audit, clock, events::Events, inventory::Inventory,
    terminal::Terminal, vault::random,
};
use std::collections::BTreeSet;
use storage::{CopyName, GrantRecord, Storage};
use wire::{
    AccountId, GrantId,
    events::Topic,
    grants::{
        AccountView, GrantObject, GrantQuery, GrantReport, GrantRequest, GrantView, Grantee, HostRights, MOST_GRANTS,
    },
};

/// The room. Cheap to clone.
#[derive(Clone)]
pub struct Grants {
    storage: Storage,
    inventory: Inventory,
    terminal: Terminal,
    events: Events,
    audit: Audit,
}

impl Grants {
    /// Opens the room.
    pub(crate) fn new(
        storage: Storage,
        inventory: Inventory,
        terminal: Terminal,
        events: Events,
        audit: Audit,
    ) -> Self {
        Self { storage, inventory, terminal, events, audit }
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// For anybody but an admin.
    pub async fn accounts(&self, caller: &Caller) -> Result<Vec<AccountView>, ServiceError> {
        access::may_share(caller)?;
        Ok(self.storage.accounts().list().await?.into_iter().map(accounts::view).collect())
    }

    /// What is shared with whom: of one host or folder, or all that the caller shares. An admin sees that of others too, when
    /// they ask for one host or folder.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grants(&self, caller: &Caller, query: &GrantQuery) -> Result<Vec<GrantView>, ServiceError> {
        let anybodys = caller.is_admin() && (query.host_id.is_some() || query.folder_id.is_some());
        let owner = (!anybodys).then(|| caller.account());
        let found = self.storage.grants().given(owner, query).await?;
        Ok(found.into_iter().map(|grant| grant.view).collect())
    }

    /// Shares hosts and folders, in the place of what was shared with the same ones before; without any right, ends it.
    ///
    /// # Errors
    /// `BadInput` when nothing or too much is named, `NotFound` for what is not there; for anybody but an admin.
    pub async fn share(&self, caller: &Caller, request: GrantRequest) -> Result<GrantReport, ServiceError> {
        access::may_share(caller)?;
        let GrantRequest { hosts, folder_ids, to, rights } = request;
        let to: BTreeSet<Grantee> = to.into_iter().collect();
        let mut objects: BTreeSet<GrantObject> = folder_ids.into_iter().map(GrantObject::Folder).collect();
        let folders = objects.len();
        if let Some(selection) = hosts {
            objects.extend(self.inventory.chosen(caller, selection).await?.into_iter().map(GrantObject::Host));
        }
        let hosts = objects.len() - folders;
        if objects.is_empty() || to.is_empty() {
            return Err(ServiceError::bad("name at least one host or folder, and at least one account or group"));
        }
        if objects.len().saturating_mul(to.len()) > MOST_GRANTS {
            return Err(ServiceError::bad(format!(
                "more than {MOST_GRANTS} grants at once; share the folder that the hosts lie in instead"
            )));
        }
        let owners = self.check(&objects, &to).await?;
        access::may_lend(caller, rights, &owners)?;
        let mut grants = Vec::with_capacity(objects.len() * to.len());
        for object in &objects {
            for grantee in &to {
                grants.push(grant(object.clone(), grantee.clone(), rights)?);
            }
        }
        let taken = self.storage.grants().give(&grants, !rights.any()).await?;
        let to: Vec<Grantee> = to.into_iter().collect();
        self.hand_over(caller, owners, taken).await?;
        self.rights_changed(self.storage.grants().accounts_of(&to).await?).await?;
        let what = format!("{hosts} hosts and {folders} folders with {}", names(&to));
        self.audit.note(caller, "grant.give", what, &words(rights)).await;
        Ok(GrantReport { hosts: hosts as u64, folders: folders as u64, with: to.len() as u64 })
    }

    /// Ends sharing something with somebody.
    ///
    /// # Errors
    /// `NotFound` when there is none of this id that the caller may end: its owner may, and an admin.
    pub async fn unshare(&self, caller: &Caller, id: &GrantId) -> Result<(), ServiceError> {
        let found = self.storage.grants().get(id).await?;
        let found = found.filter(|grant| caller.is_admin() || &grant.owner == caller.account());
        let GrantRecord { view, owner, .. } = found.ok_or_else(|| ServiceError::missing("grant", id))?;
        let accounts = self.storage.grants().accounts_of(std::slice::from_ref(&view.to)).await?;
        let taken = self.storage.grants().delete(id).await?;
        self.hand_over(caller, [owner].into(), taken).await?;
        self.rights_changed(accounts).await?;
        let what = format!("{} with {}", view.object_name, names(std::slice::from_ref(&view.to)));
        self.audit.note(caller, "grant.end", what, "done").await;
        Ok(())
    }

    /// What is named must be there, whosever it is. Answers whose it is.
    async fn check(
        &self,
        objects: &BTreeSet<GrantObject>,
        to: &BTreeSet<Grantee>,
    ) -> Result<BTreeSet<AccountId>, ServiceError> {
        let asked: Vec<GrantObject> = objects.iter().cloned().collect();
        let there = self.storage.grants().there(&asked).await?;
        match asked.iter().find(|object| !there.contains_key(*object)) {
            Some(GrantObject::Host(id)) => return Err(ServiceError::missing("host", id)),
            Some(GrantObject::Folder(id)) => return Err(ServiceError::missing("folder", id)),
            None => {}
        }
        let groups = self.storage.grants().groups().await?;
        let accounts = self.storage.accounts().list().await?;
        for grantee in to {
            match grantee {
                Grantee::Account(id) if !accounts.iter().any(|account| account.id == *id) => {
                    return Err(ServiceError::missing("account", id));
                }
                Grantee::Group(id) if !groups.iter().any(|group| group.id == *id) => {
                    return Err(ServiceError::missing("group", id));
                }
                _ => {}
            }
        }
        Ok(there.into_values().collect())
    }

    /// Hands the credentials of these owners to those who may use them now, as far as the caller's vault opens them, and takes the
    /// others back. `taken` went already.
    async fn hand_over(
        &self,
        caller: &Caller,
        owners: BTreeSet<AccountId>,
        taken: Vec<CopyName>,
    ) -> Result<(), ServiceError> {
        self.inventory.note_taken(caller, taken).await;
        for owner in owners {
            self.inventory.hand_over(caller, &owner).await?;
        }
        Ok(())
    }

    /// Tells the pages of these accounts, and ends what they may not do any more.
    async fn rights_changed(&self, accounts: BTreeSet<AccountId>) -> Result<(), ServiceError> {
        for account in accounts {
            self.events.changed(&account, Topic::Hosts, None);
            self.events.changed(&account, Topic::Folders, None);
            self.terminal.rights_changed(&account).await?;
        }
        Ok(())
    }
}

fn grant(object: GrantObject, to: Grantee, rights: HostRights) -> Result<GrantView, ServiceError> {
    let (object_name, to_name) = (String::new(), String::new());
    Ok(GrantView { id: random::id()?, object, object_name, to, to_name, rights, created_at: clock::now() })
}

/// Those that something is shared with, as the audit log names them.
fn names(to: &[Grantee]) -> String {
    let name = |grantee: &Grantee| match grantee {
        Grantee::Account(id) => format!("account:{id}"),
        Grantee::Group(id) => format!("group:{id}"),
    };
    to.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn words(rights: HostRights) -> String {
    let given = rights.words();
    if given.is_empty() { "nothing".to_owned() } else { given.join(", ") }
}
