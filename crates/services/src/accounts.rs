//! Accounts, sign-in and API tokens: who somebody is. Only this room makes a [`crate::Caller`].
//!
//! A password is checked slowly, and those who are wrong too often wait. What opens the vault is derived beside it: the data
//! key is wrapped by the password, the recovery code, and for each sign-in and token by a secret that the server does not
//! keep. What this room cannot do: end sessions that run already when an account is switched off.

mod born;
mod code;
mod console;
mod cookie_rows;
mod door;
mod hashing;
mod holding;
mod password;
mod rules;
mod set_up;
mod sign_in;
mod sign_in_data;
mod standing;
mod tokens;
mod tries;
mod whose;

pub use console::AccountLine;
pub use password::Recovered;
pub use sign_in_data::{CookieSecret, NewSignIn, SignInData};
pub(crate) use whose::{account_of, still_on, switched_off};

use crate::{ServiceError, events::Events};
use code::Code;
use door::Door;
use hashing::Hashing;
use std::sync::{Arc, Mutex};
use storage::Storage;

/// All accounts. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    storage: Storage,
    events: Events,
    hashing: Hashing,
    door: Door,
    setup_code: Arc<Mutex<Option<Code>>>,
}

impl Accounts {
    /// The accounts of a database. Makes a set-up code while there is none.
    ///
    /// # Errors
    /// When the database fails, or the system has no random numbers.
    pub async fn new(storage: Storage, events: Events) -> Result<Self, ServiceError> {
        let code = if storage.accounts().count().await? == 0 { Some(Code::generate()?) } else { None };
        Ok(Self {
            storage,
            events,
            hashing: Hashing::start().await?,
            door: Door::new(),
            setup_code: Arc::new(Mutex::new(code)),
        })
    }
}
