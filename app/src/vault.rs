//! The vault in the page: credentials go in and are listed by name; no secret comes out.

pub mod api;
pub mod form;

#[cfg(feature = "csr")]
mod add;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod renew;

#[cfg(feature = "csr")]
pub use self::{add::AddCredential, page::CredentialsPage};
