//! What is shared with whom, groups, and what people sign in with on hosts of others.

mod groups;
mod own_logins;

pub use own_logins::OwnLogin;

use crate::{
    Db, StorageError,
    entities::{
        account, account_group,
        grant::{ActiveModel, Column, Entity},
    },
    repos::{
        LIST_LIMIT,
        vault::{CopyName, take_back},
    },
    words,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryResult, QuerySelect,
    Set, Statement, Value,
};
use std::collections::{HashMap, HashSet};
use wire::{
    AccountId, FolderId, GrantId, GroupId, HostId, Timestamp,
    grants::{GrantObject, GrantQuery, GrantView, Grantee, HostRights},
};

/// So many ids are bound in one statement.
const CHUNK: usize = 500;

/// Each grant with the names of what is shared and with whom, and whose it is.
const WHOLE: &str = "SELECT grants.id, grants.host_id, grants.folder_id, grants.account_id, grants.group_id, \
    grants.may_connect, grants.may_files, grants.may_watch, grants.created_at, \
    COALESCE(hosts.name, folders.name), COALESCE(accounts.name, account_groups.name), \
    COALESCE(hosts.account_id, folders.account_id), owners.name, grants.may_credential \
    FROM grants \
    LEFT JOIN hosts ON hosts.id = grants.host_id \
    LEFT JOIN folders ON folders.id = grants.folder_id \
    LEFT JOIN accounts ON accounts.id = grants.account_id \
    LEFT JOIN account_groups ON account_groups.id = grants.group_id \
    JOIN accounts owners ON owners.id = COALESCE(hosts.account_id, folders.account_id)";

/// Those that somebody has, by themselves or by a group.
const REACHING: &str = "(grants.account_id = $1 \
    OR grants.group_id IN (SELECT group_id FROM group_members WHERE account_id = $1))";

/// Grants, groups and own logins.
#[derive(Debug, Clone)]
pub struct Grants(pub(crate) Db);

/// A grant with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRecord {
    /// The grant.
    pub view: GrantView,
    /// Whose the host or folder is.
    pub owner: AccountId,
    /// Their name.
    pub owner_name: String,
}

impl Grants {
    /// Gives these rights on all of these objects to all of these, in the place of what they had; no rights end it. Answers the
    /// copies of credentials that went with that.
    pub async fn give(&self, grants: &[GrantView], end: bool) -> Result<Vec<CopyName>, StorageError> {
        let txn = self.0.begin().await?;
        for grants in grants.chunks(CHUNK / 2) {
            forget(&txn, grants).await?;
            if !end {
                Entity::insert_many(grants.iter().map(row)).exec_without_returning(&txn).await?;
            }
        }
        let taken = take_back(&txn).await?;
        txn.commit().await?;
        Ok(taken)
    }

    /// What is shared: of one host or folder, or all that an account shares.
    pub async fn given(&self, owner: Option<&AccountId>, query: &GrantQuery) -> Result<Vec<GrantRecord>, StorageError> {
        let conditions: [(&str, Option<&str>); 3] = [
            ("owners.id", owner.map(AccountId::as_str)),
            ("grants.host_id", query.host_id.as_ref().map(HostId::as_str)),
            ("grants.folder_id", query.folder_id.as_ref().map(FolderId::as_str)),
        ];
        let asked = conditions.into_iter().filter_map(|(column, value)| Some((column, value?)));
        let (mut sql, mut values) = (format!("{WHOLE} WHERE 1 = 1"), Vec::new());
        for (number, (column, value)) in asked.enumerate() {
            sql += &format!(" AND {column} = ${}", number + 1);
            values.push(Value::from(value));
        }
        self.read(&format!("{sql} ORDER BY grants.created_at, grants.id"), values).await
    }

    /// Every grant that lends what signs in, of an account or of all.
    pub async fn lending(&self, owner: Option<&AccountId>) -> Result<Vec<GrantRecord>, StorageError> {
        let (only, values) = match owner {
            Some(owner) => (" AND owners.id = $1", vec![Value::from(owner.as_str())]),
            None => ("", Vec::new()),
        };
        // As many as there are: one that was left out would be taken for one that was taken back.
        self.all(&format!("{WHOLE} WHERE grants.may_credential{only} ORDER BY grants.created_at, grants.id"), values)
            .await
    }

