//! An import, written in one transaction: all of it or nothing.

use super::{
    Inventory, SourceRecord,
    batch::nothing_found,
    folders, hosts,
    named::named,
    undos::{self, UndoRecord},
};
use crate::{
    StorageError,
    entities::{folder, folder_source, host, host_key, host_source, import_frame},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable,
    QueryFilter, QuerySelect, Set,
    sea_query::{Expr, OnConflict},
};
use std::collections::HashMap;
use wire::{
    AccountId, FolderId, HostId, Timestamp,
    inventory::{FolderView, HostView},
};

/// Rows in one statement; each host binds some thirty values, and SQLite takes 32,766.
const ROWS: usize = 500;

const TAKEN: &str = "two hosts would be the same by folder, name, address and port, or two folders by name; \
    something was changed meanwhile, or values are swapped: import in two steps";
const MEANWHILE: &str =
    "something that the import changes was changed meanwhile, and nothing was imported; look at the preview again";
const IN_USE: &str = "something is reached through a host, or lies in a folder, that would be removed; try again";

/// What tells rows about sources apart.
pub(super) const SOURCE_KEY: [host_source::Column; 2] = [host_source::Column::HostId, host_source::Column::Form];
pub(super) const FOLDER_SOURCE_KEY: [folder_source::Column; 2] =
    [folder_source::Column::FolderId, folder_source::Column::Form];

/// What an import writes.
#[derive(Debug, Default)]
pub struct ImportRecord {
    /// Folders to add or change, each after the one around it.
    pub folders: Vec<FolderView>,
    /// Hosts to add or change, each after its jump host.
    pub hosts: Vec<HostView>,
    /// Hosts to remove.
    pub hosts_gone: Vec<HostId>,
    /// Folders to remove, each before the one around it.
    pub folders_gone: Vec<FolderId>,
    /// How hosts stood in what was read.
    pub host_sources: Vec<(HostId, SourceRecord)>,
    /// How folders stood there.
    pub folder_sources: Vec<(FolderId, SourceRecord)>,
    /// What stood around them: the word of the form and what was kept.
    pub frames: Vec<(String, String)>,
    /// Host keys to trust, where none is trusted: the place and the OpenSSH line.
    pub keys: Vec<(String, String)>,
    /// Hosts of which everything is forgotten that probes and bootstraps found.
    pub hosts_forgotten: Vec<HostId>,
    /// Hosts that are changed or removed, as they were looked at.
    pub hosts_before: Vec<HostView>,
    /// Folders likewise.
    pub folders_before: Vec<FolderView>,
    /// The way back, which is kept.
    pub undo: Option<UndoRecord>,
    /// Hosts that are no more where they came from.
    pub vanished: Vec<HostId>,
    /// Hosts that stand where another one goes, and go elsewhere themselves.
    pub aside: Vec<HostId>,
}

impl Inventory {
    /// Writes an import. What probes and bootstraps found of hosts that are there stays.
    /// [`StorageError::Taken`] when hosts or folders would be the same by now, or what it changes is not as it was.
    pub async fn import(&self, account: &AccountId, import: &ImportRecord, at: Timestamp) -> Result<(), StorageError> {
        let db = self.0.begin().await?;
        refuse_changed(&db, account, import).await?;
        put_folders(&db, account, &import.folders, false).await?;
        step_aside(&db, account, &import.aside).await?;
        put_hosts(&db, account, &import.hosts).await?;
        put_folders(&db, account, &import.folders, true).await?;
        forget(&db, account, &import.hosts_forgotten).await?;
        remove(&db, account, import).await?;
        put_sources(&db, import).await?;
        mark_vanished(&db, &import.vanished, at).await?;
        put_frames(&db, account, &import.frames).await?;
        trust(&db, account, &import.keys, at).await?;
        if let Some(undo) = &import.undo {
            undos::keep(&db, account, undo).await?;
        }
        Ok(db.commit().await?)
    }
}

/// Gives hosts, until they are written, names that no other one has.
async fn step_aside(db: &DatabaseTransaction, account: &AccountId, ids: &[HostId]) -> Result<(), StorageError> {
    for some in ids.chunks(ROWS) {
        let update = host::Entity::update_many().col_expr(host::Column::Name, Expr::col(host::Column::Id));
        update.filter(named(account, some)).exec(db).await?;
    }
    Ok(())
}

