//! Files over SFTP, against a real sshd.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

#[path = "files/failures.rs"]
mod failures;
#[path = "files/folder.rs"]
mod folder;
#[path = "files/names.rs"]
mod names;
#[path = "files/work.rs"]
mod work;
