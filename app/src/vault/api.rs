//! Credentials, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{
    CredentialId,
    vault::{CertificateDraft, CredentialDraft, CredentialView, KeyDraft},
};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// The account's credentials, without their secrets.
#[server(endpoint = "vault/credentials", input = Json)]
pub async fn credentials() -> Result<Vec<CredentialView>, AppError> {
    Ok(services()?.vault().list(&caller()?).await?)
}

/// Seals a credential into the vault.
#[server(endpoint = "vault/add_credential", input = Json)]
pub async fn add_credential(draft: CredentialDraft) -> Result<CredentialView, AppError> {
    Ok(services()?.vault().add(&caller()?, draft).await?)
}

/// Makes a key and seals it.
#[server(endpoint = "vault/generate_key", input = Json)]
pub async fn generate_key(draft: KeyDraft) -> Result<CredentialView, AppError> {
    Ok(services()?.vault().generate(&caller()?, draft).await?)
}

/// Renews the certificate of a credential's private key, or takes it away.
#[server(endpoint = "vault/set_certificate", input = Json)]
pub async fn set_certificate(id: CredentialId, draft: CertificateDraft) -> Result<CredentialView, AppError> {
    Ok(services()?.vault().set_certificate(&caller()?, &id, draft).await?)
}

/// Deletes a credential; hosts that used it ask from then on.
#[server(endpoint = "vault/delete_credential", input = Json)]
pub async fn delete_credential(id: CredentialId) -> Result<(), AppError> {
    Ok(services()?.vault().delete(&caller()?, &id).await?)
}
