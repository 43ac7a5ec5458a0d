//! Commands and snippets, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{CommandRunId, HostId, SnippetId, commands::*};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// Begins to run a command.
#[server(name = StartCommand, endpoint = "commands/start", input = Json)]
pub async fn start(request: CommandRequest) -> Result<CommandRun, AppError> {
    Ok(services()?.commands().start(&caller()?, request).await?)
}

/// The runs that are kept, the newest first.
#[server(name = CommandRuns, endpoint = "commands/runs", input = Json)]
pub async fn runs() -> Result<CommandRunList, AppError> {
    Ok(services()?.commands().runs(&caller()?))
}

/// One of them, with where each host stands, and without what it wrote.
#[server(name = CommandRunOf, endpoint = "commands/run", input = Json)]
pub async fn run(id: CommandRunId) -> Result<CommandRun, AppError> {
    let query = CommandRunQuery { output: Some(0) };
    Ok(services()?.commands().run(&caller()?, &id, &query)?)
}

/// What a host wrote from where it is not known yet.
#[server(name = CommandOutputOf, endpoint = "commands/output", input = Json)]
pub async fn output(id: CommandRunId, host: HostId, query: CommandOutputQuery) -> Result<CommandOutput, AppError> {
    Ok(services()?.commands().output(&caller()?, &id, &host, &query)?)
}

/// Cancels a run that goes on, or forgets one that has ended.
#[server(name = CancelCommand, endpoint = "commands/cancel", input = Json)]
pub async fn cancel(id: CommandRunId) -> Result<(), AppError> {
    Ok(services()?.commands().cancel(&caller()?, &id)?)
}

/// Cancels a run on one host.
#[server(name = CancelCommandOn, endpoint = "commands/cancel_host", input = Json)]
pub async fn cancel_host(id: CommandRunId, host: HostId) -> Result<(), AppError> {
    Ok(services()?.commands().cancel_host(&caller()?, &id, &host)?)
}

/// The account's snippets, by name.
#[server(name = Snippets, endpoint = "commands/snippets", input = Json)]
pub async fn snippets(query: SnippetQuery) -> Result<SnippetList, AppError> {
    Ok(services()?.commands().snippets(&caller()?, &query).await?)
}

/// Keeps a command.
#[server(name = AddSnippet, endpoint = "commands/add_snippet", input = Json)]
pub async fn add_snippet(draft: SnippetDraft) -> Result<SnippetView, AppError> {
    Ok(services()?.commands().add_snippet(&caller()?, draft).await?)
}

/// Changes a snippet.
#[server(name = UpdateSnippet, endpoint = "commands/update_snippet", input = Json)]
pub async fn update_snippet(id: SnippetId, patch: SnippetPatch) -> Result<SnippetView, AppError> {
    Ok(services()?.commands().update_snippet(&caller()?, &id, patch).await?)
}

/// Deletes a snippet.
#[server(name = DeleteSnippet, endpoint = "commands/delete_snippet", input = Json)]
pub async fn delete_snippet(id: SnippetId) -> Result<(), AppError> {
    Ok(services()?.commands().delete_snippet(&caller()?, &id).await?)
}
