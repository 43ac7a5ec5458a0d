//! Rounds, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{RoundId, inventory::*};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// Begins a round.
#[server(name = BeginRound, endpoint = "rounds/start", input = Json)]
pub async fn start(request: RoundRequest) -> Result<RoundView, AppError> {
    Ok(services()?.rounds().start(&caller()?, request).await?)
}

/// Begins another round over hosts of an earlier one.
#[server(name = NextRound, endpoint = "rounds/next", input = Json)]
pub async fn next(id: RoundId, next: RoundNext) -> Result<RoundView, AppError> {
    Ok(services()?.rounds().next(&caller()?, &id, next).await?)
}

/// The rounds that are kept, the newest first.
#[server(name = Rounds, endpoint = "rounds/list", input = Json)]
pub async fn rounds() -> Result<RoundList, AppError> {
    Ok(services()?.rounds().list(&caller()?))
}

/// One of them, with some of its hosts.
#[server(name = RoundOf, endpoint = "rounds/page", input = Json)]
pub async fn page(id: RoundId, query: RoundQuery) -> Result<RoundPage, AppError> {
    Ok(services()?.rounds().page(&caller()?, &id, &query)?)
}

/// Cancels a round that goes on, or forgets one that has ended.
#[server(name = CancelRound, endpoint = "rounds/cancel", input = Json)]
pub async fn cancel(id: RoundId) -> Result<(), AppError> {
    Ok(services()?.rounds().cancel(&caller()?, &id)?)
}

/// Trusts keys that a round was shown.
#[server(name = TrustKeys, endpoint = "rounds/trust", input = Json)]
pub async fn trust(request: TrustRequest) -> Result<TrustReport, AppError> {
    Ok(services()?.rounds().trust(&caller()?, request).await?)
}
