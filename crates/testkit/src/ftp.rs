//! Real FTP servers for a test: own port, own folder, own certificate, gone when they are dropped.
//!
//! They sign in the same user as [`crate::sshd`], with the same password, and need to run as root.

mod certificate;
mod pyftpdlib;
mod vsftpd;

pub use crate::user::{PASSWORD, USER};
pub use pyftpdlib::{Pyftpdlib, PyftpdlibBuilder};
pub use vsftpd::{Vsftpd, VsftpdBuilder};
