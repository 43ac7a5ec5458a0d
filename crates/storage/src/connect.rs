//! Opens the database: connections, their settings, and the two ways to begin a transaction.
//!
//! SQLite has one writer at a time. One connection writes and a few read (WAL lets them), so tasks of this process
//! queue for the writer instead of failing; a second process (the command line beside the server) waits by the
//! busy timeout. PostgreSQL has one pool for both.

mod postgres;
mod sqlite;

use crate::{StorageError, entities::turn};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, sea_query::Expr,
};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The connections. On PostgreSQL both are the same pool.
#[derive(Debug, Clone)]
pub(crate) struct Db {
    /// For questions.
    pub(crate) reads: DatabaseConnection,
    /// For everything that changes a row. Never ask `reads` while a transaction is open.
    pub(crate) writes: DatabaseConnection,
    /// Lines of the audit log are added one after the other; those of this process wait here.
    pub(crate) appending: Arc<Mutex<()>>,
}

/// What only one transaction at a time may decide, over all tasks, processes and nodes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Turn {
    /// Who gets the last place for a session.
    Places,
    /// Who becomes the first account, and who stays the last admin.
    Accounts,
}

impl Turn {
    /// The row that stands for it; the migration made it.
    fn name(self) -> &'static str {
        match self {
            Self::Places => "places",
            Self::Accounts => "first_account",
        }
    }
}

/// Opens what the address names.
pub(crate) async fn open(url: &str) -> Result<Db, StorageError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => sqlite::open(url).await,
        Some(("postgres" | "postgresql", _)) => postgres::open(url).await,
        _ => Err(StorageError::BadAddress("it names neither of the two databases".into())),
    }
}

impl Db {
    /// Begins a transaction that may write. SQLite takes the write lock at once: a transaction that reads first and
    /// then writes would fail when another one wrote in between.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StorageError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writes.begin_with_options(options).await?)
    }

    /// Begins a transaction that runs alone among those of the same turn. The first statement writes the turn's row,
    /// so PostgreSQL makes the others wait there, and what they read afterwards includes what this one did.
    pub(crate) async fn begin_turn(&self, turn: Turn) -> Result<DatabaseTransaction, StorageError> {
        let txn = self.begin().await?;
        turn::Entity::update_many()
            .col_expr(turn::Column::Taken, Expr::col(turn::Column::Taken).add(1))
            .filter(turn::Column::Name.eq(turn.name()))
            .exec(&txn)
            .await?;
        Ok(txn)
    }

    /// Whether both answer.
    pub(crate) async fn ping(&self) -> Result<(), StorageError> {
        self.reads.ping().await?;
        Ok(self.writes.ping().await?)
    }

    /// Closes the readers first, so that the writer is the last one and folds the log.
    pub(crate) async fn close(&self) -> Result<(), StorageError> {
        self.reads.close_by_ref().await?;
        Ok(self.writes.close_by_ref().await?)
    }
}
