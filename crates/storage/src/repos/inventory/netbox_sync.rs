//! When an account's NetBox is imported without anybody. The token was sealed before it came here.

use super::{Inventory, NetBoxRecord};
use crate::{
    StorageError,
    entities::{
        account, folder, host, host_source, netbox,
        netbox_sync::{ActiveModel, Column, Entity, Model, Relation},
    },
    repos::only::Only,
    words,
};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
    Set, sea_query::OnConflict,
};
use std::fmt;
use wire::{
    AccountId, Timestamp,
    accounts::Role,
    inventory::{NetBoxGone, NetBoxGoneHost},
};

/// When an account's NetBox is imported without anybody, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NetBoxSyncRecord {
    /// The token, sealed to the server's key; none while it is off.
    pub token: Option<Vec<u8>>,
    /// Since when it is.
    pub sealed_at: Option<Timestamp>,
    /// How many seconds lie between the end of one import and the next.
    pub every_seconds: u64,
    /// Which devices are asked for, as JSON.
    pub filters: String,
    /// When the next one begins.
    pub next_at: Timestamp,
    /// How many failed since the last good one.
    pub failures: u32,
    /// What became of the last one, as JSON.
    pub last: Option<String>,
}

impl fmt::Debug for NetBoxSyncRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetBoxSyncRecord").field("next_at", &self.next_at).finish_non_exhaustive()
    }
}

/// Id, name, address, folder and since when, of a host that is gone.
type Gone = (String, String, String, Option<String>, Option<i64>);

/// Those that are on and whose account may open anything.
fn awake() -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::Account.def())
        .filter(Column::Token.is_not_null())
        .filter(account::Column::Disabled.eq(false))
        .filter(account::Column::Role.ne(words::word(Role::Viewer)))
}

impl Inventory {
    /// When the account's NetBox is imported without anybody.
    pub async fn netbox_sync(&self, account: &AccountId) -> Result<Option<NetBoxSyncRecord>, StorageError> {
        Ok(Entity::find_by_id(account.as_str()).only(&self.0.reads).await?.map(record))
    }

