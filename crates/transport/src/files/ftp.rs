//! FTP (RFC 959) with its extensions (2389, 2428, 3659), in the clear or under TLS (RFC 4217).
//!
//! A client of our own, because names have to stay bytes (docs/decisions/0016). A connection does one thing at a time, so
//! that there are a few of them; one that was given up in the middle of something is closed and not used again.

mod access;
mod connection;
mod data;
mod date;
mod explain;
mod greeting;
mod links;
mod listing;
mod look;
mod mlst;
mod ops;
mod places;
mod pool;
mod reader;
mod renaming;
mod reply;
mod rows;
mod tls;
mod writer;

pub use access::{FtpAccess, FtpSecurity, SignInGuard};
pub(super) use ops::Ftp;
pub use ops::scan_certificate;
pub(super) use reader::Reader;
pub(super) use writer::Writer;

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
