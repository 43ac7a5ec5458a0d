//! SFTP, version 3 (draft-ietf-secsh-filexfer-02) with OpenSSH's extensions.
//!
//! A client of our own, because names have to stay bytes (docs/decisions/0015). One task reads the channel at once and always,
//! another writes; requests are matched with answers by number, and many are under way at a time. What is under way is bounded:
//! requests by places, bytes by each reader's and writer's window, and open files by what the host allows.

mod client;
mod copier;
mod explain;
mod frames;
mod handle;
mod listing;
mod ops;
mod packet;
mod reader;
mod renaming;
mod server;
mod writer;

pub(super) use copier::Copier;
pub(super) use ops::Sftp;
pub(super) use reader::Reader;
pub(super) use writer::Writer;

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
