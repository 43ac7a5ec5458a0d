//! NetBox, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{NetBoxJobId, inventory::*};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// Where the account's NetBox is, how its imports stand, and what is scheduled.
#[server(endpoint = "netbox/status", input = Json)]
pub async fn netbox_status() -> Result<NetBoxStatusView, AppError> {
    Ok(services()?.netbox().status(&caller()?).await?)
}

/// Says where NetBox is, how it is trusted, and how its devices become hosts.
#[server(endpoint = "netbox/configure", input = Json)]
pub async fn configure_netbox(draft: NetBoxDraft) -> Result<NetBoxStatusView, AppError> {
    Ok(services()?.netbox().configure(&caller()?, draft).await?)
}

/// Forgets NetBox with its token.
#[server(endpoint = "netbox/forget", input = Json)]
pub async fn forget_netbox() -> Result<(), AppError> {
    Ok(services()?.netbox().forget(&caller()?).await?)
}

/// Some of NetBox's devices, each as it would be imported.
#[server(endpoint = "netbox/devices", input = Json)]
pub async fn netbox_devices(query: NetBoxDeviceQuery) -> Result<NetBoxDeviceList, AppError> {
    Ok(services()?.netbox().devices(&caller()?, &query).await?)
}

/// What a filter may say.
#[server(endpoint = "netbox/choices", input = Json)]
pub async fn netbox_choices(query: NetBoxChoiceQuery) -> Result<Vec<NetBoxChoice>, AppError> {
    Ok(services()?.netbox().choices(&caller()?, &query).await?)
}

/// Hosts that came from NetBox and are there no more.
#[server(endpoint = "netbox/gone", input = Json)]
pub async fn netbox_gone() -> Result<NetBoxGone, AppError> {
    Ok(services()?.netbox().gone(&caller()?).await?)
}

/// Begins an import, or a look at what one would do.
#[server(endpoint = "netbox/import", input = Json)]
pub async fn import_netbox(request: NetBoxImportRequest) -> Result<NetBoxJob, AppError> {
    Ok(services()?.netbox().import(&caller()?, request).await?)
}

/// Cancels an import that goes on; forgets one that ended.
#[server(endpoint = "netbox/cancel", input = Json)]
pub async fn cancel_netbox(id: NetBoxJobId) -> Result<(), AppError> {
    Ok(services()?.netbox().cancel(&caller()?, &id)?)
}

/// Switches scheduled imports on or off, or says how they are done.
#[server(endpoint = "netbox/set_sync", input = Json)]
pub async fn set_netbox_sync(draft: NetBoxSyncDraft) -> Result<NetBoxStatusView, AppError> {
    Ok(services()?.netbox().set_sync(&caller()?, draft).await?)
}

/// Does now what is scheduled.
#[server(endpoint = "netbox/sync_now", input = Json)]
pub async fn sync_netbox_now() -> Result<NetBoxJob, AppError> {
    Ok(services()?.netbox().sync_now(&caller()?).await?)
}
