//! The command line (SPEC §11), one file a command. What a script reads goes to stdout, everything else to stderr.

mod account;
mod audit;
mod config;
mod healthcheck;
mod password;
mod serve;
mod token;

use crate::{
    StartError,
    config::{Config, ConfigError, Sources},
};
use clap::{Args, Parser, Subcommand};
use std::{error::Error, net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

/// A self-hosted SSH workspace in the browser.
#[derive(Debug, Parser)]
#[command(name = "berth", version, propagate_version = true)]
struct Berth {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command takes, because every command needs the configuration.
#[derive(Debug, Args)]
struct Flags {
    /// TOML file with settings.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, global = true, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Folder of the database and of everything else that is kept.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Accounts without a browser.
    #[command(subcommand)]
    Account(account::Account),
    /// API tokens without a browser.
    #[command(subcommand)]
    Token(token::Token),
    /// The audit log without a browser.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Print every setting with its value and where it came from.
    Config,
    /// Ask the running server whether it lives; the exit code tells.
    Healthcheck,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Service(#[from] services::ServiceError),
    #[error(transparent)]
    Audit(#[from] services::audit::FileProblem),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Said(String),
}

/// How long work that cannot be broken off may hold the process at its end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Runs the command of this process.
pub fn main() -> ExitCode {
    let berth = Berth::parse();
    match run(&berth) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("berth: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(berth: &Berth) -> Result<(), CliError> {
    let config = Config::load(&sources(&berth.flags))?;
    match berth.command {
        Command::Serve => crate::log::start(&config.log),
        _ => crate::log::start_quietly(),
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        match &berth.command {
            Command::Serve => serve::run(config).await,
            Command::Account(account) => account::run(config, account).await,
            Command::Token(token) => token::run(config, token).await,
            Command::Audit(audit) => audit::run(config, audit).await,
            Command::Config => config::run(&config),
            Command::Healthcheck => healthcheck::run(&config).await,
        }
    });
    // What still blocks a thread, a look-up of a name say, holds no stop.
    runtime.shutdown_timeout(LAST_WORDS);
    ended
}

fn sources(flags: &Flags) -> Sources {
    let mut given = Vec::new();
    given.extend(flags.listen.map(|listen| ("listen", listen.to_string())));
    given.extend(flags.data_dir.as_ref().map(|folder| ("data_dir", folder.display().to_string())));
    let environment =
        std::env::vars_os().filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
    Sources { file: flags.config.clone(), environment: environment.collect(), flags: given }
}

/// The error and what caused it, on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
