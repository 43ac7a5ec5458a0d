//! Links that stand, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::links::LinkList;

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// The account's links that stand.
#[server(endpoint = "links/list", input = Json)]
pub async fn links() -> Result<LinkList, AppError> {
    Ok(services()?.inventory().links(&caller()?))
}

/// Ends a link and all that runs over it.
#[server(endpoint = "links/close", input = Json)]
pub async fn close_link(id: String) -> Result<(), AppError> {
    Ok(services()?.inventory().close_link(&caller()?, &id).await?)
}
