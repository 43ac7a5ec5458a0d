//! One change to an account's inventory at a time, where a change is decided by what is there: between looking and writing
//! nothing may move. What it cannot do: hold up another process, which is why imports compare once more as they write.

use super::Inventory;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::OwnedMutexGuard;
use wire::AccountId;

/// Whose turn it is, by account.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<AccountId, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits until no other change of this account goes on.
    pub(super) async fn take(&self, account: &AccountId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match turns.get(account).and_then(Weak::upgrade) {
                Some(turn) => turn,
                None => {
                    turns.retain(|_, turn| turn.strong_count() > 0);
                    let turn = Arc::default();
                    turns.insert(account.clone(), Arc::downgrade(&turn));
                    turn
                }
            }
        };
        turn.lock_owned().await
    }
}

impl Inventory {
    /// Holds what the account has as it is, for as long as the answer lives.
    pub(super) async fn alone(&self, account: &AccountId) -> OwnedMutexGuard<()> {
        self.0.turns.take(account).await
    }
}
