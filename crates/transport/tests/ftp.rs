//! Files over FTP and FTPS, against a real vsftpd and a real pyftpdlib.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "ftp/failures.rs"]
mod failures;
#[path = "ftp/fake.rs"]
mod fake;
mod folder;
#[path = "ftp/host.rs"]
mod host;
mod refusals;
#[path = "ftp/secure.rs"]
mod secure;
#[path = "ftp/work.rs"]
mod work;
