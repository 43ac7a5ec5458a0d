//! Accounts in the page: set-up, sign-in, the account's own settings.

pub mod api;
pub mod checks;

#[cfg(feature = "csr")]
mod appearance;
#[cfg(feature = "csr")]
mod authenticator;
#[cfg(feature = "csr")]
mod devices;
#[cfg(feature = "csr")]
mod door;
#[cfg(feature = "csr")]
mod factor_codes;
#[cfg(feature = "csr")]
mod factor_page;
#[cfg(feature = "csr")]
mod factor_set_up;
#[cfg(feature = "csr")]
mod identities;
#[cfg(feature = "csr")]
mod keeping;
#[cfg(feature = "csr")]
mod keeping_forms;
#[cfg(feature = "csr")]
mod keeping_questions;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod passkey_ways;
#[cfg(feature = "csr")]
mod passkeys;
#[cfg(feature = "csr")]
mod passphrase;
#[cfg(feature = "csr")]
mod password;
#[cfg(feature = "csr")]
mod proof;
#[cfg(feature = "csr")]
mod qr;
#[cfg(feature = "csr")]
mod recovery_code;
#[cfg(feature = "csr")]
mod scopes;
#[cfg(feature = "csr")]
mod second_factor;
#[cfg(feature = "csr")]
mod second_step;
#[cfg(feature = "csr")]
mod set_up;
#[cfg(feature = "csr")]
mod sign_in;
#[cfg(feature = "csr")]
mod tokens;
#[cfg(feature = "csr")]
mod vault_lock;

#[cfg(feature = "csr")]
pub(crate) use self::door::DoorCard;
#[cfg(feature = "csr")]
pub use self::{
    door::{Door, SignIn},
    factor_page::FactorPage,
    keeping::AccountsPage,
    page::AccountPage,
};
