//! The terminal's path against the `ssh` command: `make bench`, or `cargo bench --workspace --exclude frontend --bench terminal -- echo open`.
//!
//! Both reach the same sshd, in the same run, in turns (A B A B …): the real server through a WebSocket, and OpenSSH's
//! client under a pseudo-terminal. Figures are ratios of medians with the least and the greatest ratio of a pair, since a
//! machine's absolute times say little about the program. It cannot see the browser's part of the way, nor a network's,
//! and nothing is asserted: on a busy machine a figure is noise, and only a person can tell.

mod bulk;
mod client;
mod crowd;
mod echo;
mod flood;
mod idle;
mod many;
mod opening;
mod openssh;
mod process;
mod rest;
mod server;
mod stats;
mod terminal;
mod text;
mod unread;
mod world;

use std::{error::Error, process::ExitCode};
use world::World;

/// What can go wrong here is told to a person and to nobody else.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A measure: its name on the command line, and what takes it.
type Measure = (&'static str, fn(&World) -> Result<()>);

const MEASURES: [Measure; 7] = [
    ("bulk", bulk::measure),
    ("echo", echo::measure),
    ("open", opening::measure),
    ("idle", idle::measure),
    ("unread", unread::measure),
    ("crowd", crowd::measure),
    ("many", many::measure),
];

fn main() -> ExitCode {
    // Cargo adds flags of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let chosen: Vec<_> =
        MEASURES.iter().filter(|(name, _)| asked.is_empty() || asked.iter().any(|a| a == name)).collect();
    if chosen.is_empty() {
        eprintln!("there are these measures: {}", MEASURES.map(|(name, _)| name).join(", "));
        return ExitCode::FAILURE;
    }
    let world = match World::build() {
        Ok(world) => world,
        Err(why) => return broke("the bench could not begin", &*why),
    };
    stats::head();
    let mut code = ExitCode::SUCCESS;
    for (name, measure) in chosen {
        if let Err(why) = measure(&world) {
            code = broke(name, &*why);
        }
    }
    code
}

fn broke(what: &str, why: &dyn Error) -> ExitCode {
    eprintln!("{what}: {why}");
    ExitCode::FAILURE
}
