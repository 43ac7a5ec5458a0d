//! The rows behind the session cookie. The cookie's id is stored as a hash, so that a stolen database signs nobody in.

use super::{Accounts, SignInData, devices::device};
use crate::{ServiceError, clock};
use sha2::{Digest, Sha256};
use storage::SignInRecord;
use wire::{AccountId, Timestamp, events::Topic};

/// How long an answer with a new cookie may be on its way.
const SETTLE: std::time::Duration = std::time::Duration::from_secs(2);

/// Fast, because the id is random and long.
pub(super) fn hash(id: &str) -> Vec<u8> {
    Sha256::new().chain_update(b"berth cookie v1:").chain_update(id).finalize().to_vec()
}

impl Accounts {
    /// What is kept under a cookie's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load_sign_in(&self, id: &str) -> Result<Option<Vec<u8>>, ServiceError> {
        let row = self.storage.sign_ins().load(&hash(id), clock::now()).await?;
        Ok(row.map(|row| row.data))
    }

    /// Keeps something under a cookie's id. `whole` is the sign-in in it, unless it is half a one or none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_sign_in(
        &self,
        id: &str,
        account: Option<&AccountId>,
        whole: Option<&SignInData>,
        data: Vec<u8>,
        expires_at: Timestamp,
    ) -> Result<(), ServiceError> {
        let row = SignInRecord {
            id_hash: hash(id),
            account_id: account.cloned(),
            data,
            created_at: clock::now(),
            expires_at,
            device: whole.map(device),
        };
        Ok(self.storage.sign_ins().save(&row).await?)
    }

    /// Tells an account's pages that somebody has signed in.
    pub fn signed_in(&self, data: &SignInData) {
        self.tell_soon(data.account());
    }

    /// Tells an account's pages that sign-ins began or ended, when the browser that asked for it has its new cookie: one that
    /// reads anew with its old cookie takes itself for signed out.
    pub(super) fn tell_soon(&self, account: &AccountId) {
        let (events, account) = (self.events.clone(), account.clone());
        tokio::spawn(async move {
            tokio::time::sleep(SETTLE).await;
            events.changed(&account, Topic::SignIns, None);
        });
    }

    /// Forgets what is kept under a cookie's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sign_in(&self, id: &str) -> Result<(), ServiceError> {
        let row = self.storage.sign_ins().load(&hash(id), clock::now()).await?;
        self.storage.sign_ins().delete(&hash(id)).await?;
        if let Some(account) = row.and_then(|row| row.account_id) {
            self.events.changed(&account, Topic::SignIns, None);
        }
        Ok(())
    }

    /// Forgets everything whose time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired_sign_ins(&self) -> Result<(), ServiceError> {
        self.storage.sign_ins().delete_expired(clock::now()).await?;
        Ok(())
    }
}
