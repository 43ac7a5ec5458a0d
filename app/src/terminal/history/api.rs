//! The command history, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::terminal::*;

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// What was typed, the newest first; on one host (by id or name) or on all.
#[server(name = ReadHistory, endpoint = "terminal/history", input = Json)]
pub async fn recent(host: Option<String>, query: HistoryQuery) -> Result<CommandHistory, AppError> {
    Ok(services()?.terminal().command_history(&caller()?, host.as_deref(), &query).await?)
}

/// The same with each command once.
#[server(name = ReadUnique, endpoint = "terminal/unique", input = Json)]
pub async fn unique(host: Option<String>, query: HistoryQuery) -> Result<UniqueCommands, AppError> {
    Ok(services()?.terminal().unique_commands(&caller()?, host.as_deref(), &query).await?)
}

/// Forgets one command.
#[server(name = ForgetOne, endpoint = "terminal/forget", input = Json)]
pub async fn forget(id: i64) -> Result<Forgotten, AppError> {
    Ok(services()?.terminal().forget_command(&caller()?, id).await?)
}

/// Forgets what matches.
#[server(name = ForgetMatching, endpoint = "terminal/forget-matching", input = Json)]
pub async fn forget_matching(query: ForgetQuery) -> Result<Forgotten, AppError> {
    Ok(services()?.terminal().forget_commands(&caller()?, &query).await?)
}
