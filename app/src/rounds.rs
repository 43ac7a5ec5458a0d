//! Rounds in the page: checks, first access and new keys on many hosts, as they go on and what came of them.
//!
//! What is plain logic (words) is tested natively; the rest builds for the browser only.

pub mod api;
pub mod words;

#[cfg(feature = "csr")]
mod acts;
#[cfg(feature = "csr")]
mod keys;
#[cfg(feature = "csr")]
mod line;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod section;
#[cfg(feature = "csr")]
mod sign_in;

#[cfg(feature = "csr")]
pub use self::{line::RoundLines, page::RoundPage};
