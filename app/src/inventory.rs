//! The inventory in the page: hosts, folders, host keys and the first access.

pub mod api;
pub mod bulk;
pub mod chosen;
pub mod exchange;
pub mod fields;
pub mod form;
pub mod lines;
pub mod look;
pub mod netbox;
pub mod policy;
pub mod sharing;
pub mod tree;
pub mod words;

#[cfg(feature = "csr")]
mod access;
#[cfg(feature = "csr")]
mod acts;
#[cfg(feature = "csr")]
mod address;
#[cfg(feature = "csr")]
mod authorities;
#[cfg(feature = "csr")]
mod bulk_bar;
#[cfg(feature = "csr")]
mod bulk_edit;
#[cfg(feature = "csr")]
mod bulk_tag;
#[cfg(feature = "csr")]
mod choosers;
#[cfg(feature = "csr")]
mod drag;
#[cfg(feature = "csr")]
mod editor;
#[cfg(feature = "csr")]
mod filters;
#[cfg(feature = "csr")]
mod folder;
#[cfg(feature = "csr")]
mod heading;
#[cfg(feature = "csr")]
mod host_key;
#[cfg(feature = "csr")]
mod list;
#[cfg(feature = "csr")]
mod move_to;
#[cfg(feature = "csr")]
mod names;
#[cfg(feature = "csr")]
mod offered;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod policy_fields;
#[cfg(feature = "csr")]
mod question;
#[cfg(feature = "csr")]
mod row;
#[cfg(feature = "csr")]
mod selection;
#[cfg(feature = "csr")]
mod sidebar;
#[cfg(feature = "csr")]
mod store;
#[cfg(feature = "csr")]
mod toolbar;
#[cfg(feature = "csr")]
mod tree_view;
#[cfg(feature = "csr")]
mod undos;

#[cfg(feature = "csr")]
pub(crate) use self::question::{Answering, QuestionFields};
#[cfg(feature = "csr")]
pub use self::{
    authorities::HostAuthorities, exchange::ExchangePage, host_key::HostKeyDialog, netbox::NetBoxPage,
    page::DashboardPage,
};
#[cfg(feature = "csr")]
pub(crate) use self::{
    names::Names,
    offered::{DRAWN, Offered, OfferedSearch},
};
