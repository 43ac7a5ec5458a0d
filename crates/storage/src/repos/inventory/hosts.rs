//! Hosts: unique by folder, name, address and port.

use super::{Inventory, folders::recording};
use crate::{
    StorageError,
    entities::{
        folder,
        host::{ActiveModel, Column, Entity, Model},
    },
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use wire::{
    AccountId, HostId, Timestamp,
    inventory::{Effective, HostView},
};

const TAKEN: &str = "a host of this name, address and port is in this folder already; change one of them";
pub(super) const IN_USE: &str = "other hosts or folders are reached through this one; give them another way first";

/// So many are named at most.
const NAMED: u64 = 10;

impl Inventory {
    /// Adds one; [`StorageError::Taken`] when the same one is there. The folder is the one of `folder_id`.
    pub async fn insert_host(&self, account: &AccountId, host: &HostView) -> Result<(), StorageError> {
        let insert = Entity::insert(row(account, host)?).exec_without_returning(&self.0.writes).await;
        insert.map_err(StorageError::or_taken(TAKEN))?;
        Ok(())
    }

    /// Stores what its owner says about it. What probes and bootstraps found stays, since one may have come in
    /// between. `false` when the account has no such host.
    pub async fn update_host(&self, account: &AccountId, host: &HostView) -> Result<bool, StorageError> {
        let update = Entity::update_many()
            .set(changes(host)?)
            .filter(Column::Id.eq(host.id.as_str()))
            .filter(Column::AccountId.eq(account.as_str()));
        let done = update.exec(&self.0.writes).await.map_err(StorageError::or_taken(TAKEN))?;
        Ok(done.rows_affected > 0)
    }

    /// Deletes one; its sessions and commands keep its name. [`StorageError::Taken`] when others are reached through
    /// it (dialling them directly could reach another machine), `false` when the account has no such host.
    pub async fn delete_host(&self, account: &AccountId, id: &HostId) -> Result<bool, StorageError> {
        let delete =
            Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::AccountId.eq(account.as_str()));
        let done = delete.exec(&self.0.writes).await.map_err(StorageError::or_in_use(IN_USE))?;
        Ok(done.rows_affected > 0)
    }

    /// The account's host with this id.
    pub async fn host(&self, account: &AccountId, id: &HostId) -> Result<Option<HostView>, StorageError> {
        let found = Entity::find_by_id(id.as_str())
            .filter(Column::AccountId.eq(account.as_str()))
            .find_also_related(folder::Entity)
            .only(&self.0.reads)
            .await?;
        found.map(view).transpose()
    }

    /// The account's host with this id, else those with this name, in any case; where some have it exactly, those alone.
    pub async fn hosts_called(&self, account: &AccountId, id_or_name: &str) -> Result<Vec<HostView>, StorageError> {
        let mut found = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::Id.eq(words::storable(id_or_name)).or(Column::NameKey.eq(words::key(id_or_name))))
            .find_also_related(folder::Entity)
            .all(&self.0.reads)
            .await?;
        // A host may be called what another one's id is.
        if let Some(at) = found.iter().position(|(host, _)| host.id == id_or_name) {
            return Ok(vec![view(found.swap_remove(at))?]);
        }
        if found.iter().any(|(host, _)| host.name == id_or_name) {
            found.retain(|(host, _)| host.name == id_or_name);
        }
        found.into_iter().map(view).collect()
    }

    /// The names of what is reached through a host: ten hosts and ten folders at most that say so themselves.
    pub async fn reached_through(&self, account: &AccountId, jump: &HostId) -> Result<Vec<String>, StorageError> {
        let hosts: Vec<String> = Entity::find()
            .select_only()
            .column(Column::Name)
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::JumpHostId.eq(jump.as_str()))
            .order_by_asc(Column::NameKey)
            .limit(NAMED)
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        let folders: Vec<String> = folder::Entity::find()
            .select_only()
            .column(folder::Column::Name)
            .filter(folder::Column::AccountId.eq(account.as_str()))
            .filter(folder::Column::JumpHostId.eq(jump.as_str()))
            .order_by_asc(folder::Column::NameKey)
            .limit(NAMED)
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        Ok(hosts.into_iter().chain(folders.into_iter().map(|name| format!("the folder {name}"))).collect())
    }
}

