//! Recordings in the page: the list, and the player.
//!
//! What decides something (clock, reel, words) is plain and tested natively; the rest builds for the browser only.

#[cfg(any(feature = "csr", test))]
mod clock;
#[cfg(any(feature = "csr", test))]
mod reel;
#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
mod api;
#[cfg(feature = "csr")]
mod controls;
#[cfg(feature = "csr")]
mod list;
#[cfg(feature = "csr")]
mod of_session;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod player;
#[cfg(feature = "csr")]
mod row;
#[cfg(feature = "csr")]
mod seek_bar;
#[cfg(feature = "csr")]
mod shortcuts;
#[cfg(feature = "csr")]
mod side;
#[cfg(feature = "csr")]
mod stage;

#[cfg(feature = "csr")]
pub(crate) use self::of_session::RecordingOf;
#[cfg(feature = "csr")]
pub use self::{list::RecordingsPage, page::PlayerPage};
