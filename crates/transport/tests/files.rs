//! Files over SFTP, against a real sshd.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

#[path = "files/failures.rs"]
mod failures;
mod folder;
#[path = "files/host.rs"]
mod host;
#[path = "files/names.rs"]
mod names;
mod refusals;
#[path = "files/work.rs"]
mod work;
