//! Plain REST calls of the page, for what sets cookies and for recordings; everything else goes through server functions.
//!
//! It also keeps the one fact that every answer may bring: that the sign-in has ended.

use crate::error::AppError;
use gloo_net::http::{Method, RequestBuilder, Response};
use leptos::{
    prelude::*,
    server_fn::error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::LazyLock;
use wire::FaultCode;

/// Counts the answers that said that nobody is signed in, or not whole; the frame watches it and shows the sign-in page.
static SIGNED_OUT: LazyLock<ArcRwSignal<u32>> = LazyLock::new(|| ArcRwSignal::new(0));

/// Changes whenever an answer says that the sign-in has ended.
pub fn signed_out() -> ArcReadSignal<u32> {
    SIGNED_OUT.read_only()
}

/// Looks at a failure for what concerns the whole page.
pub(crate) fn notice(error: &AppError) {
    let ends = [FaultCode::Unauthenticated, FaultCode::SecondFactorNeeded, FaultCode::SecondFactorSetupNeeded];
    if ends.contains(&error.code()) {
        SIGNED_OUT.update(|count| *count = count.wrapping_add(1));
    }
}

/// Asks for a JSON document.
pub async fn get_json<T: DeserializeOwned>(path: &str) -> Result<T, AppError> {
    let request = RequestBuilder::new(path).method(Method::GET).build().map_err(unreachable_server)?;
    read(request.send().await).await
}

/// Sends a JSON document and reads the one that comes back; an empty answer reads as `null`.
pub async fn post_json<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, AppError> {
    let request = RequestBuilder::new(path).method(Method::POST).json(body).map_err(unreachable_server)?;
    read(request.send().await).await
}

/// The same in the place of what is there.
pub async fn put_json<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, AppError> {
    let request = RequestBuilder::new(path).method(Method::PUT).json(body).map_err(unreachable_server)?;
    read(request.send().await).await
}

/// The same for a change of what is there.
pub async fn patch_json<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, AppError> {
    let request = RequestBuilder::new(path).method(Method::PATCH).json(body).map_err(unreachable_server)?;
    read(request.send().await).await
}

/// Asks for something to be deleted; an empty answer reads as `null`.
pub async fn delete<T: DeserializeOwned>(path: &str) -> Result<T, AppError> {
    let request = RequestBuilder::new(path).method(Method::DELETE).build().map_err(unreachable_server)?;
    read(request.send().await).await
}

/// Reads an answer of any request.
pub(crate) async fn read<T: DeserializeOwned>(sent: Result<Response, gloo_net::Error>) -> Result<T, AppError> {
    let response = sent.map_err(unreachable_server)?;
    let body = response.binary().await.map_err(unreachable_server)?;
    if !response.ok() {
        return Err(AppError::de(body.into()));
    }
    let body: &[u8] = if body.is_empty() { b"null" } else { &body };
    serde_json::from_slice(body)
        .map_err(|why| AppError::from_server_fn_error(ServerFnErrorErr::Deserialization(why.to_string())))
}

fn unreachable_server(why: gloo_net::Error) -> AppError {
    AppError::from_server_fn_error(ServerFnErrorErr::Request(why.to_string()))
}
