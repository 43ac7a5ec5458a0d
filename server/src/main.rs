//! The process: a shim over the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    berth::cli::main()
}
