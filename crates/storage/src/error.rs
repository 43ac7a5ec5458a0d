//! What can go wrong in storage. Nothing of a row's content and nothing of the database's address is in a text,
//! because a text may end in a log or in a browser.

use sea_orm::{DbErr, SqlErr};
use std::path::PathBuf;

/// Why storage could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Something is in the way; `what` says what, and what to do.
    #[error("{what}")]
    Taken {
        /// A whole sentence without its full stop.
        what: &'static str,
    },
    /// Something that the call refers to is not there (any more).
    #[error("{what} is not there any more; reload and try again")]
    Gone {
        /// What is not there.
        what: &'static str,
    },
    /// The cursor was not made by the call before.
    #[error("this cursor is none that an earlier page gave; ask for the first page again")]
    BadCursor,
    /// The address cannot be a database's.
    #[error("the database's address is not usable: {0}; write `sqlite://path?mode=rwc` or `postgres://user@host/name`")]
    BadAddress(String),
    /// The SQLite file cannot be made.
    #[error("cannot make the database file {path}: {why}; check that its folder can be written", path = path.display())]
    NoFile {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// The database did not do it.
    #[error("the database did not answer as it should: {0}; check that it runs and has room")]
    Unavailable(String),
    /// A row holds what this version cannot read.
    #[error("the database holds a {what} that this version cannot read: {why}; was it written by a newer version?")]
    Corrupt {
        /// Which column.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl StorageError {
    /// Turns a broken unique index into [`StorageError::Taken`].
    pub(crate) fn or_taken(what: &'static str) -> impl Fn(DbErr) -> Self {
        move |err| match err.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Taken { what },
            _ => err.into(),
        }
    }

    /// Turns a reference that still stands into [`StorageError::Taken`], for deletes.
    pub(crate) fn or_in_use(what: &'static str) -> impl Fn(DbErr) -> Self {
        move |err| match err.sql_err() {
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Taken { what },
            _ => err.into(),
        }
    }
}

impl From<DbErr> for StorageError {
    fn from(err: DbErr) -> Self {
        match err.sql_err() {
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Gone { what: "what this belongs to" },
            _ => Self::Unavailable(err.to_string()),
        }
    }
}
