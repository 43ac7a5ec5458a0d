//! `berth account`: accounts without a browser.

use super::{CliError, password};
use crate::{config::Config, open_accounts};
use clap::{Subcommand, ValueEnum};
use wire::accounts::Role;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Make an account; its recovery code is printed once.
    Add {
        /// 1 to 64 letters, digits, `.`, `-`, `_` or `@`.
        name: String,
        /// What the account may do.
        #[arg(long, value_enum, default_value = "member")]
        role: RoleName,
        /// Read the password from stdin.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List the accounts.
    List,
    /// Keep an account from signing in; its data stays.
    Disable {
        /// The account.
        name: String,
    },
    /// Let an account that was disabled sign in again.
    Enable {
        /// The account.
        name: String,
    },
    /// Take an account's second factor away, when its owner has lost it; its sign-ins end.
    ResetSecondFactor {
        /// The account.
        name: String,
    },
    /// Set a new password. The vault stays locked until its recovery code is entered.
    ResetPassword {
        /// The account.
        name: String,
        /// Read the new password from stdin.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

/// A role, as it is written on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleName {
    Admin,
    Member,
    Viewer,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Admin => Self::Admin,
            RoleName::Member => Self::Member,
            RoleName::Viewer => Self::Viewer,
        }
    }
}

pub(super) async fn run(config: Config, account: &Account) -> Result<(), CliError> {
    let accounts = open_accounts(&config).await?;
    match account {
        Account::Add { name, role, .. } => {
            let done = accounts.add(name, (*role).into(), password::from_stdin()?).await?;
            println!("account {name} added");
            println!("recovery code: {}", done.recovery_code.expose());
            eprintln!("Keep the recovery code: it opens the vault when the password is lost, and is not shown again.");
        }
        Account::List => {
            for account in accounts.list().await? {
                let state = if account.disabled { "disabled" } else { "enabled" };
                println!("{}\t{}\t{state}\t{}", account.name, account.role.as_str(), account.created_at);
            }
        }
        Account::Disable { name } => {
            accounts.disable(name).await?;
            println!("account {name} disabled");
        }
        Account::Enable { name } => {
            accounts.enable(name).await?;
            println!("account {name} enabled");
        }
        Account::ResetSecondFactor { name } => {
            accounts.reset_second_factor(name).await?;
            println!("second factor of {name} taken away; the password is enough for its next sign-in");
        }
        Account::ResetPassword { name, .. } => {
            accounts.reset_password(name, password::from_stdin()?).await?;
            println!("password of {name} reset; its vault opens again with the recovery code");
        }
    }
    Ok(())
}
