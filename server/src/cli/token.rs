//! `berth token`: API tokens without a browser.

use super::{CliError, password};
use crate::{config::Config, open_accounts};
use clap::Subcommand;

/// What to do with API tokens.
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token; it alone is printed on stdout, once.
    Create {
        /// What the token is for.
        name: String,
        /// Whose it is.
        #[arg(long)]
        account: String,
        /// Read the account's password from stdin, so that the token can use stored secrets.
        #[arg(long)]
        password_stdin: bool,
    },
}

pub(super) async fn run(config: Config, token: &Token) -> Result<(), CliError> {
    let Token::Create { name, account, password_stdin } = token;
    let password = if *password_stdin { Some(password::from_stdin()?) } else { None };
    let accounts = open_accounts(&config).await?;
    let created = accounts.create_token_for(account, name, password).await?;
    println!("{}", created.token.expose());
    if !created.view.opens_vault {
        eprintln!("This token opens no stored secret; give the password with --password-stdin for one that does.");
    }
    Ok(())
}
