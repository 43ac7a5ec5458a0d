//! What tests stand on: a real sshd, real FTP servers, a NetBox as far as Berth asks one, keys from the real `ssh-keygen`, a proxy that breaks connections, waiting without luck.
//!
//! A fixture panics when it cannot do its part, and says which package is missing. Nothing here is used in production.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails has to fail its test")]

mod daemon;
pub mod folder;
pub mod ftp;
pub mod keygen;
pub mod netbox;
mod one_time_codes;
pub mod postgres;
pub mod provider;
pub mod proxy;
pub mod slapd;
pub mod sshd;
mod user;
pub mod wait;
