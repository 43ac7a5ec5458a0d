//! SQLite's side of opening: the file, its mode, its pragmas, one writer and a few readers.

use super::Db;
use crate::StorageError;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, SqlxSqliteConnector, Statement,
    sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous},
};
use std::{fs, io, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc, time::Duration, time::Instant};

/// How long a statement waits for another process to finish writing.
const BUSY: Duration = Duration::from_secs(10);
/// How long a task waits for the tasks that write before it.
const QUEUE: Duration = Duration::from_secs(30);
const READERS: u32 = 4;

/// Makes the file when it may, then opens it.
pub(super) async fn open(url: &str) -> Result<Db, StorageError> {
    let file: SqliteConnectOptions =
        url.parse().map_err(|err: sea_orm::sqlx::Error| StorageError::BadAddress(err.to_string()))?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StorageError::BadAddress("a database in memory forgets everything; name a file".into()));
    }
    if url.contains("mode=rwc") {
        make_file(file.get_filename())?;
    }
    let writes = pool(url, 1).await?;
    use_wal(&writes).await?;
    Ok(Db { reads: pool(url, READERS).await?, writes, appending: Arc::default() })
}

/// Made here and not by SQLite, so that nobody but the owner can ever read it; SQLite gives its log the same mode.
fn make_file(path: &Path) -> Result<(), StorageError> {
    let failed = |why| StorageError::NoFile { path: path.to_owned(), why };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(why) if why.kind() != io::ErrorKind::AlreadyExists => Err(failed(why)),
        _ => Ok(()),
    }
}

async fn pool(url: &str, connections: u32) -> Result<DatabaseConnection, StorageError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(QUEUE)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(|file| {
            file.busy_timeout(BUSY)
                .foreign_keys(true)
                .synchronous(SqliteSynchronous::Normal)
                .pragma("secure_delete", "ON")
                // What a statement may have to take back stays out of the system's folder for temporary files.
                .pragma("temp_store", "MEMORY")
        });
    // Not by `Database::connect`: it refuses paths that are not URLs.
    Ok(SqlxSqliteConnector::connect(options).await?)
}

/// Switches the file to write-ahead logging, once in its life. The switch needs the file for itself and does not heed
/// the busy timeout, so two processes that start at once have to take turns here.
async fn use_wal(db: &DatabaseConnection) -> Result<(), StorageError> {
    let start = Instant::now();
    loop {
        let switched = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode = WAL")).await;
        match switched {
            Ok(_) => return Ok(()),
            Err(_) if start.elapsed() < BUSY => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(err) => return Err(err.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_of_a_row_stays_where_nobody_looks_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(&format!("sqlite://{}/berth.db?mode=rwc", folder.path().display())).await.unwrap();
        // Overwritten when it is deleted (1), and in memory while it may have to be taken back (2).
        for (name, value) in [("secure_delete", 1), ("temp_store", 2)] {
            for pool in [&db.writes, &db.reads] {
                let asked = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {name}"));
                let row = pool.query_one_raw(asked).await.unwrap().unwrap();
                assert_eq!(row.try_get_by_index::<i32>(0).unwrap(), value, "{name}");
            }
        }
    }
}
