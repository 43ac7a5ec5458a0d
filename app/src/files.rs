//! Files in the page: a folder of a host, what can be done in it, and what goes up and down meanwhile.
//!
//! What decides something (order, words, course) is plain and tested natively; the rest builds for the browser only. Downloads
//! are the browser's own: it writes them to disk as they come, and goes on with them by `Range` and `ETag`.

#[cfg(any(feature = "csr", test))]
mod arriving;
#[cfg(any(feature = "csr", test))]
mod colours;
#[cfg(any(feature = "csr", test))]
mod course;
#[cfg(any(feature = "csr", test))]
mod extent;
#[cfg(any(feature = "csr", test))]
mod line_ends;
#[cfg(any(feature = "csr", test))]
mod order;
#[cfg(any(feature = "csr", test))]
mod shell;
#[cfg(any(feature = "csr", test))]
mod words;

#[cfg(feature = "csr")]
mod acts;
#[cfg(feature = "csr")]
mod api;
#[cfg(feature = "csr")]
mod beside;
#[cfg(feature = "csr")]
mod browser;
#[cfg(feature = "csr")]
mod bytes;
#[cfg(feature = "csr")]
mod copy;
#[cfg(feature = "csr")]
mod crumbs;
#[cfg(feature = "csr")]
mod delete;
#[cfg(feature = "csr")]
mod dialogs;
#[cfg(feature = "csr")]
mod drag;
#[cfg(feature = "csr")]
mod edit;
#[cfg(feature = "csr")]
mod list;
#[cfg(feature = "csr")]
mod login;
#[cfg(feature = "csr")]
mod look;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod pieces;
#[cfg(feature = "csr")]
mod rights;
#[cfg(feature = "csr")]
mod row;
#[cfg(feature = "csr")]
mod toolbar;
#[cfg(feature = "csr")]
mod transfers;
#[cfg(feature = "csr")]
mod upload;

#[cfg(feature = "csr")]
pub(crate) use self::{
    beside::Beside,
    upload::{Uploads, UploadsMark},
};
#[cfg(feature = "csr")]
pub use self::{beside::FilesBeside, page::FilesPage};