/// Refuses to write over what somebody else changed meanwhile.
async fn refuse_changed(
    db: &DatabaseTransaction,
    account: &AccountId,
    import: &ImportRecord,
) -> Result<(), StorageError> {
    let changed = || StorageError::Taken { what: MEANWHILE };
    for some in import.hosts_before.chunks(ROWS) {
        let rows = host::Entity::find().filter(named(account, some.iter().map(|host| &host.id)));
        let rows = rows.lock_exclusive().all(db).await?;
        let mut now = HashMap::with_capacity(rows.len());
        for row in rows {
            let host = hosts::view((row, None))?;
            now.insert(host.id.clone(), host);
        }
        for before in some {
            let now = now.get(&before.id).ok_or_else(changed)?;
            if hosts::changes(now)? != hosts::changes(before)? {
                return Err(changed());
            }
        }
    }
    for some in import.folders_before.chunks(ROWS) {
        let these = folder::Column::Id.is_in(some.iter().map(|folder| folder.id.as_str()));
        let rows = folder::Entity::find().filter(these).filter(folder::Column::AccountId.eq(account.as_str()));
        let rows = rows.lock_exclusive().all(db).await?;
        let now = rows.into_iter().map(|row| folders::view(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let now: HashMap<_, _> = now.iter().map(|folder| (&folder.id, folder)).collect();
        for before in some {
            let now = now.get(&before.id).ok_or_else(changed)?;
            if folders::changes(now) != folders::changes(before) {
                return Err(changed());
            }
        }
    }
    Ok(())
}

/// Folders name jump hosts, and hosts lie in folders: the folders come first without, and once more with them.
async fn put_folders(
    db: &DatabaseTransaction,
    account: &AccountId,
    folders: &[FolderView],
    with_jumps: bool,
) -> Result<(), StorageError> {
    let with_jump = |folder: &&FolderView| !with_jumps || folder.jump_host_id.is_some();
    let row = |folder: &FolderView| {
        let mut row = folders::row(account, folder);
        if !with_jumps {
            row.jump_host_id = Set(None);
        }
        row
    };
    let rows: Vec<folder::ActiveModel> = folders.iter().filter(with_jump).map(row).collect();
    put::<folder::Entity>(db, rows, &[folder::Column::Id], &[folder::Column::AccountId]).await
}

/// Adds hosts, or writes what their owner says of those that are there.
pub(super) async fn put_hosts(
    db: &DatabaseTransaction,
    account: &AccountId,
    all: &[HostView],
) -> Result<(), StorageError> {
    use host::Column::{
        AccountId, Bootstrap, BootstrapAt, BootstrapMessage, CreatedAt, FoundKey, Hostname, LastUsedAt, Os, ProbedAt,
        Status,
    };
    let rows = all.iter().map(|host| hosts::row(account, host)).collect::<Result<Vec<_>, StorageError>>()?;
    let found_out = [
        AccountId,
        Bootstrap,
        BootstrapAt,
        BootstrapMessage,
        CreatedAt,
        FoundKey,
        Hostname,
        LastUsedAt,
        Os,
        ProbedAt,
        Status,
    ];
    put::<host::Entity>(db, rows, &[host::Column::Id], &found_out).await
}

/// Inserts rows, or changes those that are there; `stays` are columns that a change leaves alone.
pub(super) async fn put<E: EntityTrait>(
    db: &impl ConnectionTrait,
    mut rows: Vec<E::ActiveModel>,
    key: &[E::Column],
    stays: &[E::Column],
) -> Result<(), StorageError>
where
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let names = |columns: &[E::Column]| columns.iter().map(|column| format!("{column:?}")).collect::<Vec<_>>();
    let (key_names, stay_names) = (names(key), names(stays));
    let changing = E::Column::iter().filter(|column| {
        let name = format!("{column:?}");
        !key_names.contains(&name) && !stay_names.contains(&name)
    });
    let known = OnConflict::columns(key.to_vec()).update_columns(changing).to_owned();
    while !rows.is_empty() {
        let some = rows.drain(..rows.len().min(ROWS));
        let insert = E::insert_many(some).on_conflict(known.clone()).exec_without_returning(db).await;
        insert.map_err(StorageError::or_taken(TAKEN))?;
    }
    Ok(())
}

async fn forget(db: &DatabaseTransaction, account: &AccountId, hosts: &[HostId]) -> Result<(), StorageError> {
    for some in hosts.chunks(ROWS) {
        host::Entity::update_many().set(nothing_found()).filter(named(account, some)).exec(db).await?;
    }
    Ok(())
}

async fn remove(db: &DatabaseTransaction, account: &AccountId, import: &ImportRecord) -> Result<(), StorageError> {
    let in_use = || StorageError::or_in_use(IN_USE);
    for some in import.hosts_gone.chunks(ROWS) {
        // They may be reached through one another.
        let apart =
            host::Entity::update_many().set(host::ActiveModel { jump_host_id: Set(None), ..Default::default() });
        apart.filter(named(account, some)).exec(db).await?;
    }
    for some in import.hosts_gone.chunks(ROWS) {
        let delete = host::Entity::delete_many().filter(named(account, some));
        delete.exec(db).await.map_err(in_use())?;
    }
    for folder in &import.folders_gone {
        let delete = folder::Entity::delete_many().filter(folder::Column::Id.eq(folder.as_str()));
        delete.filter(folder::Column::AccountId.eq(account.as_str())).exec(db).await.map_err(in_use())?;
    }
    Ok(())
}

async fn put_sources(db: &DatabaseTransaction, import: &ImportRecord) -> Result<(), StorageError> {
    let of_hosts = import.host_sources.iter().map(|(id, source)| host_source::ActiveModel {
        host_id: Set(id.to_string()),
        form: Set(source.form.clone()),
        position: Set(source.position),
        kept: Set(source.kept.clone()),
        external_key: Set(source.external_key.clone()),
        vanished_at: Set(None),
    });
    put::<host_source::Entity>(db, of_hosts.collect(), &SOURCE_KEY, &[]).await?;
    let of_folders = import.folder_sources.iter().map(|(id, source)| folder_source::ActiveModel {
        folder_id: Set(id.to_string()),
        form: Set(source.form.clone()),
        position: Set(source.position),
        kept: Set(source.kept.clone()),
        external_key: Set(source.external_key.clone()),
    });
    put::<folder_source::Entity>(db, of_folders.collect(), &FOLDER_SOURCE_KEY, &[]).await
}

/// What is there again lost its mark when its source was put.
async fn mark_vanished(db: &DatabaseTransaction, hosts: &[HostId], at: Timestamp) -> Result<(), StorageError> {
    for some in hosts.chunks(ROWS) {
        let mark = host_source::ActiveModel { vanished_at: Set(Some(at.millis())), ..Default::default() };
        host_source::Entity::update_many()
            .set(mark)
            .filter(host_source::Column::HostId.is_in(some.iter().map(HostId::as_str)))
            .filter(host_source::Column::ExternalKey.is_not_null())
            .filter(host_source::Column::VanishedAt.is_null())
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Keeps what stood around hosts and folders.
pub(super) async fn put_frames(
    db: &DatabaseTransaction,
    account: &AccountId,
    frames: &[(String, String)],
) -> Result<(), StorageError> {
    let rows = frames.iter().map(|(form, kept)| import_frame::ActiveModel {
        account_id: Set(account.to_string()),
        form: Set(form.clone()),
        kept: Set(kept.clone()),
    });
    let key = [import_frame::Column::AccountId, import_frame::Column::Form];
    put::<import_frame::Entity>(db, rows.collect(), &key, &[]).await
}

/// A key that somebody trusted meanwhile stays.
async fn trust(
    db: &DatabaseTransaction,
    account: &AccountId,
    keys: &[(String, String)],
    at: Timestamp,
) -> Result<(), StorageError> {
    for some in keys.chunks(ROWS) {
        let rows = some.iter().map(|(endpoint, openssh)| host_key::ActiveModel {
            account_id: Set(account.to_string()),
            endpoint: Set(endpoint.clone()),
            openssh: Set(openssh.clone()),
            trusted_at: Set(at.millis()),
        });
        let known =
            OnConflict::columns([host_key::Column::AccountId, host_key::Column::Endpoint]).do_nothing().to_owned();
        host_key::Entity::insert_many(rows).on_conflict(known).exec_without_returning(db).await?;
    }
    Ok(())
}
