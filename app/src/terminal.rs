//! The terminal: pages, the widget and its connection, opening sessions, and the list of those that live.
//!
//! Bytes go one way: xterm.rs ─▶ desk.rs ─▶ channel.rs ═ WebSocket ═▶ server; what comes back is handed up as it arrived.
//! What decides something (course, outbox, inbox, pace, keys, paste, words) is plain and tested natively; the rest builds
//! for the browser only.

pub mod api;
pub mod history;

#[cfg(any(feature = "csr", test))]
mod channel;
#[cfg(any(feature = "csr", test))]
mod fitting;
#[cfg(any(feature = "csr", test))]
mod keys;
#[cfg(any(feature = "csr", test))]
mod paste;
#[cfg(any(feature = "csr", test))]
mod vendor;
#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
mod bell;
#[cfg(feature = "csr")]
mod clipboard;
#[cfg(feature = "csr")]
mod desk;
#[cfg(feature = "csr")]
mod end;
#[cfg(feature = "csr")]
mod entry;
#[cfg(feature = "csr")]
mod files;
#[cfg(feature = "csr")]
mod find;
#[cfg(feature = "csr")]
mod header;
#[cfg(feature = "csr")]
mod heartbeat;
#[cfg(feature = "csr")]
mod join;
#[cfg(feature = "csr")]
mod key_row;
#[cfg(feature = "csr")]
mod link;
#[cfg(feature = "csr")]
mod notices;
#[cfg(feature = "csr")]
mod opener;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod people;
#[cfg(feature = "csr")]
mod questions;
#[cfg(feature = "csr")]
mod replay;
#[cfg(feature = "csr")]
mod rest;
#[cfg(feature = "csr")]
mod sessions;
#[cfg(feature = "csr")]
mod settings;
#[cfg(feature = "csr")]
mod share;
#[cfg(feature = "csr")]
mod shortcuts;
#[cfg(feature = "csr")]
mod theme;
#[cfg(feature = "csr")]
mod told;
#[cfg(feature = "csr")]
mod touch;
#[cfg(feature = "csr")]
mod viewport;
#[cfg(feature = "csr")]
mod warning;
#[cfg(feature = "csr")]
mod widget;
#[cfg(feature = "csr")]
mod window;
#[cfg(feature = "csr")]
mod xterm;

#[cfg(feature = "csr")]
pub(crate) use self::{channel::wait_before, replay::ReplayScreen};
#[cfg(feature = "csr")]
pub use self::{
    history::HistoryDialog,
    join::JoinPage,
    opener::{Opener, OpenerDialogs, provide_opener},
    page::{ConnectPage, PopoutPage, TerminalPage},
    sessions::SessionsPanel,
};
