//! What a list of all hosts of an account needs to be put in order, and the whole rows of those that are shown.

use super::{
    Inventory,
    hosts::view,
    named::{CHUNK, named, owner},
};
use crate::{
    StorageError,
    entities::{folder, host::Entity},
    words,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryResult, Statement, Value};
use std::collections::HashMap;
use wire::{
    AccountId, CredentialId, FolderId, HostId, Timestamp,
    inventory::{BootstrapState, DeviceMetadata, HostView, Protocol, Reachability},
    recordings::RecordingPolicy,
};

/// More hosts than these of one account are not listed.
const MOST: i64 = 100_000;

/// A letter less than three makes no row of three: such a word is looked for in every text.
const SHORT: usize = 3;

/// Which hosts more is said of than their lines bring along: notes may be long.
macro_rules! long {
    () => {
        "length(search_key) + length(found_key) > 400"
    };
}

const LINE: &str = concat!(
    "SELECT id, name, address, port, protocol, username, credential_id, folder_id, jump_host_id, direct, tags, device, status, \
     bootstrap, os, hostname, recording, created_at, last_used_at, CASE WHEN ",
    long!(),
    " THEN NULL ELSE search_key || '\n' || found_key END FROM hosts"
);

/// The index comes first: asked for each host of a large account anew, it takes thousands of times as long. SQLite keeps
/// the order of a `CROSS JOIN`, and chooses one itself otherwise.
const INDEXED: &str = concat!(
    "SELECT hosts.id FROM host_search CROSS JOIN host_texts ON host_texts.number = host_search.rowid \
     CROSS JOIN hosts ON hosts.id = host_texts.host_id WHERE host_search.text MATCH $2 AND hosts.account_id = $1 AND ",
    long!()
);

const LIKE: &str = concat!(
    "SELECT id FROM hosts WHERE account_id = $1 AND (search_key LIKE $2 ESCAPE '!' OR found_key LIKE $2 ESCAPE '!') AND ",
    long!()
);

/// A host as far as lists sort, group, filter and rank by it.
#[derive(Debug, Clone, PartialEq)]
pub struct HostLine {
    /// Its id.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Its own username.
    pub username: Option<String>,
    /// Its own credential.
    pub credential_id: Option<CredentialId>,
    /// Its folder.
    pub folder_id: Option<FolderId>,
    /// Its own jump host.
    pub jump_host_id: Option<HostId>,
    /// Whether it is reached straight.
    pub direct: bool,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its device fields, but for the notes.
    pub device: DeviceMetadata,
    /// What the last probe found.
    pub status: Reachability,
    /// Whether access was set up.
    pub bootstrap: BootstrapState,
    /// The operating system that was read from it.
    pub os: Option<String>,
    /// The host name that was read from it.
    pub hostname: Option<String>,
    /// Its own recording policy.
    pub recording: Option<RecordingPolicy>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last opened.
    pub last_used_at: Option<Timestamp>,
    /// All that is searched, as [`folded`](crate::folded) leaves it, a line for each field; none where that is long, and
    /// [`Inventory::hosts_with`] looks there.
    pub text: Option<Box<str>>,
}

impl Inventory {
    /// All hosts of an account, in no order.
    pub async fn lines(&self, account: &AccountId) -> Result<Vec<HostLine>, StorageError> {
        self.read_lines(&format!("{LINE} WHERE account_id = $1 LIMIT $2"), vec![account.as_str().into(), MOST.into()])
            .await
    }

    /// The hosts of these ids that are there, in no order.
    pub async fn lines_of(&self, account: &AccountId, ids: &[HostId]) -> Result<Vec<HostLine>, StorageError> {
        let mut lines = Vec::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            let places: Vec<String> = (2..ids.len() + 2).map(|at| format!("${at}")).collect();
            let sql = format!("{LINE} WHERE {} = $1 AND id IN ({})", owner!(), places.join(", "));
            let values = [account.as_str()].into_iter().chain(ids.iter().map(HostId::as_str));
            lines.extend(self.read_lines(&sql, values.map(Value::from).collect()).await?);
        }
        Ok(lines)
    }

    async fn read_lines(&self, sql: &str, values: Vec<Value>) -> Result<Vec<HostLine>, StorageError> {
        let db = &self.0.reads;
        let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        rows.iter().map(line).collect()
    }

    /// The hosts of these ids, in their order; those that are gone are left out.
    pub async fn hosts_of(&self, account: &AccountId, ids: &[HostId]) -> Result<Vec<HostView>, StorageError> {
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            for row in Entity::find().filter(named(account, ids)).all(&self.0.reads).await? {
                let host = view((row, None::<folder::Model>))?;
                found.insert(host.id.clone(), host);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The ids of the hosts of long texts in which this word stands, however it is written. Short texts are in their hosts'
    /// lines; what folders are called does not count here.
    pub async fn hosts_with(&self, account: &AccountId, word: &str) -> Result<Vec<HostId>, StorageError> {
        let (db, word) = (&self.0.reads, words::folded(word));
        let backend = db.get_database_backend();
        let (sql, text) = if backend == DbBackend::Sqlite && word.chars().count() >= SHORT {
            (INDEXED, format!("\"{}\"", word.replace('"', "\"\"")))
        } else {
            (LIKE, words::containing_pattern(&word))
        };
        let values = [account.as_str().into(), text.into()];
        let rows = db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        rows.iter().map(|row| words::parse_id(row.try_get_by_index(0)?)).collect()
    }
}

fn line(row: &QueryResult) -> Result<HostLine, StorageError> {
    let text = |at: usize| -> Result<String, DbErr> { row.try_get_by_index(at) };
    let maybe = |at: usize| -> Result<Option<String>, DbErr> { row.try_get_by_index(at) };
    let mut device: DeviceMetadata = words::parse_json("device", &text(11)?)?;
    device.notes = String::new();
    Ok(HostLine {
        id: words::parse_id(text(0)?)?,
        name: text(1)?,
        address: text(2)?,
        port: words::parse_number("port", i64::from(row.try_get_by_index::<i32>(3)?))?,
        protocol: words::parse_word("protocol", &text(4)?)?,
        username: maybe(5)?,
        credential_id: maybe(6)?.map(words::parse_id).transpose()?,
        folder_id: maybe(7)?.map(words::parse_id).transpose()?,
        jump_host_id: maybe(8)?.map(words::parse_id).transpose()?,
        direct: row.try_get_by_index(9)?,
        tags: words::parse_json("tag list", &text(10)?)?,
        device,
        status: words::parse_word("reachability", &text(12)?)?,
        bootstrap: words::parse_word("bootstrap state", &text(13)?)?,
        os: maybe(14)?,
        hostname: maybe(15)?,
        recording: super::folders::recording(maybe(16)?)?,
        created_at: Timestamp::from_millis(row.try_get_by_index(17)?),
        last_used_at: words::moment(row.try_get_by_index(18)?),
        text: maybe(19)?.map(String::into_boxed_str),
    })
}
