//! What people see: Leptos components and the server functions that they call.
//!
//! Server functions and plain logic build for both sides; views build for the browser only (`csr`), because the page is
//! rendered there alone. The server links this crate for the functions, the browser for everything else.

#![cfg_attr(
    feature = "csr",
    expect(unreachable_pub, reason = "a component's macro makes public items, in private modules too")
)]

pub mod accounts;
#[cfg(feature = "csr")]
mod app;
mod audit;
#[cfg(feature = "csr")]
pub mod client;
pub mod commands;
pub mod error;
#[cfg(feature = "csr")]
mod events;
mod files;
#[cfg(feature = "csr")]
mod frame;
pub mod inventory;
pub mod links;
pub mod monitor;
pub mod palette;
#[cfg(feature = "csr")]
mod parts;
#[cfg(feature = "csr")]
mod pwa;
mod recordings;
pub mod rounds;
#[cfg(feature = "csr")]
mod routes;
#[cfg(feature = "ssr")]
pub mod server;
pub mod terminal;
pub mod ui;
pub mod vault;

#[cfg(feature = "csr")]
pub use app::App;
