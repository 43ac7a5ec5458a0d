//! Signing in with the name and the password of a directory (LDAP).
//!
//! An account with a password of its own is asked for that one, and its password never goes to the directory. For every other name the
//! directory is asked. Both are done for every name, one of them in vain, so that time does not tell whose a name is; and when the directory
//! is silent, that is told whoever was asked for.

use super::{Accounts, Entered, identities::Vouched, rules};
use crate::{LdapSettings, ServiceError, Visitor};
use std::sync::Arc;
use storage::AccountRecord;
use transport::{Directory, LdapPerson};
use wire::vault::Secret;

/// What stands for the directory where others have an issuer.
const ISSUER: &str = "ldap";

/// The directory, and what its word is worth.
pub(super) struct Ldap {
    directory: Directory,
    settings: LdapSettings,
}

/// Whose name and password they are.
pub(super) enum Proven {
    /// An account's with a password of its own.
    Own(AccountRecord),
    /// Somebody's in the directory.
    Theirs(LdapPerson),
}

impl Ldap {
    /// A directory that was not asked yet.
    pub(super) fn new(settings: LdapSettings) -> Result<Self, ServiceError> {
        let directory = Directory::new(settings.access.clone());
        Ok(Self { directory: directory.map_err(|error| ServiceError::bad(error.to_string()))?, settings })
    }

    fn vouched(&self, person: LdapPerson) -> Vouched {
        let settings = &self.settings;
        Vouched {
            issuer: ISSUER.to_owned(),
            role: settings.roles.role(&person.groups),
            roles_follow: settings.roles.map_any(),
            may_create: settings.create_accounts,
            is_second_factor: false,
            by: "the directory".to_owned(),
            subject: person.id,
            known_as: person.name,
        }
    }
}

impl Accounts {
    /// Lets name and password prove somebody, here or in the directory.
    pub(super) async fn prove_with(
        &self,
        ldap: &Arc<Ldap>,
        visitor: &Visitor,
        name: &str,
        account: Option<AccountRecord>,
        password: &Secret,
    ) -> Result<Proven, ServiceError> {
        rules::password_size(password)?;
        let knock = self.knock(name, visitor)?;
        // What an account here has for a password is not the directory's to know.
        let theirs = account.is_none().then(|| password.clone());
        let (directory, asked) = (Arc::clone(ldap), name.to_owned());
        let asking = tokio::spawn(async move { directory.directory.ask(&asked, theirs.as_ref()).await });
        let hash = account.as_ref().map(|account| account.password_hash.as_str()).filter(|hash| !hash.is_empty());
        let (knock, same) = knock.judge(self.hashing.verify(password, hash).await)?;
        if let Some(account) = account.filter(|_| same) {
            asking.abort();
            knock.right();
            return Ok(Proven::Own(account));
        }
        let answer = asking.await.map_err(|_| ServiceError::Internal("the directory could not be asked"))?;
        match answer.map_err(ServiceError::Directory)? {
            Some(person) => {
                knock.right();
                Ok(Proven::Theirs(person))
            }
            None => Err(ServiceError::WrongPassword),
        }
    }

    /// Signs in whom the directory knows.
    pub(super) async fn enter_by_directory(
        &self,
        ldap: &Ldap,
        visitor: &Visitor,
        person: LdapPerson,
    ) -> Result<Entered, ServiceError> {
        self.let_in(visitor, ldap.vouched(person)).await
    }
}
