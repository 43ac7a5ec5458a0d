//! Links in the page: what is open to which host, and closing one.

pub mod api;

#[cfg(feature = "csr")]
mod page;
#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
pub use self::page::LinksPage;
