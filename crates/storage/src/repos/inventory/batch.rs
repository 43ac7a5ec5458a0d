//! Many changes at once: all of them or none.

use super::{
    Inventory, folders, hosts,
    imports::{FOLDER_SOURCE_KEY, SOURCE_KEY, put, put_frames, put_hosts},
    named::{CHUNK, named},
    undos::{self, UndoRecord},
};
use crate::{
    StorageError,
    entities::{favourite, folder, folder_source, host, host_key, host_source},
    repos::grants,
    words,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Set, TransactionTrait,
    sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use wire::{
    AccountId, FolderId, HostId, UndoId,
    grants::GrantView,
    inventory::{BootstrapState, FolderView, HostView, Reachability},
};

const CLASH: &str = "something of the same name is there by now; reload and try again";

/// So many rows are written in one statement: each has some thirty values, and a statement takes a bounded number of them.
const ROWS: usize = 100;

/// Where a host was read from, as it is kept for a way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSource(host_source::Model);

impl KeptSource {
    /// Whose it is.
    pub fn host(&self) -> &str {
        &self.0.host_id
    }
}

/// Where a folder was read from, as it is kept for a way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFolderSource(folder_source::Model);

impl KeptFolderSource {
    /// Whose it is.
    pub fn folder(&self) -> &str {
        &self.0.folder_id
    }
}

/// What is to be done. Every field is optional; they are done in an order in which nothing points at what is not there.
#[derive(Debug, Default)]
pub struct Batch {
    /// Folders that come, those around others first.
    pub folders_added: Vec<FolderView>,
    /// Hosts that come, with all that is known of them; they may be reached through each other.
    pub hosts_added: Vec<HostView>,
    /// Hosts that are known elsewhere no more.
    pub unlinked: Vec<HostId>,
    /// Where hosts were read from, in the place of what is known of that.
    pub sources_put: Vec<KeptSource>,
    /// Where folders were read from, likewise.
    pub folder_sources_put: Vec<KeptFolderSource>,
    /// Hosts that get other words of their owner.
    pub hosts_changed: Vec<HostView>,
    /// Hosts that go into a folder, or out of all.
    pub hosts_moved: Vec<(Option<FolderId>, Vec<HostId>)>,
    /// Hosts of which everything is forgotten that probes and bootstraps found.
    pub hosts_forgotten: Vec<HostId>,
    /// Hosts that are marked.
    pub marked: Vec<HostId>,
    /// Hosts that are not marked any more.
    pub unmarked: Vec<HostId>,
    /// Hosts that go.
    pub hosts_removed: Vec<HostId>,
    /// Folders that say something else.
    pub folders_changed: Vec<FolderView>,
    /// What is kept around hosts and folders: the word of the form, and what was kept.
    pub frames_put: Vec<(String, String)>,
    /// What is shared again with whom had it; those of them that are gone are left out.
    pub grants_put: Vec<GrantView>,
    /// Host keys that are trusted no more: the place and the OpenSSH line.
    pub keys_removed: Vec<(String, String)>,
    /// Folders that go, those inside others first.
    pub folders_removed: Vec<FolderId>,
    /// The way back, which is kept.
    pub undo: Option<UndoRecord>,
    /// The way back that is taken; without it nothing is done.
    pub undone: Option<UndoId>,
}

impl Batch {
    /// Whether hosts go into other folders and nothing else happens.
    pub fn only_moves(&self) -> bool {
        let moved: usize = self.hosts_moved.iter().map(|(_, ids)| ids.len()).sum();
        moved == self.hosts().count() && self.folders_added.is_empty() && self.folders_removed.is_empty()
    }

    /// The hosts that come, change or go.
    pub fn hosts(&self) -> impl Iterator<Item = &HostId> {
        let whole = self.hosts_added.iter().chain(&self.hosts_changed).map(|host| &host.id);
        let moved = self.hosts_moved.iter().flat_map(|(_, ids)| ids);
        let named = [&self.hosts_forgotten, &self.marked, &self.unmarked, &self.hosts_removed];
        whole.chain(moved).chain(named.into_iter().flatten())
    }
}

impl Inventory {
    /// Does all of it, or nothing. `false` when the way back was taken already.
    ///
    /// # Errors
    /// [`StorageError::Taken`] when something is there by now or still used, [`StorageError::Gone`] when something is not.
    pub async fn apply(&self, account: &AccountId, batch: &Batch) -> Result<bool, StorageError> {
        let txn = self.0.begin().await?;
        if let Some(id) = &batch.undone
            && !undos::take(&txn, account, id).await?
        {
            return Ok(false);
        }
        added(&txn, account, batch).await?;
        grants::give_again(&txn, &batch.grants_put).await?;
        changed(&txn, account, batch).await?;
        for (folder, ids) in &batch.hosts_moved {
            let folder_id = Set(folder.as_ref().map(ToString::to_string));
            set(&txn, account, ids, host::ActiveModel { folder_id, ..Default::default() }).await?;
        }
        set(&txn, account, &batch.hosts_forgotten, nothing_found()).await?;
        marks(&txn, account, batch).await?;
        // They may be reached through each other, whichever statement removes them.
        let straight = host::ActiveModel { jump_host_id: Set(None), ..Default::default() };
        set(&txn, account, &batch.hosts_removed, straight).await?;
        for ids in batch.hosts_removed.chunks(CHUNK) {
            let delete = host::Entity::delete_many().filter(named(account, ids));
            delete.exec(&txn).await.map_err(StorageError::or_in_use(hosts::IN_USE))?;
        }
        for id in &batch.folders_removed {
            let delete = folder::Entity::delete_by_id(id.as_str());
            let delete = delete.filter(folder::Column::AccountId.eq(account.as_str()));
            delete.exec(&txn).await.map_err(StorageError::or_in_use(folders::NOT_EMPTY))?;
        }
        if let Some(undo) = &batch.undo {
            undos::keep(&txn, account, undo).await?;
        }
        txn.commit().await?;
        Ok(true)
    }

    /// Where these hosts were read from.
    pub async fn sources_of(&self, ids: &[HostId]) -> Result<Vec<KeptSource>, StorageError> {
        let mut sources = Vec::new();
        for ids in ids.chunks(CHUNK) {
            let of = host_source::Column::HostId.is_in(ids.iter().map(HostId::as_str));
            let rows = host_source::Entity::find().filter(of).all(&self.0.reads).await?;
            sources.extend(rows.into_iter().map(KeptSource));
        }
        Ok(sources)
    }

    /// Where these folders were read from.
    pub async fn sources_of_folders(&self, ids: &[FolderId]) -> Result<Vec<KeptFolderSource>, StorageError> {
        let mut sources = Vec::new();
        for ids in ids.chunks(CHUNK) {
            let of = folder_source::Column::FolderId.is_in(ids.iter().map(FolderId::as_str));
            let rows = folder_source::Entity::find().filter(of).all(&self.0.reads).await?;
            sources.extend(rows.into_iter().map(KeptFolderSource));
        }
        Ok(sources)
    }
}

async fn added(txn: &impl TransactionConnection, account: &AccountId, batch: &Batch) -> Result<(), StorageError> {
    for folder in &batch.folders_added {
        let insert = folder::Entity::insert(folders::row(account, folder)).exec_without_returning(txn).await;
        insert.map_err(StorageError::or_taken(CLASH))?;
    }
    for hosts in batch.hosts_added.chunks(ROWS) {
        let rows = hosts.iter().map(|host| {
            let straight = HostView { jump_host_id: None, ..host.clone() };
            hosts::row(account, &straight)
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let insert = host::Entity::insert_many(rows).exec_without_returning(txn).await;
        insert.map_err(StorageError::or_taken(CLASH))?;
    }
    for host in batch.hosts_added.iter().filter(|host| host.jump_host_id.is_some()) {
        let jump_host_id = Set(host.jump_host_id.as_ref().map(ToString::to_string));
        let through = host::ActiveModel { jump_host_id, ..Default::default() };
        set(txn, account, std::slice::from_ref(&host.id), through).await?;
    }
    for ids in batch.unlinked.chunks(CHUNK) {
        let links = host_source::Entity::delete_many().filter(host_source::Column::ExternalKey.is_not_null());
        links.filter(host_source::Column::HostId.is_in(ids.iter().map(HostId::as_str))).exec(txn).await?;
    }
    let of_hosts = batch.sources_put.iter().map(|source| source.0.clone().into()).collect();
    put::<host_source::Entity>(txn, of_hosts, &SOURCE_KEY, &[]).await?;
    let of_folders = batch.folder_sources_put.iter().map(|source| source.0.clone().into()).collect();
    put::<folder_source::Entity>(txn, of_folders, &FOLDER_SOURCE_KEY, &[]).await
}

/// Many rows in one statement: one by one, ten thousand would hold everybody up.
async fn changed(txn: &DatabaseTransaction, account: &AccountId, batch: &Batch) -> Result<(), StorageError> {
    for some in batch.hosts_changed.chunks(CHUNK) {
        let there = host::Entity::find().select_only().column(host::Column::Id);
        let there = there.filter(named(account, some.iter().map(|host| &host.id)));
        let there: HashSet<String> = there.into_tuple().all(txn).await?.into_iter().collect();
        // What was deleted meanwhile stays so.
        let some: Vec<HostView> = some.iter().filter(|host| there.contains(host.id.as_str())).cloned().collect();
        put_hosts(txn, account, &some).await.map_err(|error| match error {
            StorageError::Taken { .. } => StorageError::Taken { what: CLASH },
            other => other,
        })?;
    }
    for folder in &batch.folders_changed {
        let update = folder::Entity::update_many().set(folders::changes(folder));
        let update = update.filter(folder::Column::Id.eq(folder.id.as_str()));
        let update = update.filter(folder::Column::AccountId.eq(account.as_str())).exec(txn).await;
        update.map_err(StorageError::or_taken(CLASH))?;
    }
    put_frames(txn, account, &batch.frames_put).await?;
    for (endpoint, openssh) in &batch.keys_removed {
        let delete = host_key::Entity::delete_many().filter(host_key::Column::AccountId.eq(account.as_str()));
        let delete = delete.filter(host_key::Column::Endpoint.eq(endpoint.as_str()));
        delete.filter(host_key::Column::Openssh.eq(openssh.as_str())).exec(txn).await?;
    }
    Ok(())
}

async fn marks(txn: &impl TransactionConnection, account: &AccountId, batch: &Batch) -> Result<(), StorageError> {
    for ids in batch.marked.chunks(CHUNK) {
        let rows = ids
            .iter()
            .map(|id| favourite::ActiveModel { account_id: Set(account.to_string()), host_id: Set(id.to_string()) });
        let known =
            OnConflict::columns([favourite::Column::AccountId, favourite::Column::HostId]).do_nothing().to_owned();
        favourite::Entity::insert_many(rows).on_conflict(known).exec_without_returning(txn).await?;
    }
    for ids in batch.unmarked.chunks(CHUNK) {
        let delete = favourite::Entity::delete_many().filter(favourite::Column::AccountId.eq(account.as_str()));
        delete.filter(favourite::Column::HostId.is_in(ids.iter().map(HostId::as_str))).exec(txn).await?;
    }
    Ok(())
}

/// A connection in the middle of a transaction.
trait TransactionConnection: ConnectionTrait + TransactionTrait {}
impl<T: ConnectionTrait + TransactionTrait> TransactionConnection for T {}

async fn set(
    txn: &impl TransactionConnection,
    account: &AccountId,
    ids: &[HostId],
    change: host::ActiveModel,
) -> Result<(), StorageError> {
    for ids in ids.chunks(CHUNK) {
        let update = host::Entity::update_many().set(change.clone()).filter(named(account, ids));
        update.exec(txn).await.map_err(StorageError::or_taken(CLASH))?;
    }
    Ok(())
}

/// What is known of a host that stands for another machine from now on.
pub(super) fn nothing_found() -> host::ActiveModel {
    host::ActiveModel {
        status: Set(words::word(Reachability::Unknown)),
        probed_at: Set(None),
        bootstrap: Set(words::word(BootstrapState::Never)),
        bootstrap_message: Set(None),
        bootstrap_at: Set(None),
        os: Set(None),
        hostname: Set(None),
        found_key: Set(String::new()),
        ..Default::default()
    }
}
