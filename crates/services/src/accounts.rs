//! Accounts, sign-in and API tokens: who somebody is. Only this room makes a [`crate::Caller`].
//!
//! A password is checked slowly, and those who are wrong too often wait. What opens the vault is derived beside it: the data
//! key is wrapped by the password, the recovery code, and for each sign-in and token by a secret that the server does not
//! keep. Who has a second factor is half signed in until a code was given. What this room cannot do: close the sockets of a
//! sign-in that it ends; whoever asks it to tells the terminal room.

mod born;
mod browser;
mod code;
mod console;
mod cookie;
mod cookie_rows;
mod devices;
mod door;
mod factor_code;
mod half;
mod hashing;
mod holding;
mod identities;
mod keeping;
mod known_devices;
mod ldap;
mod oidc;
mod passkey_sign_in;
mod passkey_vault;
mod passkeys;
mod passphrase;
mod password;
mod roles;
mod rules;
mod second_factor;
mod set_up;
mod settler;
mod sign_in;
mod sign_in_data;
mod standing;
mod tokens;
mod tries;
mod webauthn;
mod whose;

pub use console::AccountLine;
pub use cookie::CookieSecret;
pub use cookie_rows::CookieRow;
pub use half::{HALF_LIFE, HalfData, HalfSignIn, NewHalf};
pub use identities::Entered;
pub(crate) use keeping::view;
pub use oidc::{FLOW_LIFE, OidcAnswer, OidcDone, OidcStart};
pub use passkeys::PasskeyStored;
pub use password::Recovered;
pub use roles::RoleRules;
pub use second_factor::SecondFactorSet;
pub use settler::{Known, RequireSecondFactor, Settler};
pub use sign_in::SignedIn;
pub use sign_in_data::{NewSignIn, SignInData};
pub(crate) use whose::{account_of, lets_in_still, still_on, switched_off, token_stands};

use crate::{LdapSettings, OidcSettings, PasskeySettings, ServiceError, audit::Audit, events::Events};
use code::Code;
use devices::Touched;
use door::Door;
use hashing::Hashing;
use known_devices::KnownDevices;
use ldap::Ldap;
use oidc::Oidc;
use std::sync::{Arc, Mutex};
use storage::{AccountRecord, Storage};

/// All accounts. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    storage: Storage,
    events: Events,
    audit: Audit,
    hashing: Hashing,
    door: Door,
    known_devices: KnownDevices,
    setup_code: Arc<Mutex<Option<Code>>>,
    policy: RequireSecondFactor,
    touched: Touched,
    oidc: Option<Arc<Oidc>>,
    ldap: Option<Arc<Ldap>>,
    passkeys: Option<Arc<webauthn::Passkeys>>,
}

/// An account as the audit log names it.
fn object(account: &AccountRecord) -> String {
    format!("account {}", account.name)
}

impl Accounts {
    /// The accounts of a database. Makes a set-up code while there is none.
    ///
    /// # Errors
    /// When the database fails, or the system has no random numbers.
    pub async fn new(storage: Storage, events: Events, audit: Audit) -> Result<Self, ServiceError> {
        let code = if storage.accounts().count().await? == 0 { Some(Code::generate()?) } else { None };
        Ok(Self {
            policy: RequireSecondFactor::Off,
            touched: Touched::default(),
            oidc: None,
            ldap: None,
            passkeys: None,
            storage,
            events,
            audit,
            hashing: Hashing::start().await?,
            door: Door::new(),
            known_devices: KnownDevices::default(),
            setup_code: Arc::new(Mutex::new(code)),
        })
    }

    /// The same accounts with a provider whom one may sign in by.
    ///
    /// # Errors
    /// When its address is none that is asked.
    pub fn with_provider(mut self, settings: Option<OidcSettings>) -> Result<Self, ServiceError> {
        self.oidc = settings.map(Oidc::new).transpose()?.map(Arc::new);
        Ok(self)
    }

    /// The same accounts with a directory in which names are looked up.
    ///
    /// # Errors
    /// When its address is none that is asked.
    pub fn with_directory(mut self, settings: Option<LdapSettings>) -> Result<Self, ServiceError> {
        self.ldap = settings.map(Ldap::new).transpose()?.map(Arc::new);
        Ok(self)
    }

    /// The same accounts with passkeys.
    ///
    /// # Errors
    /// When the server's address is none that passkeys can belong to.
    pub fn with_passkeys(mut self, settings: Option<PasskeySettings>) -> Result<Self, ServiceError> {
        self.passkeys = settings.map(webauthn::Passkeys::new).transpose()?.map(Arc::new);
        Ok(self)
    }
}
