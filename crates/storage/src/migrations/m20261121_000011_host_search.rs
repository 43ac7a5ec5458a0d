//! What the search of hosts looks in: all their fields without case and accents, and on SQLite an index of every three
//! letters in a row.
//!
//! The index is kept by triggers. Its rows have numbers of their own, because those of a table whose key is a text may
//! change when the file is packed.

use crate::words;
use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{DbBackend, Statement, Value},
};
use wire::inventory::DeviceMetadata;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const PAGE: i64 = 500;

/// The index keeps no text, only where it is; `hosts` has it.
const INDEX: [&str; 6] = [
    "CREATE TABLE host_texts (number INTEGER PRIMARY KEY, host_id TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE host_search USING fts5 \
     (text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1')",
    "CREATE TRIGGER host_search_insert AFTER INSERT ON hosts BEGIN \
     INSERT INTO host_texts (host_id) VALUES (new.id); \
     INSERT INTO host_search (rowid, text) \
     SELECT number, new.search_key || char(10) || new.found_key FROM host_texts WHERE host_id = new.id; END",
    "CREATE TRIGGER host_search_update AFTER UPDATE OF search_key, found_key ON hosts \
     WHEN old.search_key <> new.search_key OR old.found_key <> new.found_key BEGIN \
     UPDATE host_search SET text = new.search_key || char(10) || new.found_key \
     WHERE rowid = (SELECT number FROM host_texts WHERE host_id = new.id); END",
    "CREATE TRIGGER host_search_delete AFTER DELETE ON hosts BEGIN \
     DELETE FROM host_search WHERE rowid = (SELECT number FROM host_texts WHERE host_id = old.id); \
     DELETE FROM host_texts WHERE host_id = old.id; END",
    "INSERT INTO host_texts (host_id) SELECT id FROM hosts",
];

const FILL: &str = "INSERT INTO host_search (rowid, text) \
     SELECT number, search_key || char(10) || found_key FROM host_texts JOIN hosts ON hosts.id = host_texts.host_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text("found_key").default("").take();
        manager.alter_table(Table::alter().table("hosts").add_column(column).take()).await?;
        rewrite(manager.get_connection()).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            for statement in INDEX.into_iter().chain([FILL]) {
                manager.get_connection().execute_unprepared(statement).await?;
            }
        }
        Ok(())
    }
}

/// Writes the texts of the hosts that are there.
async fn rewrite(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let statement = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(backend, sql, values);
    let mut after = String::new();
    loop {
        let page = "SELECT id, name, address, username, tags, device, hostname, os FROM hosts \
                    WHERE id > $1 ORDER BY id LIMIT $2";
        let rows = db.query_all_raw(statement(page, vec![after.as_str().into(), PAGE.into()])).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            after = row.try_get_by_index(0)?;
            let (name, address): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let (username, tags): (Option<String>, String) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
            let (device, hostname): (String, Option<String>) = (row.try_get_by_index(5)?, row.try_get_by_index(6)?);
            let os: Option<String> = row.try_get_by_index(7)?;
            let corrupt = |error: crate::StorageError| DbErr::Custom(error.to_string());
            let tags: Vec<String> = words::parse_json("tag list", &tags).map_err(corrupt)?;
            let device: DeviceMetadata = words::parse_json("device", &device).map_err(corrupt)?;
            let said = words::search_text(&name, &address, username.as_deref(), &tags, &device);
            let found = words::found_text(hostname.as_deref(), os.as_deref());
            let update = "UPDATE hosts SET search_key = $1, found_key = $2 WHERE id = $3";
            db.execute_raw(statement(update, vec![said.into(), found.into(), after.as_str().into()])).await?;
        }
    }
}
