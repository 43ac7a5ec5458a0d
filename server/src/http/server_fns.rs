//! The page's own calls: leptos server functions. The gate has already resolved who asks.

use super::{Door, faults::nothing_here, gate::Signed};
use app as _; // Nothing else names the crate, and unlinked it has no functions.
use axum::{
    extract::{Request, State},
    http::Method,
    response::{IntoResponse, Response},
};
use leptos::prelude::provide_context;

/// Every server function's address and method.
pub fn server_fn_paths() -> impl Iterator<Item = (&'static str, Method)> {
    leptos::server_fn::axum::server_fn_paths()
}

/// Runs a server function with the caller and the services in its context.
pub(super) async fn handle(State(door): State<Door>, Signed(caller): Signed, request: Request) -> Response {
    let (path, method) = (request.uri().path().to_owned(), request.method().clone());
    if !server_fn_paths().any(|(known, by)| known == path && by == method) {
        return nothing_here().await.into_response();
    }
    let context = move || {
        provide_context(caller.clone());
        provide_context(door.services.clone());
    };
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}
