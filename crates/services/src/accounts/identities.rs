//! Accounts that somebody else vouches for: whose identity is whose, first sign-ins, and roles that follow what is said elsewhere.
//!
//! An identity is an issuer and a subject, never a name or an address of mail: those change hands. Roles follow for accounts that have no
//! password here; whoever has one was given the role here.

use super::{Accounts, NewHalf, NewSignIn, SignedIn, object, rules};
use crate::{Caller, ServiceError, Visitor, clock, vault::random};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use storage::{AccountChange, AccountRecord, IdentityRecord};
use wire::{
    AccountId,
    accounts::{IdentityView, Role},
    events::Topic,
    plain::{is_blank, misleads},
};

/// Longer names that somebody has elsewhere are shown in part.
const LONGEST_NAME: usize = 100;

/// Somebody whom a provider or a directory vouches for.
#[derive(Debug, Clone)]
pub(super) struct Vouched {
    pub(super) issuer: String,
    pub(super) subject: String,
    /// The name that they have there; an account is named after it.
    pub(super) known_as: String,
    /// The role that they have by what is said there; `None` keeps who has none out.
    pub(super) role: Option<Role>,
    /// Whether that is said anew at each sign-in.
    pub(super) roles_follow: bool,
    /// Whether somebody whom nobody here is linked to gets an account.
    pub(super) may_create: bool,
    /// Whether the word stands for a second factor.
    pub(super) is_second_factor: bool,
    /// As the audit log says it: "by …".
    pub(super) by: String,
}

impl Vouched {
    /// The name that they have there, or else who they are, as text for a page.
    fn shown(&self) -> String {
        let text = if is_blank(&self.known_as) { &self.subject } else { &self.known_as };
        text.trim().chars().filter(|letter| !misleads(*letter)).take(LONGEST_NAME).collect()
    }
}

/// Somebody is signed in, at least half.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The sign-in.
    pub signed_in: SignedIn,
    /// Whose role is another one since; what is open by the old one ends.
    pub role_changed: Option<AccountId>,
}

impl Entered {
    /// The sign-in, if it is a whole one.
    pub fn whole(self) -> Option<NewSignIn> {
        self.signed_in.whole()
    }
}

impl From<SignedIn> for Entered {
    fn from(signed_in: SignedIn) -> Self {
        Self { signed_in, role_changed: None }
    }
}

const NOBODY: &str = "nobody here is linked to this identity; ask an admin for an account, or sign in with your password and link it on your account page";
const NO_ROLE: ServiceError = ServiceError::Forbidden(
    "nothing that is said of you there gives you a role here; ask an admin to put you into a group that has one",
);

impl Accounts {
    /// Signs somebody in who is vouched for; makes an account where there is none and the settings say so.
    pub(super) async fn let_in(&self, visitor: &Visitor, vouched: Vouched) -> Result<Entered, ServiceError> {
        let found = self.storage.identities().find(&vouched.issuer, &vouched.subject).await?;
        let account = match found {
            Some(identity) => self.storage.accounts().by_id(&identity.account_id).await?,
            None => None,
        };
        let (account, role_changed) = match account {
            Some(account) => self.known_again(visitor, account, &vouched).await?,
            None => (self.make(visitor, &vouched).await?, None),
        };
        let (issuer, subject) = (&vouched.issuer, &vouched.subject);
        self.storage.identities().used(issuer, subject, &vouched.shown(), clock::now()).await?;
        let factor = account.second_factor.clone().filter(|_| !vouched.is_second_factor);
        let signed_in = match factor {
            Some(factor) => SignedIn::Half(NewHalf::of(&account, None, factor)?),
            None => {
                self.note_sign_in(visitor, &account, &format!("done, by {}", vouched.by)).await;
                let new = NewSignIn::of(visitor, &account, None, account.second_factor.clone())?;
                SignedIn::Whole(new.vouched(vouched.is_second_factor))
            }
        };
        Ok(Entered { signed_in, role_changed })
    }

    async fn known_again(
        &self,
        visitor: &Visitor,
        mut account: AccountRecord,
        vouched: &Vouched,
    ) -> Result<(AccountRecord, Option<AccountId>), ServiceError> {
        if account.disabled {
            self.note_sign_in(visitor, &account, "refused: the account is switched off").await;
            return Err(ServiceError::Forbidden("this account is switched off; ask an admin"));
        }
        if account.has_password || !vouched.roles_follow {
            return Ok((account, None));
        }
        let Some(role) = vouched.role else {
            self.note_sign_in(visitor, &account, &format!("refused: no role, by {}", vouched.by)).await;
            return Err(NO_ROLE);
        };
        if role == account.role {
            return Ok((account, None));
        }
        self.give_role(visitor, &account, role, vouched).await?;
        account.role = role;
        let id = account.id.clone();
        Ok((account, Some(id)))
    }

