//! What an admin does with the accounts of others: look at them, make one, give another role, switch off and on, take a lost
//! second factor away.
//!
//! Sign-ins and tokens end here. What this cannot do: end what an account has open; whoever calls tells the terminal room
//! ([`crate::terminal::Terminal::account_changed`]), the other rooms look for themselves within seconds.

use super::{Accounts, born::Newborn, object};
use crate::{Caller, ServiceError, access};
use std::collections::HashMap;
use storage::{AccountChange, AccountRecord};
use wire::{
    AccountId,
    accounts::{AccountAdded, AccountDraft, AccountPatch, AccountStanding},
    events::Topic,
    grants::AccountView,
};

impl Accounts {
    /// Every account, by name, and how it stands.
    ///
    /// # Errors
    /// For anybody but an admin.
    pub async fn overview(&self, caller: &Caller) -> Result<Vec<AccountStanding>, ServiceError> {
        access::may_keep_accounts(caller)?;
        let (accounts, live) = (self.storage.accounts().list().await?, self.storage.terminal().live_counts().await?);
        let passkeys = self.storage.passkeys().counts().await?;
        let standing = |account: AccountRecord| {
            let of = |counts: &HashMap<AccountId, u64>| counts.get(&account.id).copied().unwrap_or_default();
            let (live, passkeys) = (of(&live), of(&passkeys));
            standing(account, live, passkeys)
        };
        Ok(accounts.into_iter().map(standing).collect())
    }

    /// How one account stands.
    ///
    /// # Errors
    /// `NotFound` when there is no such account; for anybody but an admin.
    pub async fn standing(&self, caller: &Caller, id: &AccountId) -> Result<AccountStanding, ServiceError> {
        access::may_keep_accounts(caller)?;
        let account = self.storage.accounts().by_id(id).await?;
        let account = account.ok_or_else(|| ServiceError::missing("account", id))?;
        let live = self.storage.terminal().live(id).await?.len();
        Ok(standing(account, live as u64, self.storage.passkeys().count(id).await?))
    }

    /// Makes an account.
    ///
    /// # Errors
    /// `Conflict` when the name is taken, `BadInput` for a field that is not acceptable; for anybody but an admin.
    pub async fn add_for(&self, caller: &Caller, draft: AccountDraft) -> Result<AccountAdded, ServiceError> {
        access::may_keep_accounts(caller)?;
        let Newborn { record, recovery_code, .. } = self.bear(&draft.name, draft.role, &draft.password).await?;
        self.storage.accounts().insert(&record).await?;
        self.audit.note(caller, "account.add", object(&record), &format!("done, as {}", record.role.as_str())).await;
        Ok(AccountAdded { standing: standing(record, 0, 0), recovery_code })
    }

    /// Gives an account another role, switches it off or on. Switched off, its sign-ins end and its tokens are refused.
    ///
    /// # Errors
    /// `Conflict` when nobody would be left to keep accounts, `NotFound` when there is no such account; for anybody but an
    /// admin.
    pub async fn change(
        &self,
        caller: &Caller,
        id: &AccountId,
        patch: AccountPatch,
    ) -> Result<AccountView, ServiceError> {
        access::may_keep_accounts(caller)?;
        let before = match self.storage.accounts().change(id, patch.role, patch.disabled).await? {
            AccountChange::Done(before) => *before,
            AccountChange::Gone => return Err(ServiceError::missing("account", id)),
            AccountChange::LastAdmin => {
                return Err(ServiceError::Conflict(
                    "this is the last admin who may sign in; make another account an admin first".into(),
                ));
            }
        };
        let after = AccountRecord {
            role: patch.role.unwrap_or(before.role),
            disabled: patch.disabled.unwrap_or(before.disabled),
            ..before.clone()
        };
        if after.disabled && !before.disabled {
            self.end_sign_ins(id).await?;
        }
        self.note_change(caller, &before, &after).await;
        Ok(view(after))
    }

    /// Takes the second factor and the passkeys of another account away, for who has lost what they were on. Its sign-ins end; the
    /// password is enough for the next one.
    ///
    /// # Errors
    /// `Forbidden` for one's own, which takes a code, `Conflict` when it has none of both, `NotFound` when there is no such account;
    /// for anybody but an admin.
    pub async fn reset_second_factor_of(&self, caller: &Caller, id: &AccountId) -> Result<(), ServiceError> {
        access::may_keep_accounts(caller)?;
        if id == caller.account() {
            return Err(ServiceError::Forbidden(
                "your own second factor is changed on your account page, with a code or a recovery code",
            ));
        }
        let account = self.storage.accounts().by_id(id).await?;
        let account = account.ok_or_else(|| ServiceError::missing("account", id))?;
        self.take_factors_away(id).await?;
        self.end_sign_ins(id).await?;
        self.audit.note(caller, "account.reset_second_factor", object(&account), "done").await;
        Ok(())
    }

    /// Second factor and passkeys: a lost phone has them both.
    pub(super) async fn take_factors_away(&self, account: &AccountId) -> Result<(), ServiceError> {
        let had_code = self.storage.second_factors().delete(account).await?;
        let had_passkeys = self.storage.passkeys().delete_all(account).await? > 0;
        if had_code || had_passkeys {
            return Ok(());
        }
        Err(ServiceError::Conflict("the account has no second factor and no passkey".into()))
    }

    async fn note_change(&self, caller: &Caller, before: &AccountRecord, after: &AccountRecord) {
        if before.role != after.role {
            let outcome = format!("{}, was {}", after.role.as_str(), before.role.as_str());
            self.audit.note(caller, "account.role", object(after), &outcome).await;
        }
        if before.disabled != after.disabled {
            let action = if after.disabled { "account.disable" } else { "account.enable" };
            self.audit.note(caller, action, object(after), "done").await;
        }
        // Whoever listens to the account's changes has to be one who still may.
        self.events.changed(&after.id, Topic::SignIns, None);
    }
}

fn standing(account: AccountRecord, live_sessions: u64, passkeys: u64) -> AccountStanding {
    AccountStanding {
        second_factor: account.second_factor.is_some(),
        last_seen_at: account.last_seen_at,
        live_sessions,
        passkeys,
        account: view(account),
    }
}

/// An account as admins see it.
pub(crate) fn view(account: AccountRecord) -> AccountView {
    AccountView {
        id: account.id,
        name: account.name,
        role: account.role,
        disabled: account.disabled,
        created_at: account.created_at,
    }
}
