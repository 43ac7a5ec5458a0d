//! `berth config`: every setting with its value and where it came from.

use super::CliError;
use crate::config::Config;
use std::io::Write as _;

pub(super) fn run(config: &Config) -> Result<(), CliError> {
    Ok(std::io::stdout().lock().write_all(config.report().as_bytes())?)
}
