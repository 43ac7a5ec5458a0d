//! Commands over a link that stands, against `ssh` with a control master: `make bench`, or
//! `cargo bench --workspace --exclude frontend --bench commands -- single`.
//!
//! Both reach the same sshd, in the same run, in turns: the real server through its REST interface, which is what a script
//! would use in place of `ssh`, and OpenSSH's client over a connection that its master keeps. Figures are ratios, as in
//! the bench `terminal`; nothing is asserted.

mod master;
mod parallel;
#[path = "../terminal/rest.rs"]
#[allow(dead_code, reason = "the bench of terminals uses more of it")]
mod rest;
#[path = "../terminal/server.rs"]
#[allow(dead_code, reason = "the bench of terminals uses more of it")]
mod server;
mod single;
#[path = "../terminal/stats.rs"]
#[allow(dead_code, reason = "the bench of terminals uses more of it")]
mod stats;
mod world;

use std::{error::Error, process::ExitCode};
use world::World;

/// What can go wrong here is told to a person and to nobody else.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A measure: its name on the command line, and what takes it.
type Measure = (&'static str, fn(&World) -> Result<()>);

const MEASURES: [Measure; 2] = [("single", single::measure), ("parallel", parallel::measure)];

fn main() -> ExitCode {
    // Cargo adds flags of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let world = match World::build() {
        Ok(world) => world,
        Err(why) => return broke("the bench could not begin", &*why),
    };
    stats::head();
    let mut code = ExitCode::SUCCESS;
    for (name, measure) in MEASURES.iter().filter(|(name, _)| asked.is_empty() || asked.iter().any(|a| a == name)) {
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
