//! Who may do less with hosts of others than before is sent away, whatever it is that changed: a grant, a group, the folder that a
//! host lies in, or the host itself.
//!
//! What this cannot do: hear of what another process changed in the inventory.

use super::{
    Terminal,
    registry::Live,
    sharing::{by_token, signed_in},
};
use crate::{ServiceError, accounts::token_stands, clock::now, inventory::Leg};
use session::Dismissal;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Weak},
    time::Duration,
};
use wire::{AccountId, HostId, accounts::Role, terminal::EndReason};

/// Changes to an inventory come in crowds; they are looked at together.
const PAUSE: Duration = Duration::from_millis(500);

/// Starts looking after each change of an inventory. It ends with the terminal room.
pub(super) fn spawn_keeper(terminal: &Terminal) {
    let (room, stopping) = (Arc::downgrade(&terminal.0), terminal.0.stopping.clone());
    let mut changes = terminal.0.events.inventories();
    tokio::spawn(async move {
        let looks = async {
            while changes.changed().await.is_ok() {
                tokio::time::sleep(PAUSE).await;
                changes.mark_unchanged();
                let Some(terminal) = Weak::upgrade(&room).map(Terminal) else { return };
                if let Err(error) = terminal.look_at_rights().await {
                    tracing::error!(%error, "who may still use hosts of others could not be looked at; trying again");
                    changes.mark_changed();
                }
            }
        };
        stopping.run_until_cancelled(looks).await;
    });
}

impl Terminal {
    /// Looks at everybody who uses or watches hosts of others right now.
    async fn look_at_rights(&self) -> Result<(), ServiceError> {
        let mut accounts = BTreeSet::new();
        for live in self.0.registry.all() {
            accounts.extend(live.of_another.is_some().then(|| live.owner.clone()));
            accounts.extend(live.session.let_in_by().iter().filter_map(|by| let_in_as(by)));
        }
        for account in accounts {
            self.rights_changed(&account).await?;
        }
        Ok(())
    }

    /// Whether an account may go on with a session on a host, which stands on these.
    pub(super) async fn may_go_on(
        &self,
        account: &AccountId,
        host: &HostId,
        legs: &[Leg],
    ) -> Result<bool, ServiceError> {
        let inventory = &self.0.inventory;
        Ok(inventory.rights_on(account, host).await?.connect && inventory.may_stand(account, legs).await?)
    }

    /// An account may do less with hosts of others than before: its sessions on hosts that it may not connect to any more, or not
    /// with its owner's credential that they or their way stand on, are closed, and it is sent away from those that it may not watch any more.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn rights_changed(&self, account: &AccountId) -> Result<(), ServiceError> {
        for record in self.0.storage.terminal().live(account).await? {
            // A host that was deleted is gone from the record.
            let known = || self.0.registry.live(&record.id)?.of_another;
            let Some(host) = record.host_id.clone().or_else(known) else { continue };
            let legs = self.0.registry.live(&record.id).map(|live| live.legs).unwrap_or_default();
            if self.0.registry.holds(&record.id) && !self.may_go_on(account, &host, &legs).await? {
                self.end(&record.id, EndReason::Admin).await;
            }
        }
        let is_admin =
            self.0.storage.accounts().by_id(account).await?.is_some_and(|account| account.role == Role::Admin);
        let (came, by_token) = (signed_in(account, ""), by_token(account, ""));
        for live in self.0.registry.all().into_iter().filter(|live| &live.owner != account && !is_admin) {
            let watching =
                live.session.let_in_by().into_iter().filter(|by| by.starts_with(&came) || by.starts_with(&by_token));
            let watching: Vec<String> = watching.collect();
            if watching.is_empty() || self.may_watch(account, &live.id).await? {
                continue;
            }
            for by in watching {
                live.session.dismiss(&by, Dismissal::Revoked);
            }
        }
        Ok(())
    }
}

