//! Hosts from NetBox: where it is, which devices are meant, how they become hosts, and imports by hand or without anybody.

pub mod api;
pub mod words;

#[cfg(feature = "csr")]
mod access;
#[cfg(feature = "csr")]
mod chosen;
#[cfg(feature = "csr")]
mod connect;
#[cfg(feature = "csr")]
mod devices;
#[cfg(feature = "csr")]
mod filters;
#[cfg(feature = "csr")]
mod gone;
#[cfg(feature = "csr")]
mod job;
#[cfg(feature = "csr")]
mod mapping;
#[cfg(feature = "csr")]
mod mapping_form;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod sync;

#[cfg(feature = "csr")]
pub use self::page::NetBoxPage;
