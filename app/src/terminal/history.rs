//! The command history beside a terminal: what was typed at the prompt, to be found, put in again, copied and forgotten; and
//! the offer to have a shell mark its prompts.

pub mod api;

#[cfg(any(feature = "csr", test))]
mod marks;
#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
mod book;
#[cfg(feature = "csr")]
mod dialog;
#[cfg(feature = "csr")]
mod drawer;
#[cfg(feature = "csr")]
mod forget;
#[cfg(feature = "csr")]
mod pane;
#[cfg(feature = "csr")]
mod rows;
#[cfg(feature = "csr")]
mod set_up;

#[cfg(feature = "csr")]
pub use self::dialog::HistoryDialog;
#[cfg(feature = "csr")]
pub(super) use self::{drawer::HistoryDrawer, set_up::SetUpMarks};
