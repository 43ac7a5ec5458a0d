//! Where tower-sessions keeps its records: in the services' accounts room, which stores only a hash of the id.

use super::sign_in::{HALF, SIGN_IN};
use async_trait::async_trait;
use services::{
    ServiceError, Services,
    accounts::{HalfData, SignInData},
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

    async fn write(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_vec(record).map_err(|error| Error::Encode(error.to_string()))?;
        let expires = Timestamp::from_millis(record.expiry_date.unix_timestamp().saturating_mul(1000));
        let (id, whole) = (record.id.to_string(), whole(record));
        let account = whole.as_ref().map(|data| data.account().clone()).or_else(|| half(record));
        self.0.accounts().save_sign_in(&id, account.as_ref(), whole.as_ref(), data, expires).await.map_err(backend)
    }
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
        self.write(record).await?;
        if let Some(data) = whole(record) {
            self.0.accounts().signed_in(&data);
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // A sign-in that was ended meanwhile must not come back by being prolonged.
        match self.load(&record.id).await? {
            Some(_) => self.write(record).await,
            None => Err(Error::Backend("the sign-in has ended".into())),
        }
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
