//! Commands in the page: choose hosts, write a command or take a snippet, run it, and see what came of it on each host.
//!
//! What is plain logic (words) is tested natively; the rest builds for the browser only.

pub mod api;

#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
mod composer;
#[cfg(feature = "csr")]
mod editor;
#[cfg(feature = "csr")]
mod groups;
#[cfg(feature = "csr")]
mod host_row;
#[cfg(feature = "csr")]
mod hosts;
#[cfg(feature = "csr")]
mod output;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod picker;
#[cfg(feature = "csr")]
mod run;
#[cfg(feature = "csr")]
mod runs;
#[cfg(feature = "csr")]
mod snippets;

#[cfg(feature = "csr")]
pub use self::{page::CommandsPage, picker::SnippetPicker, run::RunPage};
