//! The first account: whoever reads the server's console makes it.

use super::{Accounts, NewSignIn, born::Newborn, code::Code, object, sign_in::STRANGER};
use crate::{ServiceError, Visitor};
use std::sync::{MutexGuard, PoisonError};
use wire::{
    accounts::{Role, SetupDone, SetupRequest},
    vault::Secret,
};

/// What the door books tries under. No account can bear this name.
const SET_UP: &str = "the set-up code";

impl Accounts {
    /// Whether no account exists yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setup_needed(&self) -> Result<bool, ServiceError> {
        Ok(self.storage.accounts().count().await? == 0)
    }

    /// The code for the console, as long as it makes an account.
    pub fn setup_code(&self) -> Option<Secret> {
        self.code().as_ref().and_then(|code| code.show().ok())
    }

    /// Makes the first admin and signs it in.
    ///
    /// # Errors
    /// When an account exists, the code is wrong or was tried too often, a field is not acceptable, or the database fails.
    pub async fn set_up(
        &self,
        visitor: &Visitor,
        request: SetupRequest,
    ) -> Result<(NewSignIn, SetupDone), ServiceError> {
        if let Err(error) = self.check_code(visitor, &request.code) {
            if matches!(error, ServiceError::Unauthenticated(_)) {
                self.audit.note_guest(visitor, STRANGER, "account.set_up", SET_UP.to_owned(), "wrong code").await;
            }
            return Err(error);
        }
        let Newborn { record, key, recovery_code } =
            self.bear(&request.username, Role::Admin, &request.password).await?;
        let first = self.storage.accounts().insert_first(&record).await?;
        *self.code() = None;
        if !first {
            return Err(done());
        }
        tracing::info!(account = %record.id, "the first account was made");
        let who = (&record.id, record.name.as_str());
        self.audit.note_account(visitor, who, "account.set_up", object(&record), "done, as admin").await;
        Ok((NewSignIn::of(visitor, &record, Some(&key), None)?, SetupDone { recovery_code }))
    }

    fn check_code(&self, visitor: &Visitor, typed: &Secret) -> Result<(), ServiceError> {
        let right = self.code().clone().ok_or_else(done)?;
        let knock = self.door.knock(SET_UP, visitor.address)?;
        if !Code::read(typed).is_some_and(|code| code.is(&right)) {
            return Err(ServiceError::Unauthenticated(
                "the set-up code is wrong; the server printed it on its console when it started",
            ));
        }
        knock.right();
        Ok(())
    }

    fn code(&self) -> MutexGuard<'_, Option<Code>> {
        self.setup_code.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn done() -> ServiceError {
    ServiceError::Conflict("the first account exists already; sign in with it".into())
}
