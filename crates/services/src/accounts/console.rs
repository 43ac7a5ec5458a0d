//! What the command line may do. Whoever runs it holds the database, so it asks nobody's permission.
//!
//! It cannot open a vault without the password: after [`Accounts::reset_password`] the owner needs the recovery code.

use super::{Accounts, born::Newborn, holding, object, rules, tokens};
use crate::{ServiceError, Visitor, clock};
use std::collections::BTreeSet;
use storage::AccountRecord;
use wire::{
    Timestamp,
    accounts::{Role, Scope, SetupDone, TokenCreated, TokenDraft},
    vault::Secret,
};

/// An account as the command line lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Whether it is switched off.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Accounts {
    /// Makes an account.
    ///
    /// # Errors
    /// When the name is taken, a field is not acceptable, or the database fails.
    pub async fn add(&self, name: &str, role: Role, password: Secret) -> Result<SetupDone, ServiceError> {
        let Newborn { record, recovery_code, .. } = self.bear(name, role, &password).await?;
        self.storage.accounts().insert(&record).await?;
        self.audit.note_console("account.add", object(&record), &format!("done, as {}", role.as_str())).await;
        Ok(SetupDone { recovery_code })
    }

    /// Every account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<AccountLine>, ServiceError> {
        let accounts = self.storage.accounts().list().await?;
        Ok(accounts.into_iter().map(line).collect())
    }

    /// Switches an account off: its sign-ins end, its tokens are refused.
    ///
    /// # Errors
    /// When there is none of that name, or the database fails.
    pub async fn disable(&self, name: &str) -> Result<(), ServiceError> {
        let account = self.named(name).await?;
        self.storage.accounts().set_disabled(&account.id, true).await?;
        self.end_from_outside(&account, "account.disable").await
    }

    /// Lets an account that was switched off sign in again.
    ///
    /// # Errors
    /// When there is none of that name, or the database fails.
    pub async fn enable(&self, name: &str) -> Result<(), ServiceError> {
        let account = self.named(name).await?;
        self.storage.accounts().set_disabled(&account.id, false).await?;
        self.audit.note_console("account.enable", object(&account), "done").await;
        Ok(())
    }

    /// Sets a password without the old one, also for an account that had none. The vault stays locked until its owner gives the
    /// recovery code.
    ///
    /// # Errors
    /// When there is no account of that name, the password is not acceptable, or the database fails.
    pub async fn reset_password(&self, name: &str, new: Secret) -> Result<(), ServiceError> {
        rules::new_password(&new)?;
        let account = self.named(name).await?;
        let hash = self.hashing.hash(&new).await?;
        // Storage keeps a wrap that it is not given, so the one of the old password makes way for an empty one.
        self.storage.accounts().set_password(&account.id, &hash, Some(Vec::new()), None).await?;
        self.storage.accounts().has_password_now(&account.id).await?;
        self.end_from_outside(&account, "account.reset_password").await
    }

    /// Takes an account's second factor and its passkeys away, for who has lost what they were on. Its sign-ins end; the password is
    /// enough for the next one.
    ///
    /// # Errors
    /// When there is no account of that name, it has none of both, or the database fails.
    pub async fn reset_second_factor(&self, name: &str) -> Result<(), ServiceError> {
        let account = self.named(name).await?;
        self.take_factors_away(&account.id).await?;
        self.end_from_outside(&account, "account.reset_second_factor").await
    }

    /// Ends every sign-in of an account. A server that runs on the same database notices within a second, and closes what
    /// was opened by them.
    async fn end_from_outside(&self, account: &AccountRecord, action: &'static str) -> Result<(), ServiceError> {
        self.end_sign_ins(&account.id).await?;
        self.storage.accounts().all_ended(&account.id, clock::now()).await?;
        self.audit.note_console(action, object(account), "done").await;
        Ok(())
    }

    /// Makes a token for an account. With its password the token opens the vault, without it does not.
    ///
    /// # Errors
    /// When there is no account of that name, it is switched off, the password is wrong, its vault is locked, or a scope is
    /// not for its role.
    pub async fn create_token_for(
        &self,
        account_name: &str,
        token_name: &str,
        password: Option<Secret>,
        scopes: Option<BTreeSet<Scope>>,
    ) -> Result<TokenCreated, ServiceError> {
        let account = self.named(account_name).await?;
        if account.disabled {
            return Err(ServiceError::Conflict("the account is switched off".into()));
        }
        let key = match password {
            Some(password) => {
                let account = self.prove(account_name, Some(account.clone()), &password, &Visitor::default()).await?;
                let key = holding::open_by_password(&self.hashing, &password, &account).await?;
                Some(key.ok_or(ServiceError::VaultLocked { by_token: false })?)
            }
            None => None,
        };
        let draft = TokenDraft { name: token_name.to_owned(), expires_in_days: None, scopes };
        let created = self.issue_token(&account, &draft, key.as_ref()).await?;
        let object = tokens::object(&created.view, &account);
        self.audit.note_console("token.create", object, &tokens::power(&created)).await;
        Ok(created)
    }

    async fn named(&self, name: &str) -> Result<AccountRecord, ServiceError> {
        let found = self.storage.accounts().by_name(name.trim()).await?;
        found.ok_or_else(|| ServiceError::missing("account", name))
    }
}

fn line(account: AccountRecord) -> AccountLine {
    AccountLine { name: account.name, role: account.role, disabled: account.disabled, created_at: account.created_at }
}
