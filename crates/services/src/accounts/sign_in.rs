//! Signing in with a password, and what the page is told of who somebody is.

use super::{
    Accounts, Entered, Known, NewHalf, NewSignIn, Settler, SignInData, door::Knock, holding, ldap::Proven, object,
    rules,
};
use crate::{Caller, ServiceError, Via, Visitor};
use storage::AccountRecord;
use wire::{
    accounts::{AuthStatus, SignInRequest, SignInStatus},
    vault::Secret,
};

pub(super) const ENDED: ServiceError = ServiceError::Unauthenticated("this sign-in has ended; sign in again");

/// What the audit log calls a sign-in.
pub(super) const ACTION: &str = "account.sign_in";

/// What the audit log calls somebody who has not shown who they are.
pub(super) const STRANGER: &str = "a stranger";

/// What a right password opens.
#[derive(Debug, Clone)]
pub enum SignedIn {
    /// Everything.
    Whole(NewSignIn),
    /// The way to the second step.
    Half(NewHalf),
}

impl SignedIn {
    /// The sign-in, if it is a whole one.
    pub fn whole(self) -> Option<NewSignIn> {
        match self {
            Self::Whole(new) => Some(new),
            Self::Half(_) => None,
        }
    }
}

impl Accounts {
    /// Signs in with name and password, and a code if there is a second factor; half, if the code is missing.
    ///
    /// # Errors
    /// When one is wrong (of name and password it is not told which), was wrong too often, or the account is switched off.
    pub async fn sign_in(&self, visitor: &Visitor, request: SignInRequest) -> Result<Entered, ServiceError> {
        let name = request.username.trim();
        let account = match self.admit(visitor, name, &request.password).await? {
            Proven::Own(account) => account,
            Proven::Theirs(person) => {
                let ldap = self.ldap.as_deref().ok_or(ServiceError::WrongPassword)?;
                return self.enter_by_directory(ldap, visitor, person).await;
            }
        };
        let key = holding::open_by_password(&self.hashing, &request.password, &account).await?;
        let code = request.code.filter(|code| !code.is_empty());
        let signed_in = match (account.second_factor.clone(), code) {
            (None, _) => {
                self.note_sign_in(visitor, &account, "done").await;
                SignedIn::Whole(NewSignIn::of(visitor, &account, key.as_ref(), None)?)
            }
            (Some(factor), None) => SignedIn::Half(NewHalf::of(&account, key.as_ref(), factor)?),
            (Some(factor), Some(code)) => {
                SignedIn::Whole(self.whole(visitor, &account, key.as_ref(), &factor, &code).await?)
            }
        };
        Ok(signed_in.into())
    }

    /// Whose name and password they are; an account's own, when that is switched on.
    async fn admit(&self, visitor: &Visitor, name: &str, password: &Secret) -> Result<Proven, ServiceError> {
        // What opens a vault signs nobody in.
        let found = self.storage.accounts().by_name(name).await?.filter(|account| account.has_password);
        // A name that no account bears is not noted: it may be a password that went into the wrong field.
        let tried = found.as_ref().map_or_else(|| "an unknown account".to_owned(), object);
        let proven = match &self.ldap {
            Some(ldap) => self.prove_with(ldap, visitor, name, found, password).await,
            None => self.prove(name, found, password, visitor).await.map(Proven::Own),
        };
        let why = match &proven {
            Err(ServiceError::WrongPassword) => "failed: wrong name or password".to_owned(),
            Err(error @ ServiceError::Directory(_)) => format!("failed: {error}"),
            Ok(Proven::Own(account)) if account.disabled => {
                self.note_sign_in(visitor, account, "refused: the account is switched off").await;
                return Err(ServiceError::Forbidden("this account is switched off; ask an admin"));
            }
            _ => return proven,
        };
        self.audit.note_guest(visitor, STRANGER, ACTION, tried, &why).await;
        proven
    }