    /// Writes that, in the place of what was there.
    ///
    /// # Errors
    /// [`StorageError::Gone`] when the account has no NetBox.
    pub async fn set_netbox_sync(&self, account: &AccountId, sync: &NetBoxSyncRecord) -> Result<(), StorageError> {
        let row = ActiveModel {
            account_id: Set(account.to_string()),
            token: Set(sync.token.clone()),
            sealed_at: Set(sync.sealed_at.map(Timestamp::millis)),
            every_seconds: Set(i64::try_from(sync.every_seconds).unwrap_or(i64::MAX)),
            filters: Set(words::storable(&sync.filters)),
            next_at: Set(sync.next_at.millis()),
            failures: Set(i64::from(sync.failures)),
            last: Set(sync.last.clone()),
        };
        let changing =
            [Column::Token, Column::SealedAt, Column::EverySeconds, Column::Filters, Column::NextAt, Column::Failures];
        let known = OnConflict::column(Column::AccountId).update_columns(changing).to_owned();
        Entity::insert(row).on_conflict(known).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// Writes the account's NetBox, and puts another sealed token in the place of the one that unattended imports use, while they
    /// are on; both or nothing.
    pub async fn set_netbox_resealed(
        &self,
        account: &AccountId,
        record: &NetBoxRecord,
        token: Vec<u8>,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let txn = self.0.begin().await?;
        let settings = netbox::ActiveModel {
            settings: Set(record.settings.clone()),
            token: Set(record.token.clone()),
            ..Default::default()
        };
        let mine = netbox::Column::AccountId.eq(account.as_str());
        netbox::Entity::update_many().set(settings).filter(mine).exec(&txn).await?;
        let sealed = ActiveModel { token: Set(Some(token)), sealed_at: Set(Some(at.millis())), ..Default::default() };
        let on = Entity::update_many().set(sealed).filter(Column::AccountId.eq(account.as_str()));
        on.filter(Column::Token.is_not_null()).exec(&txn).await?;
        Ok(txn.commit().await?)
    }

    /// Those that are to begin by now, the one that waits longest first: accounts, and when each was to begin.
    pub async fn due_netbox_syncs(
        &self,
        now: Timestamp,
        most: u64,
    ) -> Result<Vec<(AccountId, Timestamp)>, StorageError> {
        let due = awake().filter(Column::NextAt.lte(now.millis())).order_by_asc(Column::NextAt).limit(most);
        let rows: Vec<(String, i64)> =
            due.select_only().column(Column::AccountId).column(Column::NextAt).into_tuple().all(&self.0.reads).await?;
        rows.into_iter().map(|(id, at)| Ok((words::parse_id(id)?, Timestamp::from_millis(at)))).collect()
    }

    /// When the next of all begins.
    pub async fn next_netbox_sync(&self) -> Result<Option<Timestamp>, StorageError> {
        let first: Option<Option<i64>> =
            awake().select_only().column_as(Column::NextAt.min(), "first").into_tuple().one(&self.0.reads).await?;
        Ok(first.flatten().map(Timestamp::from_millis))
    }

    /// Takes one that was to begin at `due`: nobody else begins it before `until`. `false` when somebody else took it, or it is off.
    pub async fn claim_netbox_sync(
        &self,
        account: &AccountId,
        due: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        let taken = ActiveModel { next_at: Set(until.millis()), ..Default::default() };
        let update = Entity::update_many().set(taken).filter(Column::AccountId.eq(account.as_str()));
        let update = update.filter(Column::NextAt.eq(due.millis())).filter(Column::Token.is_not_null());
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Puts the next one off. `last` stays when there is none.
    pub async fn put_off_netbox_sync(
        &self,
        account: &AccountId,
        next_at: Timestamp,
        failures: u32,
        last: Option<String>,
    ) -> Result<(), StorageError> {
        let mut change =
            ActiveModel { next_at: Set(next_at.millis()), failures: Set(i64::from(failures)), ..Default::default() };
        if last.is_some() {
            change.last = Set(last);
        }
        let update = Entity::update_many().set(change).filter(Column::AccountId.eq(account.as_str()));
        update.exec(&self.0.writes).await?;
        Ok(())
    }

    /// The account's hosts that are no more where they came from, those that went last first.
    pub async fn gone_elsewhere(
        &self,
        account: &AccountId,
        beginning: &str,
        most: u64,
    ) -> Result<NetBoxGone, StorageError> {
        let gone = host_source::Entity::find()
            .join(JoinType::InnerJoin, host_source::Relation::Host.def())
            .filter(host::Column::AccountId.eq(account.as_str()))
            .filter(host_source::Column::ExternalKey.starts_with(beginning))
            .filter(host_source::Column::VanishedAt.is_not_null());
        let total = gone.clone().count(&self.0.reads).await?;
        let rows: Vec<Gone> = gone
            .join(JoinType::LeftJoin, host::Relation::Folder.def())
            .select_only()
            .column(host::Column::Id)
            .column(host::Column::Name)
            .column(host::Column::Address)
            .column_as(folder::Column::Name, "folder_name")
            .column(host_source::Column::VanishedAt)
            .order_by_desc(host_source::Column::VanishedAt)
            .order_by_asc(host::Column::Name)
            .order_by_asc(host::Column::Id)
            .limit(most)
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        let host = |(id, name, address, folder, since): Gone| {
            Ok(NetBoxGoneHost {
                id: words::parse_id(id)?,
                name,
                address,
                folder: folder.unwrap_or_default(),
                since: Timestamp::from_millis(since.unwrap_or_default()),
            })
        };
        Ok(NetBoxGone { hosts: rows.into_iter().map(host).collect::<Result<_, StorageError>>()?, total })
    }
}

fn record(row: Model) -> NetBoxSyncRecord {
    NetBoxSyncRecord {
        token: row.token,
        sealed_at: row.sealed_at.map(Timestamp::from_millis),
        every_seconds: u64::try_from(row.every_seconds).unwrap_or_default(),
        filters: row.filters,
        next_at: Timestamp::from_millis(row.next_at),
        failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
        last: row.last,
    }
}
