//! A new account: its password's hash, its data key, and the recovery code that is shown once.

use super::{Accounts, code::Code, holding, rules};
use crate::{
    ServiceError, clock,
    vault::{VaultKey, random},
};
use storage::AccountRecord;
use wire::{AccountId, accounts::Role, vault::Secret};

/// An account that is not in the database yet.
pub(super) struct Newborn {
    pub(super) record: AccountRecord,
    pub(super) key: VaultKey,
    pub(super) recovery_code: Secret,
}

/// A data key and the code that recovers it.
pub(super) struct FreshVault {
    pub(super) key: VaultKey,
    pub(super) recovery_wrap: Vec<u8>,
    pub(super) recovery_code: Secret,
}

impl FreshVault {
    /// An empty vault for an account.
    pub(super) fn begin(account: &AccountId) -> Result<Self, ServiceError> {
        let (key, code) = (VaultKey::generate()?, Code::generate()?);
        let recovery_wrap = holding::by_code(&code, account, &key)?;
        Ok(Self { key, recovery_wrap, recovery_code: code.show()? })
    }
}

impl Accounts {
    /// Makes everything that a new account needs; stores nothing.
    pub(super) async fn bear(&self, name: &str, role: Role, password: &Secret) -> Result<Newborn, ServiceError> {
        let name = rules::name(name)?.to_owned();
        rules::new_password(password)?;
        let id: AccountId = random::id()?;
        let FreshVault { key, recovery_wrap, recovery_code } = FreshVault::begin(&id)?;
        let password_hash = self.hashing.hash(password).await?;
        let password_wrap = holding::by_password(&self.hashing, password, &id, &key).await?;
        let record = AccountRecord {
            id,
            name,
            role,
            password_hash,
            disabled: false,
            created_at: clock::now(),
            password_wrap: Some(password_wrap),
            recovery_wrap: Some(recovery_wrap),
            second_factor: None,
            last_seen_at: None,
            has_password: true,
        };
        Ok(Newborn { record, key, recovery_code })
    }
}
