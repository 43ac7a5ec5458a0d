//! Handing credentials over, and taking them back: which accounts should have a copy of which credential, by the grants as they
//! are, and what is done about it.
//!
//! Sealing a copy takes its owner's open vault, and the account that it is for must have had its own open once. So this is done
//! when something that matters was changed, and whenever an account with an open vault asks for anything and has something new;
//! what cannot be sealed yet waits. Taking back needs no vault. What this cannot do: take back from the host what a copy signed in
//! to.

use super::{Inventory, turns::Turns};
use crate::{
    Caller, ServiceError,
    vault::{VaultKey, key::KeyId},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use storage::{CopyName, CopyRecord};
use tokio::time::Instant;
use wire::{AccountId, CredentialId, events::Topic, grants::Grantee};

/// So many copies are sealed at once; the rest with the next request.
const MOST: usize = 2_000;

/// After so long an account is looked at anew, for what another process changed.
const OLD: Duration = Duration::from_secs(60);

/// So many accounts are remembered as looked at.
const KNOWN: usize = 10_000;

/// The revision of an account's inventory, and which data key its vault has: one that began anew has lost its pair.
type State = (u64, KeyId);

/// Who was looked at, and in which state.
#[derive(Default)]
pub(super) struct Handing {
    turns: Turns,
    seen: Mutex<HashMap<AccountId, (State, Instant)>>,
}

impl Handing {
    /// Whether the account was not looked at in this state; from here on it was.
    fn is_news(&self, account: &AccountId, state: State) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let known = seen.get(account).is_some_and(|(of, at)| *of == state && at.elapsed() < OLD);
        if !known {
            if seen.len() >= KNOWN {
                seen.clear();
            }
            seen.insert(account.clone(), (state, Instant::now()));
        }
        !known
    }

    fn forget(&self, account: &AccountId) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
    }
}

impl Inventory {
    /// Somebody is here with an open vault: what waits for that is done behind their back, if there is anything new.
    pub fn vault_is_open(&self, caller: &Caller) {
        let Ok(key) = caller.vault_key().and_then(VaultKey::id) else { return };
        let state = (self.0.events.revision(caller.account()), key);
        if !self.0.handing.is_news(caller.account(), state) {
            return;
        }
        let (inventory, caller) = (self.clone(), caller.clone());
        tokio::spawn(async move {
            if let Err(error) = inventory.catch_up(&caller).await {
                inventory.0.handing.forget(caller.account());
                tracing::warn!(%error, "shared credentials could not be looked at; the next request tries again");
            }
        });
    }

    async fn catch_up(&self, caller: &Caller) -> Result<(), ServiceError> {
        if self.0.vault.see_to_pair(caller).await? {
            let reaching = self.0.storage.grants().reaching(caller.account()).await?;
            let lenders: BTreeSet<AccountId> =
                reaching.into_iter().filter(|grant| grant.view.rights.lends()).map(|grant| grant.owner).collect();
            lenders.iter().for_each(|owner| self.ask_for(owner));
        }
        self.hand_over(caller, &caller.account().clone()).await
    }

    /// Lets the pages of an account ask for something, and so hand over what waits.
    fn ask_for(&self, owner: &AccountId) {
        self.0.events.changed(owner, Topic::Folders, None);
    }

