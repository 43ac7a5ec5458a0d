//! Groups of accounts: unique by name.

use super::{CHUNK, Grants};
use crate::{
    StorageError,
    entities::{
        account_group::{ActiveModel, Column, Entity, Model},
        group_member,
    },
    repos::{
        LIST_LIMIT,
        vault::{CopyName, take_back},
    },
    words,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::{BTreeSet, HashMap};
use wire::{
    AccountId, GroupId,
    grants::{Grantee, GroupView},
};

const NAME_TAKEN: &str = "another group has this name; choose another one";

impl Grants {
    /// All groups, by name.
    pub async fn groups(&self) -> Result<Vec<GroupView>, StorageError> {
        let rows = Entity::find().order_by_asc(Column::NameKey).limit(LIST_LIMIT).all(&self.0.reads).await?;
        let mut inside: HashMap<String, Vec<AccountId>> = HashMap::new();
        let members = group_member::Entity::find().order_by_asc(group_member::Column::AccountId);
        for member in members.all(&self.0.reads).await? {
            inside.entry(member.group_id).or_default().push(words::parse_id(member.account_id)?);
        }
        let view = |row: Model| {
            let members = inside.remove(&row.id).unwrap_or_default();
            Ok(GroupView { id: words::parse_id(row.id)?, name: row.name, members })
        };
        rows.into_iter().map(view).collect()
    }

    /// Adds one; [`StorageError::Taken`] when the name is in use, [`StorageError::Gone`] when a member is not there.
    pub async fn insert_group(&self, group: &GroupView) -> Result<(), StorageError> {
        let txn = self.0.begin().await?;
        let insert = Entity::insert(row(group)).exec_without_returning(&txn).await;
        insert.map_err(StorageError::or_taken(NAME_TAKEN))?;
        put_members(&txn, group).await?;
        Ok(txn.commit().await?)
    }

    /// Stores it anew, with all its members; `None` when there is none of its id. Answers the copies of credentials that went
    /// with members. As [`Grants::insert_group`].
    pub async fn update_group(&self, group: &GroupView) -> Result<Option<Vec<CopyName>>, StorageError> {
        let txn = self.0.begin().await?;
        let update = Entity::update_many().set(row(group)).filter(Column::Id.eq(group.id.as_str()));
        let done = update.exec(&txn).await.map_err(StorageError::or_taken(NAME_TAKEN))?;
        if done.rows_affected == 0 {
            return Ok(None);
        }
        let of = group_member::Column::GroupId.eq(group.id.as_str());
        group_member::Entity::delete_many().filter(of).exec(&txn).await?;
        put_members(&txn, group).await?;
        let taken = take_back(&txn).await?;
        txn.commit().await?;
        Ok(Some(taken))
    }

    /// Deletes one, with what was shared with it; `None` when there is none of this id. Answers the copies of credentials that
    /// went with that.
    pub async fn delete_group(&self, id: &GroupId) -> Result<Option<Vec<CopyName>>, StorageError> {
        let txn = self.0.begin().await?;
        if Entity::delete_by_id(id.as_str()).exec(&txn).await?.rows_affected == 0 {
            return Ok(None);
        }
        let taken = take_back(&txn).await?;
        txn.commit().await?;
        Ok(Some(taken))
    }

    /// The accounts that are meant.
    pub async fn accounts_of(&self, grantees: &[Grantee]) -> Result<BTreeSet<AccountId>, StorageError> {
        let mut accounts = BTreeSet::new();
        let mut groups = Vec::new();
        for grantee in grantees {
            match grantee {
                Grantee::Account(id) => {
                    accounts.insert(id.clone());
                }
                Grantee::Group(id) => groups.push(id.as_str()),
            }
        }
        for groups in groups.chunks(CHUNK) {
            let inside = group_member::Column::GroupId.is_in(groups.iter().copied());
            for member in group_member::Entity::find().filter(inside).all(&self.0.reads).await? {
                accounts.insert(words::parse_id(member.account_id)?);
            }
        }
        Ok(accounts)
    }
}

async fn put_members(txn: &DatabaseTransaction, group: &GroupView) -> Result<(), StorageError> {
    for members in group.members.chunks(CHUNK) {
        let rows = members.iter().map(|account| group_member::ActiveModel {
            group_id: Set(group.id.to_string()),
            account_id: Set(account.to_string()),
        });
        group_member::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

fn row(group: &GroupView) -> ActiveModel {
    ActiveModel {
        id: Set(group.id.to_string()),
        name: Set(words::storable(&group.name)),
        name_key: Set(words::key(&group.name)),
    }
}
