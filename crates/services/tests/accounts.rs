//! Accounts as the doors see them, on a real SQLite file.

#![expect(clippy::unwrap_used, reason = "what a test stands on must hold")]

#[path = "accounts/house.rs"]
mod house;
#[path = "accounts/recovery.rs"]
mod recovery;
#[path = "accounts/set_up.rs"]
mod set_up;
#[path = "accounts/sign_in.rs"]
mod sign_in;
#[path = "accounts/tokens.rs"]
mod tokens;
