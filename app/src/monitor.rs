//! The monitor in the page: what chosen hosts are doing, side by side, as long as somebody sees it.
//!
//! What is plain logic (words, curves) is tested natively; the rest builds for the browser only.

pub mod api;

#[cfg(any(feature = "csr", test))]
mod curve;
#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
mod card;
#[cfg(feature = "csr")]
mod chart;
#[cfg(feature = "csr")]
mod chooser;
#[cfg(feature = "csr")]
mod feed;
#[cfg(feature = "csr")]
mod gpus;
#[cfg(feature = "csr")]
mod page;

#[cfg(feature = "csr")]
pub use self::page::MonitorPage;
