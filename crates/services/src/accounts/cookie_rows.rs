//! The rows behind the session cookie. The cookie's id is stored as a hash, so that a stolen database signs nobody in.

use super::{Accounts, SignInData, devices::device, sign_in::ENDED};
use crate::{Caller, ServiceError, Via, clock};
use sha2::{Digest, Sha256};
use std::fmt;
use storage::SignInRecord;
use wire::{AccountId, Timestamp, events::Topic};

/// How long an answer with a new cookie may be on its way.
const SETTLE: std::time::Duration = std::time::Duration::from_secs(2);

/// Fast, because the id is random and long.
pub(super) fn hash(id: &str) -> Vec<u8> {
    Sha256::new().chain_update(b"berth cookie v1:").chain_update(id).finalize().to_vec()
}

/// What is kept under a cookie's id.
#[derive(Clone)]
pub struct CookieRow {
    /// The cookie's id.
    pub id: String,
    /// Whose it is; nobody's before somebody signed in.
    pub account: Option<AccountId>,
    /// The sign-in in it, unless it is half a one or none.
    pub whole: Option<SignInData>,
    /// What it carries.
    pub data: Vec<u8>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl fmt::Debug for CookieRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieRow").field("account", &self.account).finish_non_exhaustive()
    }
}

impl CookieRow {
    fn record(self) -> SignInRecord {
        SignInRecord {
            id_hash: hash(&self.id),
            account_id: self.account,
            data: self.data,
            created_at: clock::now(),
            expires_at: self.expires_at,
            device: self.whole.as_ref().map(device),
        }
    }
}

/// The caller's own sign-in was given up for a new one.
#[derive(Debug)]
pub(super) struct GivenUp(());

impl Accounts {
    /// What is kept under a cookie's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load_sign_in(&self, id: &str) -> Result<Option<Vec<u8>>, ServiceError> {
        let row = self.storage.sign_ins().load(&hash(id), clock::now()).await?;
        Ok(row.map(|row| row.data))
    }

    /// Keeps something under a new cookie's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_cookie_row(&self, row: CookieRow) -> Result<(), ServiceError> {
        Ok(self.storage.sign_ins().insert(&row.record()).await?)
    }

    /// Keeps something else under it. `false` when that cookie's sign-in has ended, whatever was read of it before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_cookie_row(&self, row: CookieRow) -> Result<bool, ServiceError> {
        Ok(self.storage.sign_ins().update(&row.record(), clock::now()).await?)
    }

    /// That the caller's sign-in was not ended while they were being asked.
    pub(super) async fn still_signed_in(&self, caller: &Caller) -> Result<(), ServiceError> {
        let Via::SignIn(id) = &caller.via else { return Ok(()) };
        let stands = self.storage.sign_ins().stands(&caller.account, id, clock::now()).await?;
        if stands { Ok(()) } else { Err(ENDED) }
    }

    /// Ends the caller's own sign-in, in whose place a new one comes: before anything is changed, so that who has none any more
    /// changes nothing, and of two who ask at once one does.
    pub(super) async fn give_up_sign_in(&self, caller: &Caller) -> Result<GivenUp, ServiceError> {
        let Via::SignIn(id) = &caller.via else { return Ok(GivenUp(())) };
        let was_there = self.storage.sign_ins().delete_device(&caller.account, id).await?;
        if was_there { Ok(GivenUp(())) } else { Err(ENDED) }
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
