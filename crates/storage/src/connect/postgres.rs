//! PostgreSQL's side of opening.

use super::Db;
use crate::StorageError;
use sea_orm::{ConnectOptions, Database, sqlx::postgres::PgConnectOptions};
use std::{sync::Arc, time::Duration};

/// How long a call waits for a connection; at the start, how long a server that is still starting has.
const CONNECTION: Duration = Duration::from_secs(10);
/// How long a statement may take, waiting for locks included.
const STATEMENT: Duration = Duration::from_secs(30);

/// Opens one pool for everything.
pub(super) async fn open(url: &str) -> Result<Db, StorageError> {
    // Parsed here first, because sea-orm's own refusal repeats the address, password included.
    url.parse::<PgConnectOptions>().map_err(|err| StorageError::BadAddress(err.to_string()))?;
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(10)
        .acquire_timeout(CONNECTION)
        .statement_timeout(STATEMENT)
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    let pool = Database::connect(options).await?;
    Ok(Db { reads: pool.clone(), writes: pool, appending: Arc::default() })
}
