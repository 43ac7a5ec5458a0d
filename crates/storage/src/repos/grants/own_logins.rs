//! What an account signs in with on hosts of others.

use super::Grants;
use crate::{
    StorageError,
    entities::own_login::{ActiveModel, Column, Entity},
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use std::collections::HashMap;
use wire::{AccountId, CredentialId, HostId};

/// A username and a credential, of the account itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnLogin {
    /// The username; none leaves it to the host's owner.
    pub username: Option<String>,
    /// The credential; none asks every time.
    pub credential_id: Option<CredentialId>,
}

impl Grants {
    /// What the account signs in with on a host.
    pub async fn own_login(&self, account: &AccountId, host: &HostId) -> Result<OwnLogin, StorageError> {
        let row = Entity::find_by_id((account.to_string(), host.to_string())).only(&self.0.reads).await?;
        row.map_or_else(|| Ok(OwnLogin::default()), |row| login(row.username, row.credential_id))
    }

    /// All of an account's, by host.
    pub async fn own_logins(&self, account: &AccountId) -> Result<HashMap<HostId, OwnLogin>, StorageError> {
        let rows = Entity::find().filter(Column::AccountId.eq(account.as_str())).all(&self.0.reads).await?;
        let read =
            rows.into_iter().map(|row| Ok((words::parse_id(row.host_id)?, login(row.username, row.credential_id)?)));
        read.collect()
    }

    /// Stores it in the place of the one before.
    pub async fn set_own_login(
        &self,
        account: &AccountId,
        host: &HostId,
        login: &OwnLogin,
    ) -> Result<(), StorageError> {
        if *login == OwnLogin::default() {
            Entity::delete_by_id((account.to_string(), host.to_string())).exec(&self.0.writes).await?;
            return Ok(());
        }
        let row = ActiveModel {
            account_id: Set(account.to_string()),
            host_id: Set(host.to_string()),
            username: Set(login.username.clone()),
            credential_id: Set(login.credential_id.as_ref().map(ToString::to_string)),
        };
        let known = OnConflict::columns([Column::AccountId, Column::HostId])
            .update_columns([Column::Username, Column::CredentialId])
            .to_owned();
        Entity::insert(row).on_conflict(known).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }
}

fn login(username: Option<String>, credential_id: Option<String>) -> Result<OwnLogin, StorageError> {
    Ok(OwnLogin { username, credential_id: credential_id.map(words::parse_id).transpose()? })
}
