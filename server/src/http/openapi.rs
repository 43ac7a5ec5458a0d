//! The interface described: `/api/openapi.json`, and a page to browse and try it at `/docs`.
//!
//! The page is Swagger UI, compiled into the binary; its start-up script is a file, so our policy against inline
//! scripts holds, and its badge of a foreign validator is off: no request leaves this server.

use super::Door;
use axum::{Json, Router, routing::get};
use std::sync::Arc;
use utoipa::{
    OpenApi,
    openapi::{
        ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_swagger_ui::{Config, SwaggerUi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Berth",
        description = "A self-hosted SSH workspace. Sign in for a cookie, or send an API token as `Authorization: Bearer …`. \
                       Every error is `{detail, code, request_id}`; decide by `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    security(("cookie" = []), ("token" = [])),
    components(schemas(wire::Fault, wire::FaultCode)),
)]
struct Document;

/// The document before the routes are in it.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("berth_session")));
    components.add_security_scheme("cookie", cookie);
    components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.add_security_scheme("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    document
}

/// The document and the page.
pub(super) fn routes(mut document: utoipa::openapi::OpenApi) -> Router<Door> {
    describe_errors(&mut document);
    let document = Arc::new(document);
    let page = SwaggerUi::new("/docs").config(Config::from("/api/openapi.json").validator_url("none"));
    Router::from(page).route("/api/openapi.json", get(move || async move { Json(document) }))
}

/// Errors have one shape everywhere, so they are described once and here.
fn describe_errors(document: &mut utoipa::openapi::OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.entry("default".into()).or_insert_with(|| RefOr::T(fault()));
        }
    }
}

fn operations(item: &mut utoipa::openapi::PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn fault() -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Fault"))).build();
    ResponseBuilder::new()
        .description("What happened and what to do; decide by `code`")
        .content("application/json", content)
        .build()
}