    /// Asks to try a password. A browser in which that name has signed in waits for its own wrong tries alone.
    ///
    /// # Errors
    /// When the name, the address or the browser has to wait.
    pub(super) fn knock(&self, name: &str, visitor: &Visitor) -> Result<Knock, ServiceError> {
        match self.known_devices.number(name, visitor.device.as_ref()) {
            Some(number) => self.door.knock_with_device(&number),
            None => self.door.knock(name, visitor.address),
        }
    }

    /// Lets the password prove that somebody is that account. Unknown names take the same way and the same time.
    pub(super) async fn prove(
        &self,
        name: &str,
        account: Option<AccountRecord>,
        password: &Secret,
        visitor: &Visitor,
    ) -> Result<AccountRecord, ServiceError> {
        rules::password_size(password)?;
        let knock = self.knock(name, visitor)?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str()).filter(|hash| !hash.is_empty());
        let (knock, same) = knock.judge(self.hashing.verify(password, hash).await)?;
        match account {
            Some(account) if same => {
                knock.right();
                Ok(account)
            }
            _ => Err(ServiceError::WrongPassword),
        }
    }

    /// Notes what came of a try to sign in whose password was right.
    pub(super) async fn note_sign_in(&self, visitor: &Visitor, account: &AccountRecord, outcome: &str) {
        let who = (&account.id, account.name.as_str());
        self.audit.note_account(visitor, who, ACTION, object(account), outcome).await;
    }

    /// Notes that somebody signed out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_out(&self, visitor: &Visitor, data: &SignInData) -> Result<(), ServiceError> {
        if let Some(account) = self.storage.accounts().by_id(&data.account).await? {
            let who = (&account.id, account.name.as_str());
            self.audit.note_account(visitor, who, "account.sign_out", object(&account), "done").await;
        }
        Ok(())
    }

    /// What stands between a visitor and the dashboard.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self, known: Option<&Known>) -> Result<AuthStatus, ServiceError> {
        Ok(match known {
            Some(Known::Whole(caller)) => self.told(SignInStatus::SignedIn, Some(caller)).await?,
            Some(Known::Settler(Settler(caller))) => {
                self.told(SignInStatus::SecondFactorSetupNeeded, Some(caller)).await?
            }
            Some(Known::Half(half)) => {
                let told = self.told(SignInStatus::SecondFactorNeeded, None).await?;
                AuthStatus {
                    username: Some(half.account.name.clone()),
                    // Its own secret opens nothing more than it has opened already.
                    vault_opener: half.key.is_none().then(|| holding::opener(&half.account)),
                    ..told
                }
            }
            None if self.setup_needed().await? => self.told(SignInStatus::SetupNeeded, None).await?,
            None => self.told(SignInStatus::SignedOut, None).await?,
        })
    }

    async fn told(&self, status: SignInStatus, caller: Option<&Caller>) -> Result<AuthStatus, ServiceError> {
        let vault_opener = match caller {
            Some(caller) => Some(holding::opener(&self.row_of(caller).await?)),
            None => None,
        };
        Ok(AuthStatus {
            status,
            username: caller.map(|caller| caller.name.clone()),
            user_id: caller.map(|caller| caller.account.clone()),
            role: caller.map(Caller::role),
            session_id: caller.and_then(|caller| match &caller.via {
                Via::SignIn(id) => Some(id.clone()),
                Via::Token(_) | Via::Schedule => None,
            }),
            vault_open: caller.is_some_and(Caller::vault_open),
            vault_opener,
            provider: self.provider_name().map(str::to_owned),
            passkey_origin: self.passkey_origin(),
        })
    }

    /// The row of a caller who is signed in right now.
    pub(super) async fn row_of(&self, caller: &Caller) -> Result<AccountRecord, ServiceError> {
        self.storage.accounts().by_id(&caller.account).await?.ok_or(ENDED)
    }
}
