//! `berth token`: API tokens without a browser.

use super::{CliError, password};
use crate::{config::Config, open_accounts};
use clap::Subcommand;
use wire::accounts::Scope;

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
        /// What it may be used for: `read`, `connect`, `files`, `admin`; several with commas. All of the account's role but
        /// `admin` when left out.
        #[arg(long = "scope", value_delimiter = ',')]
        scopes: Vec<Scope>,
    },
}

pub(super) async fn run(config: Config, token: &Token) -> Result<(), CliError> {
    let Token::Create { name, account, password_stdin, scopes } = token;
    let password = if *password_stdin { Some(password::from_stdin()?) } else { None };
    let scopes = (!scopes.is_empty()).then(|| scopes.iter().copied().collect());
    let accounts = open_accounts(&config).await?;
    let created = accounts.create_token_for(account, name, password, scopes).await?;
    println!("{}", created.token.expose());
    if !created.view.opens_vault {
        eprintln!("This token opens no stored secret; give the password with --password-stdin for one that does.");
    }
    Ok(())
}