    /// What is shared of these hosts and folders themselves.
    pub async fn of(&self, hosts: &[HostId], folders: &[FolderId]) -> Result<Vec<GrantView>, StorageError> {
        let hosts = hosts.iter().map(|id| ("host_id", id.as_str())).collect::<Vec<_>>();
        let folders = folders.iter().map(|id| ("folder_id", id.as_str())).collect::<Vec<_>>();
        let mut grants = Vec::new();
        for ids in hosts.chunks(CHUNK).chain(folders.chunks(CHUNK)) {
            let places: Vec<String> = (1..=ids.len()).map(|at| format!("${at}")).collect();
            let sql = format!("{WHOLE} WHERE grants.{} IN ({})", ids[0].0, places.join(", "));
            let found = self.read(&sql, ids.iter().map(|(_, id)| Value::from(*id)).collect()).await?;
            grants.extend(found.into_iter().map(|grant| grant.view));
        }
        Ok(grants)
    }

    /// Ends one. Answers the copies of credentials that went with it.
    pub async fn delete(&self, id: &GrantId) -> Result<Vec<CopyName>, StorageError> {
        let txn = self.0.begin().await?;
        Entity::delete_by_id(id.as_str()).exec(&txn).await?;
        let taken = take_back(&txn).await?;
        txn.commit().await?;
        Ok(taken)
    }

    /// One of them.
    pub async fn get(&self, id: &GrantId) -> Result<Option<GrantRecord>, StorageError> {
        let found = self.read(&format!("{WHOLE} WHERE grants.id = $1"), vec![id.as_str().into()]).await?;
        Ok(found.into_iter().next())
    }

    /// Everything of others that an account may use.
    pub async fn reaching(&self, account: &AccountId) -> Result<Vec<GrantRecord>, StorageError> {
        self.read(&format!("{WHOLE} WHERE {REACHING} AND owners.id <> $1"), vec![account.as_str().into()]).await
    }

    /// What an account may do with one host of another account, by grants on it and on these folders around it.
    pub async fn rights(
        &self,
        account: &AccountId,
        host: &HostId,
        around: &[FolderId],
    ) -> Result<HostRights, StorageError> {
        let values = [account.as_str(), host.as_str()].into_iter().chain(around.iter().map(FolderId::as_str));
        let places: Vec<String> = (3..around.len() + 3).map(|at| format!("${at}")).collect();
        let folders = match places.as_slice() {
            [] => String::new(),
            places => format!(" OR grants.folder_id IN ({})", places.join(", ")),
        };
        let sql = format!("{WHOLE} WHERE {REACHING} AND (grants.host_id = $2{folders})");
        let found = self.read(&sql, values.map(Value::from).collect()).await?;
        Ok(found.into_iter().fold(HostRights::default(), |all, grant| all.or(grant.view.rights)))
    }

    /// Whose a host is: the account and its name.
    pub async fn owner_of(&self, host: &HostId) -> Result<Option<(AccountId, String)>, StorageError> {
        let db = &self.0.reads;
        let sql = "SELECT accounts.id, accounts.name FROM hosts JOIN accounts ON accounts.id = hosts.account_id \
                   WHERE hosts.id = $1";
        let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [host.as_str().into()]);
        let row = db.query_one_raw(asked).await?;
        row.map(|row| Ok((words::parse_id(row.try_get_by_index(0)?)?, row.try_get_by_index(1)?))).transpose()
    }

    /// Those of these objects that are there, and whose they are.
    pub async fn there(&self, objects: &[GrantObject]) -> Result<HashMap<GrantObject, AccountId>, StorageError> {
        let mut there = HashMap::new();
        for objects in objects.chunks(CHUNK) {
            let hosts = objects.iter().filter_map(|object| match object {
                GrantObject::Host(id) => Some(id.as_str()),
                GrantObject::Folder(_) => None,
            });
            let folders = objects.iter().filter_map(|object| match object {
                GrantObject::Folder(id) => Some(id.as_str()),
                GrantObject::Host(_) => None,
            });
            for (id, owner) in self.owned("hosts", hosts.collect()).await? {
                there.insert(GrantObject::Host(words::parse_id(id)?), words::parse_id(owner)?);
            }
            for (id, owner) in self.owned("folders", folders.collect()).await? {
                there.insert(GrantObject::Folder(words::parse_id(id)?), words::parse_id(owner)?);
            }
        }
        Ok(there)
    }

    async fn owned(&self, table: &str, asked: Vec<&str>) -> Result<Vec<(String, String)>, StorageError> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let db = &self.0.reads;
        let places: Vec<String> = (1..=asked.len()).map(|at| format!("${at}")).collect();
        let sql = format!("SELECT id, account_id FROM {table} WHERE id IN ({})", places.join(", "));
        let statement =
            Statement::from_sql_and_values(db.get_database_backend(), sql, asked.into_iter().map(Value::from));
        let rows = db.query_all_raw(statement).await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }

    async fn read(&self, sql: &str, values: Vec<Value>) -> Result<Vec<GrantRecord>, StorageError> {
        self.all(&format!("{sql} LIMIT {LIST_LIMIT}"), values).await
    }

    async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<GrantRecord>, StorageError> {
        let db = &self.0.reads;
        let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        rows.iter().map(record).collect()
    }
}

