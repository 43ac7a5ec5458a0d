//! Accounts in the page: set-up, sign-in, the account's own settings.

pub mod api;
pub mod checks;

#[cfg(feature = "csr")]
mod appearance;
#[cfg(feature = "csr")]
mod door;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod password;
#[cfg(feature = "csr")]
mod recovery_code;
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
    page::AccountPage,
};