    /// Brings the copies of an owner's credentials to what the grants say now. Copies are sealed when the caller is the owner and
    /// their vault is open; others are taken back whoever the caller is.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn hand_over(&self, caller: &Caller, owner: &AccountId) -> Result<(), ServiceError> {
        let _alone = self.0.handing.turns.take(owner).await;
        let vault = self.0.storage.vault();
        let wanted = self.lent_out(owner).await?;
        let copies = vault.copies(owner).await?;
        let take: Vec<CopyName> =
            copies.iter().map(|copy| &copy.name).filter(|name| !is_wanted(&wanted, name)).cloned().collect();
        let sealing = caller.account() == owner && caller.vault_open();
        let put = if sealing { self.missing(caller, &wanted, &copies).await? } else { Vec::new() };
        if !put.is_empty() || !take.is_empty() {
            let gone = vault.change_copies(&put, &take).await?;
            self.note_taken(caller, gone).await;
            self.note_handed(caller, &put).await;
        }
        if !sealing && !wanted.is_empty() {
            self.ask_for(owner);
        }
        Ok(())
    }

    /// Notes what was taken back, and tells those who had it.
    pub(crate) async fn note_taken(&self, caller: &Caller, taken: Vec<CopyName>) {
        for CopyName { credential, account } in taken {
            let what = format!("credential {credential} from account:{account}");
            self.0.audit.note(caller, "credential.take_back", what, "done").await;
            self.0.events.changed(&account, Topic::Hosts, None);
        }
    }

    async fn note_handed(&self, caller: &Caller, put: &[CopyRecord]) {
        for CopyRecord { name: CopyName { credential, account }, .. } in put {
            let what = format!("credential {credential} to account:{account}");
            self.0.audit.note(caller, "credential.hand_over", what, "done").await;
            self.0.events.changed(account, Topic::Hosts, None);
        }
    }

    /// Who may use which of an owner's credentials, by the grants as they are.
    async fn lent_out(&self, owner: &AccountId) -> Result<BTreeMap<CredentialId, BTreeSet<AccountId>>, ServiceError> {
        let grants = self.0.storage.grants();
        let mut lending = grants.lending(Some(owner)).await?;
        lending.retain(|grant| grant.view.rights.lends());
        if lending.is_empty() {
            return Ok(BTreeMap::new());
        }
        let shelf = self.shelf(owner).await?;
        let mut members: HashMap<&Grantee, BTreeSet<AccountId>> = HashMap::new();
        for grant in &lending {
            if !members.contains_key(&grant.view.to) {
                let accounts = grants.accounts_of(std::slice::from_ref(&grant.view.to)).await?;
                members.insert(&grant.view.to, accounts);
            }
        }
        let all: BTreeSet<AccountId> = members.values().flatten().cloned().collect();
        let open: HashSet<AccountId> = self.0.storage.accounts().that_open(&all).await?;
        let mut lent: BTreeMap<CredentialId, BTreeSet<AccountId>> = BTreeMap::new();
        for grant in &lending {
            let accounts =
                members[&grant.view.to].iter().filter(|account| *account != owner && open.contains(*account));
            let accounts: Vec<AccountId> = accounts.cloned().collect();
            for id in shelf.credentials_on(&grant.view.object) {
                lent.entry(id).or_default().extend(accounts.iter().cloned());
            }
        }
        Ok(lent)
    }

    /// The copies that should be there and are not, or not of the credential as it is, sealed.
    async fn missing(
        &self,
        caller: &Caller,
        wanted: &BTreeMap<CredentialId, BTreeSet<AccountId>>,
        copies: &[CopyRecord],
    ) -> Result<Vec<CopyRecord>, ServiceError> {
        let accounts: BTreeSet<&AccountId> = wanted.values().flatten().collect();
        let accounts: Vec<AccountId> = accounts.into_iter().cloned().collect();
        let vault = self.0.storage.vault();
        let keys = vault.public_keys(&accounts).await?;
        let known: HashMap<&CopyName, &CopyRecord> = copies.iter().map(|copy| (&copy.name, copy)).collect();
        let mut put = Vec::new();
        for (id, accounts) in wanted {
            let Some(record) = vault.get(caller.account(), id).await? else { continue };
            let stands = |account: &AccountId, key: &Vec<u8>| {
                let name = CopyName { credential: id.clone(), account: account.clone() };
                known.get(&name).is_some_and(|copy| copy.revision == record.revision && &copy.public_key == key)
            };
            let keyed = accounts.iter().filter_map(|account| Some((account, keys.get(account)?)));
            let to: Vec<(&AccountId, &Vec<u8>)> = keyed.filter(|(account, key)| !stands(account, key)).collect();
            if put.len() + to.len() > MOST && !put.is_empty() {
                self.0.handing.forget(caller.account());
                break;
            }
            if !to.is_empty() {
                match self.0.vault.copies_of(caller, &record, &to) {
                    Ok(copies) => put.extend(copies),
                    // The others are handed over all the same.
                    Err(error) => tracing::warn!(%error, credential = %id, "a credential could not be handed over"),
                }
            }
        }
        Ok(put)
    }
}

fn is_wanted(wanted: &BTreeMap<CredentialId, BTreeSet<AccountId>>, name: &CopyName) -> bool {
    wanted.get(&name.credential).is_some_and(|accounts| accounts.contains(&name.account))
}
