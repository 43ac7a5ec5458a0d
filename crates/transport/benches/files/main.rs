//! Files against OpenSSH's `sftp` and `scp` and against a `tar` pipe: `make bench`, or
//! `cargo bench --workspace --exclude frontend --bench files -- large small`.
//!
//! All reach the same sshd and the same memory file system, in the same run, in turns. A run begins with the dial and ends when
//! everything is where it belongs. Figures are ratios of medians, with the least and the greatest ratio of a pair: below 1 we
//! are quicker. The host is this machine; only `far` has a delay in between. Nothing is asserted: on a busy machine a figure is
//! noise, and only a person can tell.

mod berth;
mod far;
mod large;
mod openssh;
mod small;
mod stats;
mod world;

use std::{error::Error, process::ExitCode};
use world::World;

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What can go wrong here is told to a person and to nobody else.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A measure: its name on the command line, and what takes it.
type Measure = (&'static str, fn(&World) -> Result<()>);

const MEASURES: [Measure; 3] = [("large", large::measure), ("small", small::measure), ("far", far::measure)];

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
