//! The process: a shim over the command line.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// It gives back what a thousand closed sessions held; the C library's keeps it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    berth::cli::main()
}
