//! Imports and exports: files are chosen, what importing them would do is shown at once, and only then it is done.

pub mod words;

#[cfg(feature = "csr")]
mod choose;
#[cfg(feature = "csr")]
mod export;
#[cfg(feature = "csr")]
mod files;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod report;

#[cfg(feature = "csr")]
pub use self::page::ExchangePage;
#[cfg(feature = "csr")]
pub(super) use self::report::Report;
