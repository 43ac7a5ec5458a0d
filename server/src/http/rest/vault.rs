//! Credentials: secrets go in, never out.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use wire::{
    CredentialId,
    vault::{CertificateDraft, CredentialDraft, CredentialView, KeyDraft},
};

/// The account's credentials, without their secrets.
#[utoipa::path(get, path = "/api/credentials", tag = "Vault", responses((status = 200, body = Vec<CredentialView>)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<CredentialView>>, Refusal> {
    Ok(Json(door.services.vault().list(&caller).await?))
}

/// Seals a credential into the vault.
#[utoipa::path(post, path = "/api/credentials", tag = "Vault", request_body = CredentialDraft,
    responses((status = 201, body = CredentialView)))]
pub(in crate::http) async fn add(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<CredentialDraft>,
) -> Result<(StatusCode, Json<CredentialView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.vault().add(&caller, draft).await?)))
}

/// Makes an Ed25519 key and seals it; the answer has its public half.
#[utoipa::path(post, path = "/api/credentials/generate", tag = "Vault", request_body = KeyDraft,
    responses((status = 201, body = CredentialView)))]
pub(in crate::http) async fn generate(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<KeyDraft>,
) -> Result<(StatusCode, Json<CredentialView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.vault().generate(&caller, draft).await?)))
}

/// Renews the certificate of a credential's private key, or takes it away.
#[utoipa::path(put, path = "/api/credentials/{id}/certificate", tag = "Vault", params(("id" = String, Path)),
    request_body = CertificateDraft, responses((status = 200, body = CredentialView)))]
pub(in crate::http) async fn set_certificate(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<CredentialId>,
    Json(draft): Json<CertificateDraft>,
) -> Result<Json<CredentialView>, Refusal> {
    Ok(Json(door.services.vault().set_certificate(&caller, &id, draft).await?))
}

/// Deletes a credential; hosts that used it ask from then on.
#[utoipa::path(delete, path = "/api/credentials/{id}", tag = "Vault", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn delete(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<CredentialId>,
) -> Result<StatusCode, Refusal> {
    door.services.vault().delete(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