/// Gives again what was given, to those of them that are still there.
pub(super) async fn give_again(txn: &impl ConnectionTrait, grants: &[GrantView]) -> Result<(), StorageError> {
    if grants.is_empty() {
        return Ok(());
    }
    let accounts = account::Entity::find().select_only().column(account::Column::Id);
    let accounts: HashSet<String> = accounts.into_tuple::<String>().all(txn).await?.into_iter().collect();
    let groups = account_group::Entity::find().select_only().column(account_group::Column::Id);
    let groups: HashSet<String> = groups.into_tuple::<String>().all(txn).await?.into_iter().collect();
    let there = |grant: &&GrantView| match &grant.to {
        Grantee::Account(id) => accounts.contains(id.as_str()),
        Grantee::Group(id) => groups.contains(id.as_str()),
    };
    let rows: Vec<ActiveModel> = grants.iter().filter(there).map(row).collect();
    for rows in rows.chunks(CHUNK / 2) {
        Entity::insert_many(rows.to_vec()).exec_without_returning(txn).await?;
    }
    Ok(())
}

async fn forget(txn: &DatabaseTransaction, grants: &[GrantView]) -> Result<(), StorageError> {
    let same = |grant: &GrantView| {
        let object = match &grant.object {
            GrantObject::Host(id) => Column::HostId.eq(id.as_str()),
            GrantObject::Folder(id) => Column::FolderId.eq(id.as_str()),
        };
        object.and(match &grant.to {
            Grantee::Account(id) => Column::AccountId.eq(id.as_str()),
            Grantee::Group(id) => Column::GroupId.eq(id.as_str()),
        })
    };
    if let Some(any) = grants.iter().map(same).reduce(|one, other| one.or(other)) {
        Entity::delete_many().filter(any).exec(txn).await?;
    }
    Ok(())
}

fn row(grant: &GrantView) -> ActiveModel {
    let (host, folder) = match &grant.object {
        GrantObject::Host(id) => (Some(id.to_string()), None),
        GrantObject::Folder(id) => (None, Some(id.to_string())),
    };
    let (account, group) = match &grant.to {
        Grantee::Account(id) => (Some(id.to_string()), None),
        Grantee::Group(id) => (None, Some(id.to_string())),
    };
    ActiveModel {
        id: Set(grant.id.to_string()),
        host_id: Set(host),
        folder_id: Set(folder),
        account_id: Set(account),
        group_id: Set(group),
        may_connect: Set(grant.rights.connect),
        may_files: Set(grant.rights.files),
        may_watch: Set(grant.rights.watch),
        created_at: Set(grant.created_at.millis()),
        may_credential: Set(grant.rights.credential),
    }
}

fn record(row: &QueryResult) -> Result<GrantRecord, StorageError> {
    let maybe = |at: usize| -> Result<Option<String>, StorageError> { Ok(row.try_get_by_index(at)?) };
    let object = match (maybe(1)?, maybe(2)?) {
        (Some(host), _) => GrantObject::Host(words::parse_id(host)?),
        (None, folder) => GrantObject::Folder(words::parse_id::<FolderId>(folder.unwrap_or_default())?),
    };
    let to = match (maybe(3)?, maybe(4)?) {
        (Some(account), _) => Grantee::Account(words::parse_id(account)?),
        (None, group) => Grantee::Group(words::parse_id::<GroupId>(group.unwrap_or_default())?),
    };
    Ok(GrantRecord {
        view: GrantView {
            id: words::parse_id(row.try_get_by_index(0)?)?,
            object,
            object_name: row.try_get_by_index(9)?,
            to,
            to_name: row.try_get_by_index(10)?,
            rights: HostRights {
                connect: row.try_get_by_index(5)?,
                files: row.try_get_by_index(6)?,
                watch: row.try_get_by_index(7)?,
                credential: row.try_get_by_index(13)?,
            },
            created_at: Timestamp::from_millis(row.try_get_by_index(8)?),
        },
        owner: words::parse_id(row.try_get_by_index(11)?)?,
        owner_name: row.try_get_by_index(12)?,
    })
}