    /// Gives the role that is said elsewhere. The last admin stays one, and out.
    async fn give_role(
        &self,
        visitor: &Visitor,
        account: &AccountRecord,
        role: Role,
        vouched: &Vouched,
    ) -> Result<(), ServiceError> {
        let change = self.storage.accounts().change(&account.id, Some(role), None).await?;
        let outcome = match &change {
            AccountChange::LastAdmin => "refused: nobody else is an admin".to_owned(),
            _ => format!("{}, was {}", role.as_str(), account.role.as_str()),
        };
        let (who, outcome) = ((&account.id, account.name.as_str()), format!("{outcome}, by {}", vouched.by));
        self.audit.note_account(visitor, who, "account.role", object(account), &outcome).await;
        if change == AccountChange::LastAdmin {
            return Err(ServiceError::Forbidden(
                "what is said of you there makes you no admin any more, and nobody else here is one; another account has to be made an admin first",
            ));
        }
        // Whether they still may what they may is asked again.
        self.events.changed(&account.id, Topic::SignIns, None);
        Ok(())
    }

    async fn make(&self, visitor: &Visitor, vouched: &Vouched) -> Result<AccountRecord, ServiceError> {
        let refused = |why: &str| (format!("an identity of {}", vouched.issuer), format!("refused: {why}"));
        let outcome = match self.newcomer(vouched).await {
            Ok(account) => {
                let identity = self.identity(&account.id, vouched);
                self.storage
                    .identities()
                    .insert_account(&account, &identity)
                    .await
                    .map(|()| account)
                    .map_err(Into::into)
            }
            Err(error) => Err(error),
        };
        match &outcome {
            Ok(account) => {
                let who = (&account.id, account.name.as_str());
                let done = format!("done, as {}, by {}", account.role.as_str(), vouched.by);
                self.audit.note_account(visitor, who, "account.add", object(account), &done).await;
            }
            Err(error) => {
                let (object, text) = refused(&error.to_string());
                self.audit.note_guest(visitor, super::sign_in::STRANGER, "account.sign_in", object, &text).await;
            }
        }
        outcome
    }

    /// An account for somebody whom nobody here is linked to; not in the database yet.
    async fn newcomer(&self, vouched: &Vouched) -> Result<AccountRecord, ServiceError> {
        if self.setup_needed().await? {
            return Err(ServiceError::Forbidden(
                "the first account is made with the code on the server's console; make it first",
            ));
        }
        if !vouched.may_create {
            return Err(ServiceError::Forbidden(NOBODY));
        }
        let role = vouched.role.ok_or(NO_ROLE)?;
        let name = rules::name(&vouched.known_as).map_err(|_| {
            ServiceError::bad("the name that you have there cannot be an account's here (letters a to z, digits, `.`, `-`, `_`, `@`); ask an admin")
        })?;
        if self.storage.accounts().by_name(name).await?.is_some() {
            return Err(ServiceError::Conflict(format!(
                "another account here is called {name}; if it is yours, sign in with its password and link this identity on its account page, else ask an admin"
            )));
        }
        Ok(AccountRecord {
            id: random::id()?,
            name: name.to_owned(),
            role,
            password_hash: String::new(),
            disabled: false,
            created_at: clock::now(),
            password_wrap: None,
            recovery_wrap: None,
            second_factor: None,
            last_seen_at: None,
            has_password: false,
        })
    }

    pub(super) fn identity(&self, account: &AccountId, vouched: &Vouched) -> IdentityRecord {
        IdentityRecord {
            issuer: vouched.issuer.clone(),
            subject: vouched.subject.clone(),
            account_id: account.clone(),
            known_as: vouched.shown(),
            created_at: clock::now(),
            last_used_at: None,
        }
    }

    /// As whom others know the caller.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn identities(&self, caller: &Caller) -> Result<Vec<IdentityView>, ServiceError> {
        let account = self.row_of(caller).await?;
        let found = self.storage.identities().of_account(&account.id).await?;
        let removable = account.has_password || found.len() > 1;
        Ok(found.into_iter().map(|identity| view(identity, removable)).collect())
    }

    /// Unlinks an identity of the caller; its sign-ins go on.
    ///
    /// # Errors
    /// When the caller has none of that id, or it is the last way in.
    pub async fn unlink(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let account = self.row_of(caller).await?;
        let found = self.storage.identities().of_account(&account.id).await?;
        let found = found.into_iter().find(|identity| id_of(identity) == id);
        let identity = found.ok_or_else(|| ServiceError::missing("linked identity", id))?;
        if !self.storage.identities().unlink(&account.id, &identity.issuer, &identity.subject).await? {
            return Err(ServiceError::Conflict(
                "this is the only way into the account, which has no password; an admin can give it one first (`berth account reset-password`)".into(),
            ));
        }
        let what = format!("{} of {}", object(&account), identity.issuer);
        self.audit.note(caller, "identity.unlink", what, "done").await;
        self.events.changed(&caller.account, Topic::SignIns, None);
        Ok(())
    }
}

/// Names a link without telling the subject.
fn id_of(identity: &IdentityRecord) -> String {
    let digest = Sha256::new().chain_update(b"berth identity v1:").chain_update(&identity.issuer).chain_update(b"\0");
    HEXLOWER.encode(digest.chain_update(&identity.subject).finalize().get(..12).unwrap_or_default())
}

fn view(identity: IdentityRecord, removable: bool) -> IdentityView {
    IdentityView {
        id: id_of(&identity),
        issuer: identity.issuer,
        known_as: identity.known_as,
        linked_at: identity.created_at,
        last_used_at: identity.last_used_at,
        removable,
    }
}
