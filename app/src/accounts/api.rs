//! API tokens, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{
    TokenId,
    accounts::{TokenCreated, TokenDraft, TokenView},
};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// The account's API tokens.
#[server(endpoint = "accounts/tokens", input = Json)]
pub async fn tokens() -> Result<Vec<TokenView>, AppError> {
    Ok(services()?.accounts().tokens(&caller()?).await?)
}

/// Makes an API token; its secret is in the answer and nowhere else.
#[server(endpoint = "accounts/create_token", input = Json)]
pub async fn create_token(draft: TokenDraft) -> Result<TokenCreated, AppError> {
    Ok(services()?.accounts().create_token(&caller()?, draft).await?)
}

/// Ends an API token.
#[server(endpoint = "accounts/delete_token", input = Json)]
pub async fn delete_token(id: TokenId) -> Result<(), AppError> {
    Ok(services()?.accounts().delete_token(&caller()?, &id).await?)
}
