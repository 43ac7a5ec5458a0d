//! Sharing: an admin gives accounts and groups rights on hosts and folders, and keeps the groups (SPEC §2).
//!
//! What is taken away ends at once: sessions on a host that somebody may no longer connect to are closed, and whoever watched
//! one is sent away. What this room cannot do: share secrets; whoever uses a host of another account signs in with their own.

mod groups;

use crate::{
    Caller, ServiceError, access, accounts, audit::Audit, clock, events::Events, inventory::Inventory,
    terminal::Terminal, vault::random,
};
use std::collections::BTreeSet;
use storage::{GrantRecord, Storage};
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
        self.check(&objects, &to).await?;
        let mut grants = Vec::with_capacity(objects.len() * to.len());
        for object in &objects {
            for grantee in &to {
                grants.push(grant(object.clone(), grantee.clone(), rights)?);
            }
        }
        self.storage.grants().give(&grants, !rights.any()).await?;
        let to: Vec<Grantee> = to.into_iter().collect();
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
        let GrantRecord { view, .. } = found.ok_or_else(|| ServiceError::missing("grant", id))?;
        let accounts = self.storage.grants().accounts_of(std::slice::from_ref(&view.to)).await?;
        self.storage.grants().delete(id).await?;
        self.rights_changed(accounts).await?;
        let what = format!("{} with {}", view.object_name, names(std::slice::from_ref(&view.to)));
        self.audit.note(caller, "grant.end", what, "done").await;
        Ok(())
    }

    /// What is named must be there, whosever it is.
    async fn check(&self, objects: &BTreeSet<GrantObject>, to: &BTreeSet<Grantee>) -> Result<(), ServiceError> {
        let asked: Vec<GrantObject> = objects.iter().cloned().collect();
        let there = self.storage.grants().there(&asked).await?;
        match asked.iter().find(|object| !there.contains(*object)) {
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
    let all = [(rights.connect, "connect"), (rights.files, "files"), (rights.watch, "watch")];
    let given: Vec<&str> = all.into_iter().filter_map(|(given, word)| given.then_some(word)).collect();
    if given.is_empty() { "nothing".to_owned() } else { given.join(", ") }
}
