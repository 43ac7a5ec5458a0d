//! The audit log in the page: what was done, by whom, and whether the log is as it was written.
//!
//! What decides something (the words, the address) is plain and tested natively; the rest builds for the browser only.

#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
mod api;
#[cfg(feature = "csr")]
mod chain;
#[cfg(feature = "csr")]
mod detail;
#[cfg(feature = "csr")]
mod filters;
#[cfg(feature = "csr")]
mod log;
#[cfg(feature = "csr")]
mod moment;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod table;

#[cfg(feature = "csr")]
pub use self::page::AuditPage;
