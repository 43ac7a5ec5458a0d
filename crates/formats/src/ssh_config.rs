//! OpenSSH's `ssh_config(5)`: blocks with patterns, the first value of an option counts, includes.

mod blocks;
mod lex;
pub(crate) mod pattern;
mod read;
mod resolve;
mod route;
mod sections;
mod write;

pub(crate) use lex::words;
pub(crate) use read::read;
pub(crate) use route::{Route, route_of_options};
pub(crate) use write::write;

/// Names inside of what is kept of a host: its alias in the file, and the blocks that name it.
const ALIAS: &str = "alias";
/// The blocks, each `{at, lines}`.
const BLOCKS: &str = "blocks";
/// Where in the file a block stood, counted.
const AT: &str = "at";
/// Its lines as they were.
const LINES: &str = "lines";

#[cfg(test)]
mod literal_tests;
#[cfg(test)]
mod tests;