/// A whole row.
pub(super) fn row(account: &AccountId, host: &HostView) -> Result<ActiveModel, StorageError> {
    Ok(ActiveModel {
        id: Set(host.id.to_string()),
        account_id: Set(account.to_string()),
        status: Set(words::word(host.status)),
        probed_at: Set(host.probed_at.map(Timestamp::millis)),
        bootstrap: Set(words::word(host.bootstrap)),
        bootstrap_message: Set(host.bootstrap_message.clone()),
        bootstrap_at: Set(host.bootstrap_at.map(Timestamp::millis)),
        os: Set(host.os.clone()),
        hostname: Set(host.hostname.clone()),
        created_at: Set(host.created_at.millis()),
        last_used_at: Set(host.last_used_at.map(Timestamp::millis)),
        found_key: Set(words::found_text(host.hostname.as_deref(), host.os.as_deref())),
        ..changes(host)?
    })
}

/// The columns that the owner writes.
pub(super) fn changes(host: &HostView) -> Result<ActiveModel, StorageError> {
    Ok(ActiveModel {
        name: Set(host.name.clone()),
        name_key: Set(words::key(&host.name)),
        address: Set(host.address.clone()),
        port: Set(i32::from(host.port)),
        protocol: Set(words::word(host.protocol)),
        username: Set(host.username.clone()),
        credential_id: Set(host.credential_id.as_ref().map(ToString::to_string)),
        folder_id: Set(host.folder_id.as_ref().map(ToString::to_string)),
        jump_host_id: Set(host.jump_host_id.as_ref().map(ToString::to_string)),
        direct: Set(host.direct),
        tags: Set(words::to_json("tag list", &host.tags)?),
        device: Set(words::to_json("device", &host.device)?),
        idle_timeout_seconds: Set(host.idle_timeout_seconds.map(u64::cast_signed)),
        max_duration_seconds: Set(host.max_duration_seconds.map(u64::cast_signed)),
        max_sessions: Set(host.max_sessions.map(u32::cast_signed)),
        tmux: Set(host.tmux),
        agent_forwarding: Set(host.agent_forwarding),
        recording: Set(host.recording.map(words::word)),
        search_key: Set(words::search_text(
            &host.name,
            &host.address,
            host.username.as_deref(),
            &host.tags,
            &host.device,
        )),
        tags_key: Set(words::key(&format!("\n{}\n", host.tags.join("\n")))),
        ..Default::default()
    })
}

/// A host with its folder's name. What it inherits, and whether it is marked, is for others to fill in.
pub(super) fn view((row, folder): (Model, Option<folder::Model>)) -> Result<HostView, StorageError> {
    Ok(HostView {
        id: words::parse_id(row.id)?,
        name: row.name,
        address: row.address,
        port: words::parse_number("port", i64::from(row.port))?,
        protocol: words::parse_word("protocol", &row.protocol)?,
        username: row.username,
        credential_id: row.credential_id.map(words::parse_id).transpose()?,
        folder: folder.map(|folder| folder.name),
        folder_id: row.folder_id.map(words::parse_id).transpose()?,
        tags: words::parse_json("tag list", &row.tags)?,
        jump_host_id: row.jump_host_id.map(words::parse_id).transpose()?,
        direct: row.direct,
        device: words::parse_json("device", &row.device)?,
        idle_timeout_seconds: row.idle_timeout_seconds.map(i64::cast_unsigned),
        max_duration_seconds: row.max_duration_seconds.map(i64::cast_unsigned),
        max_sessions: row.max_sessions.map(i32::cast_unsigned),
        tmux: row.tmux,
        agent_forwarding: row.agent_forwarding,
        recording: recording(row.recording)?,
        status: words::parse_word("reachability", &row.status)?,
        probed_at: words::moment(row.probed_at),
        bootstrap: words::parse_word("bootstrap state", &row.bootstrap)?,
        bootstrap_message: row.bootstrap_message,
        bootstrap_at: words::moment(row.bootstrap_at),
        os: row.os,
        hostname: row.hostname,
        created_at: Timestamp::from_millis(row.created_at),
        last_used_at: words::moment(row.last_used_at),
        favourite: false,
        effective: Effective::default(),
        shared: None,
    })
}
