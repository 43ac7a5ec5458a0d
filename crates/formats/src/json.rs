//! JSON in our own shape: everything that Berth knows of folders and hosts, but for secrets.
//!
//! `{"version": 1, "folders": [{"path": ["A", "B"], …}], "hosts": [{"name": …, "address": …, "folder": ["A", "B"], …}]}`

mod emit;
mod parse;
mod read;
mod write;

pub(crate) use parse::parse;
pub(crate) use read::read;
pub(crate) use write::write;

/// The version of the shape that is written.
const VERSION: i64 = 1;

#[cfg(test)]
mod tests;
