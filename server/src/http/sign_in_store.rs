//! Where tower-sessions keeps its records: in the services' accounts room, which stores only a hash of the id.

use super::sign_in::{HALF, SIGN_IN};
use async_trait::async_trait;
use services::{
    ServiceError, Services,
    accounts::{CookieRow, HalfData, SignInData},
};
use std::fmt;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use wire::{AccountId, Timestamp};

/// The store.
#[derive(Clone)]
pub(super) struct Store(Services);

impl Store {
    pub(super) fn new(services: Services) -> Self {
        Self(services)
    }
}

/// A record, as the accounts room keeps it.
fn row(record: &Record) -> Result<CookieRow> {
    let data = serde_json::to_vec(record).map_err(|error| Error::Encode(error.to_string()))?;
    let expires_at = Timestamp::from_millis(record.expiry_date.unix_timestamp().saturating_mul(1000));
    let whole = whole(record);
    let account = whole.as_ref().map(|data| data.account().clone()).or_else(|| half(record));
    Ok(CookieRow { id: record.id.to_string(), account, whole, data, expires_at })
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits do not meet twice.
        self.0.accounts().begin_cookie_row(row(record)?).await.map_err(backend)?;
        if let Some(data) = whole(record) {
            self.0.accounts().signed_in(&data);
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // Of one that has ended nothing is kept, and the next request is told so.
        self.0.accounts().change_cookie_row(row(record)?).await.map(drop).map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let data = self.0.accounts().load_sign_in(&id.to_string()).await.map_err(backend)?;
        data.map(|data| serde_json::from_slice(&data)).transpose().map_err(|error| Error::Decode(error.to_string()))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.accounts().delete_sign_in(&id.to_string()).await.map_err(backend)
    }
}

fn whole(record: &Record) -> Option<SignInData> {
    record.data.get(SIGN_IN).and_then(|data| serde_json::from_value(data.clone()).ok())
}

/// Whose half a sign-in is.
fn half(record: &Record) -> Option<AccountId> {
    let data: HalfData = serde_json::from_value(record.data.get(HALF)?.clone()).ok()?;
    Some(data.account().clone())
}

fn backend(error: ServiceError) -> Error {
    Error::Backend(error.to_string())
}