impl Terminal {
    /// Guests whose account may only watch do no more than that, whatever their invite says; one that may do more again has what it
    /// was given.
    pub(super) async fn hold_guests(&self, live: &[Live]) -> Result<(), ServiceError> {
        let stands = |live: &Live| {
            let under = live.session.stands_under().into_iter();
            under.filter_map(|under| Some((let_in_as(&under)?, under))).collect::<Vec<_>>()
        };
        let there: Vec<_> = live.iter().map(|live| (live, stands(live))).collect();
        let accounts: HashSet<_> =
            there.iter().flat_map(|(_, stands)| stands.iter().map(|(account, _)| account)).collect();
        if accounts.is_empty() {
            return Ok(());
        }
        let open = self.0.storage.accounts().that_open(accounts).await?;
        for (live, stands) in &there {
            stands.iter().for_each(|(account, under)| live.session.only_watch(under, !open.contains(account)));
        }
        Ok(())
    }

    /// Looks at a guest of this account who has just come. What ended after their ticket was used was looked for among those who
    /// were there then.
    pub(super) async fn guest_came(&self, live: &Live, account: &AccountId) -> Result<(), ServiceError> {
        self.hold_guests(std::slice::from_ref(live)).await?;
        self.sign_ins_ended(account).await?;
        if self.is_switched_off(account).await? {
            self.dismiss_tokens(account);
        }
        Ok(())
    }
}

impl Terminal {
    /// Closes what was opened by sign-ins that have run out: nobody ended them.
    pub(super) async fn end_of_sign_ins(&self, live: &[Live]) -> Result<(), ServiceError> {
        let under: BTreeSet<String> = live.iter().flat_map(|live| live.session.stands_under()).collect();
        let mut stand: BTreeMap<AccountId, Vec<&str>> = BTreeMap::new();
        for (account, sign_in) in under.iter().filter_map(|under| sign_in_of(under)) {
            stand.entry(account).or_default().push(sign_in);
        }
        for (account, sign_ins) in stand {
            let there = self.sign_ins_there(&account).await?;
            if !sign_ins.iter().all(|sign_in| there.contains(*sign_in)) {
                self.sign_ins_ended(&account).await?;
            }
        }
        Ok(())
    }

    /// Whether a sign-in of an account is there and has not run out.
    pub(super) async fn sign_in_stands(&self, account: &AccountId, sign_in: &str) -> Result<bool, ServiceError> {
        Ok(self.0.storage.sign_ins().stands(account, sign_in, now()).await?)
    }

    async fn sign_ins_there(&self, account: &AccountId) -> Result<HashSet<String>, ServiceError> {
        let devices = self.0.storage.sign_ins().devices(account, now()).await?;
        Ok(devices.into_iter().map(|line| line.device.sign_in).collect())
    }

    /// Sends away who came by a token that was revoked or has ended, by whichever process.
    pub(super) async fn end_of_tokens(&self) -> Result<(), ServiceError> {
        let live = self.0.registry.all().into_iter().filter(|live| live.session.ending().is_none());
        let came =
            live.flat_map(|live| live.session.stands_under().into_iter().map(move |under| (live.clone(), under)));
        for (live, under) in came.collect::<Vec<_>>() {
            if let Some(token) = token_of(&under)
                && !self.token_stands(token).await?
            {
                live.session.dismiss_under(&under, Dismissal::SignedOut);
            }
        }
        Ok(())
    }

    /// Whether a token is there and has not ended.
    pub(super) async fn token_stands(&self, token: &str) -> Result<bool, ServiceError> {
        let Ok(id) = token.parse() else { return Ok(false) };
        token_stands(&self.0.storage, &id).await
    }
}

/// The sign-in that let somebody in, and whose it is.
fn sign_in_of(by: &str) -> Option<(AccountId, &str)> {
    let (account, sign_in) = by.strip_prefix("sign_in:")?.split_once(':')?;
    Some((account.parse().ok()?, sign_in))
}

/// The token that let somebody in.
fn token_of(by: &str) -> Option<&str> {
    Some(by.strip_prefix("token:")?.split_once(':')?.1)
}

/// Whose sign-in or token let somebody in.
fn let_in_as(by: &str) -> Option<AccountId> {
    let account = match by.split_once(':')? {
        ("sign_in" | "token", rest) => rest.split_once(':')?.0,
        _ => return None,
    };
    account.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_that_let_somebody_in_is_found_again() {
        let account: AccountId = "ada-1".parse().unwrap();
        for by in [signed_in(&account, "s1"), by_token(&account, "t1")] {
            assert_eq!(let_in_as(&by).as_ref(), Some(&account), "{by}");
        }
        assert_eq!(let_in_as("invite:x"), None);
    }
}
