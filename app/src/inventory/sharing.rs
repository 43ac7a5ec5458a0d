//! Sharing hosts and folders with other accounts, groups, and signing in on hosts of others.

pub mod api;

#[cfg(feature = "csr")]
mod groups;
#[cfg(feature = "csr")]
mod own_login;
#[cfg(feature = "csr")]
mod share;

#[cfg(feature = "csr")]
pub(super) use self::{
    own_login::OwnLogin,
    share::{Share, What},
};
