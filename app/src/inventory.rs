//! The inventory in the page: hosts, folders, host keys and the first access.

pub mod api;
pub mod exchange;
pub mod finder;
pub mod form;
pub mod policy;

#[cfg(feature = "csr")]
mod access;
#[cfg(feature = "csr")]
mod acts;
#[cfg(feature = "csr")]
mod editor;
#[cfg(feature = "csr")]
mod folder;
#[cfg(feature = "csr")]
mod host_key;
#[cfg(feature = "csr")]
mod hosts;
#[cfg(feature = "csr")]
mod list;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod policy_fields;
#[cfg(feature = "csr")]
mod row;

#[cfg(feature = "csr")]
pub(crate) use self::hosts::Hosts;
#[cfg(feature = "csr")]
pub use self::{exchange::ExchangePage, host_key::HostKeyDialog, page::DashboardPage};
