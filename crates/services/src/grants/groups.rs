//! Groups of accounts.

use super::Grants;
use crate::{Caller, ServiceError, access, inventory::name, vault::random};
use std::collections::BTreeSet;
use wire::{
    AccountId, GroupId,
    grants::{Grantee, GroupDraft, GroupView},
};

/// So many groups there are at most, and so many accounts in each.
const MOST: usize = 1_000;

impl Grants {
    /// All groups, by name.
    ///
    /// # Errors
    /// For anybody but an admin.
    pub async fn groups(&self, caller: &Caller) -> Result<Vec<GroupView>, ServiceError> {
        access::may_share(caller)?;
        Ok(self.storage.grants().groups().await?)
    }

    /// Makes a group.
    ///
    /// # Errors
    /// When the name is taken or not acceptable, or a member is not there; for anybody but an admin.
    pub async fn add_group(&self, caller: &Caller, draft: GroupDraft) -> Result<GroupView, ServiceError> {
        access::may_share(caller)?;
        if self.storage.grants().groups().await?.len() >= MOST {
            return Err(ServiceError::Conflict(format!("there are {MOST} groups already; delete some")));
        }
        let group = checked(random::id()?, draft)?;
        self.members_are_there(&group).await?;
        self.storage.grants().insert_group(&group).await?;
        self.audit.note(caller, "group.add", group.name.clone(), "done").await;
        Ok(group)
    }

    /// Changes a group's name and who is in it. Whoever is not in it any more loses at once what they had by it.
    ///
    /// # Errors
    /// As [`Grants::add_group`], when there is no such group, and for a token that uses no hosts when somebody comes into a group
    /// with which credentials are shared.
    pub async fn update_group(
        &self,
        caller: &Caller,
        id: GroupId,
        draft: GroupDraft,
    ) -> Result<GroupView, ServiceError> {
        access::may_share(caller)?;
        let group = checked(id, draft)?;
        self.members_are_there(&group).await?;
        let grantee = [Grantee::Group(group.id.clone())];
        let mut affected = self.storage.grants().accounts_of(&grantee).await?;
        let lenders = self.lenders(&group.id).await?;
        if !lenders.is_empty() && group.members.iter().any(|member| !affected.contains(member)) {
            access::may_hand_on(caller)?;
        }
        let Some(taken) = self.storage.grants().update_group(&group).await? else {
            return Err(ServiceError::missing("group", &group.id));
        };
        self.hand_over(caller, lenders, taken).await?;
        affected.extend(group.members.iter().cloned());
        self.rights_changed(affected).await?;
        self.audit.note(caller, "group.change", group.name.clone(), "done").await;
        Ok(group)
    }

    /// Who shares credentials with a group.
    async fn lenders(&self, id: &GroupId) -> Result<BTreeSet<AccountId>, ServiceError> {
        let all = self.storage.grants().lending(None).await?;
        let to = Grantee::Group(id.clone());
        Ok(all.into_iter().filter(|grant| grant.view.rights.lends() && grant.view.to == to).map(|g| g.owner).collect())
    }

    async fn members_are_there(&self, group: &GroupView) -> Result<(), ServiceError> {
        let accounts = self.storage.accounts().list().await?;
        match group.members.iter().find(|id| !accounts.iter().any(|account| account.id == **id)) {
            Some(id) => Err(ServiceError::missing("account", id)),
            None => Ok(()),
        }
    }

    /// Deletes a group, and what was shared with it.
    ///
    /// # Errors
    /// When there is no such group; for anybody but an admin.
    pub async fn delete_group(&self, caller: &Caller, id: &GroupId) -> Result<(), ServiceError> {
        access::may_share(caller)?;
        let affected = self.storage.grants().accounts_of(&[Grantee::Group(id.clone())]).await?;
        let lenders = self.lenders(id).await?;
        let Some(taken) = self.storage.grants().delete_group(id).await? else {
            return Err(ServiceError::missing("group", id));
        };
        self.hand_over(caller, lenders, taken).await?;
        self.rights_changed(affected).await?;
        self.audit.note(caller, "group.delete", id.to_string(), "done").await;
        Ok(())
    }
}

fn checked(id: GroupId, draft: GroupDraft) -> Result<GroupView, ServiceError> {
    let members: BTreeSet<_> = draft.members.into_iter().collect();
    if members.len() > MOST {
        return Err(ServiceError::bad(format!("a group has {MOST} accounts at most")));
    }
    Ok(GroupView { id, name: name("the group's name", &draft.name)?, members: members.into_iter().collect() })
}
