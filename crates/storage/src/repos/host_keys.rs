//! Trusted host keys, per account and endpoint (`address:port`). An endpoint has one trusted key at a time.

use crate::{
    Db, StorageError,
    entities::host_key::{ActiveModel, Column, Entity},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::OnConflict};
use std::collections::HashSet;
use wire::{AccountId, Timestamp};

/// So many rows are written in one statement.
const ROWS: usize = 500;

/// The trusted host keys.
#[derive(Debug, Clone)]
pub struct HostKeys(pub(crate) Db);

impl HostKeys {
    /// The OpenSSH lines of what the account trusts there; none when it knows nothing.
    pub async fn trusted(&self, account: &AccountId, endpoint: &str) -> Result<Vec<String>, StorageError> {
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::Endpoint.eq(endpoint))
            .all(&self.0.reads)
            .await?;
        Ok(rows.into_iter().map(|row| row.openssh).collect())
    }

    /// The places where the account trusts a key.
    pub async fn endpoints(&self, account: &AccountId) -> Result<HashSet<String>, StorageError> {
        let mine = Entity::find().select_only().column(Column::Endpoint).filter(Column::AccountId.eq(account.as_str()));
        let places: Vec<String> = mine.into_tuple().all(&self.0.reads).await?;
        Ok(places.into_iter().collect())
    }

    /// Trusts exactly this key there, in place of any other.
    pub async fn trust(
        &self,
        account: &AccountId,
        endpoint: &str,
        openssh: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.trust_all(account, &[(endpoint.to_owned(), openssh.to_owned())], at).await
    }

    /// The same at many places: all of them or none. Each place stands there once.
    pub async fn trust_all(
        &self,
        account: &AccountId,
        keys: &[(String, String)],
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let replace = OnConflict::columns([Column::AccountId, Column::Endpoint])
            .update_columns([Column::Openssh, Column::TrustedAt])
            .to_owned();
        let txn = self.0.begin().await?;
        for keys in keys.chunks(ROWS) {
            let rows = keys.iter().map(|(endpoint, openssh)| ActiveModel {
                account_id: Set(account.to_string()),
                endpoint: Set(endpoint.clone()),
                openssh: Set(openssh.clone()),
                trusted_at: Set(at.millis()),
            });
            Entity::insert_many(rows).on_conflict(replace.clone()).exec_without_returning(&txn).await?;
        }
        txn.commit().await?;
        Ok(())
    }
}
