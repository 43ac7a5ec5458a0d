//! Hosts, folders and host keys, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{
    FilterId, FolderId, HostAuthorityId, HostId, UndoId,
    inventory::*,
    search::{SearchAnswer, SearchQuery},
};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// One page of the hosts.
#[server(endpoint = "inventory/hosts", input = Json)]
pub async fn hosts(query: HostQuery) -> Result<HostPage, AppError> {
    Ok(services()?.inventory().hosts(&caller()?, &query).await?)
}

/// One host.
#[server(endpoint = "inventory/host", input = Json)]
pub async fn host(id: HostId) -> Result<HostView, AppError> {
    Ok(services()?.inventory().host(&caller()?, &id).await?)
}

/// Adds a host.
#[server(endpoint = "inventory/add_host", input = Json)]
pub async fn add_host(draft: HostDraft) -> Result<HostView, AppError> {
    Ok(services()?.inventory().add(&caller()?, draft).await?)
}

/// Changes a host.
#[server(endpoint = "inventory/update_host", input = Json)]
pub async fn update_host(id: HostId, patch: HostPatch) -> Result<HostView, AppError> {
    Ok(services()?.inventory().update(&caller()?, &id, patch).await?)
}

/// Adds a copy of a host.
#[server(endpoint = "inventory/duplicate_host", input = Json)]
pub async fn duplicate_host(id: HostId) -> Result<HostView, AppError> {
    Ok(services()?.inventory().duplicate(&caller()?, &id).await?)
}

/// All folders.
#[server(endpoint = "inventory/folders", input = Json)]
pub async fn folders() -> Result<Vec<FolderView>, AppError> {
    Ok(services()?.inventory().visible_folders(&caller()?).await?)
}

/// Adds a folder.
#[server(endpoint = "inventory/add_folder", input = Json)]
pub async fn add_folder(draft: FolderDraft) -> Result<FolderView, AppError> {
    Ok(services()?.inventory().add_folder(&caller()?, draft).await?)
}

/// Renames or moves a folder.
#[server(endpoint = "inventory/update_folder", input = Json)]
pub async fn update_folder(id: FolderId, patch: FolderPatch) -> Result<FolderView, AppError> {
    Ok(services()?.inventory().update_folder(&caller()?, &id, patch).await?)
}

/// Deletes an empty folder.
#[server(endpoint = "inventory/delete_folder", input = Json)]
pub async fn delete_folder(id: FolderId) -> Result<(), AppError> {
    Ok(services()?.inventory().delete_folder(&caller()?, &id).await?)
}

/// Reads the key that a host shows, without signing in.
#[server(endpoint = "inventory/scan_host_key", input = Json)]
pub async fn scan_host_key(id: HostId) -> Result<HostKeyScan, AppError> {
    Ok(services()?.inventory().scan_host_key(&caller()?, &id).await?)
}

/// Trusts exactly the key with this fingerprint.
#[server(endpoint = "inventory/trust_host_key", input = Json)]
pub async fn trust_host_key(id: HostId, trust: HostKeyTrust) -> Result<HostKeyScan, AppError> {
    Ok(services()?.inventory().trust_host_key(&caller()?, &id, trust).await?)
}

/// Signs in once, optionally installs a key, and reads what the host is.
#[server(endpoint = "inventory/bootstrap", input = Json)]
pub async fn bootstrap(id: HostId, request: BootstrapRequest) -> Result<BootstrapReport, AppError> {
    Ok(services()?.inventory().bootstrap(&caller()?, &id, request).await?)
}

/// Looks now whether a host answers.
#[server(endpoint = "inventory/probe", input = Json)]
pub async fn probe(id: HostId) -> Result<HostView, AppError> {
    Ok(services()?.inventory().probe(&caller()?, &id).await?)
}

/// A window of the hosts, sorted and grouped.
#[server(name = ListHosts, endpoint = "inventory/list", input = Json)]
pub async fn list(request: HostListRequest) -> Result<HostListPage, AppError> {
    Ok(services()?.inventory().list(&caller()?, request).await?)
}

/// The values of a field among the hosts that a filter leaves.
#[server(name = HostValues, endpoint = "inventory/values", input = Json)]
pub async fn values(request: HostValuesRequest) -> Result<Vec<HostValue>, AppError> {
    Ok(services()?.inventory().values(&caller()?, request).await?)
}

/// Marks a host, or takes the mark off.
#[server(endpoint = "inventory/set_favourite", input = Json)]
pub async fn set_favourite(id: HostId, on: bool) -> Result<(), AppError> {
    Ok(services()?.inventory().set_favourite(&caller()?, &id, on).await?)
}

/// The saved filters, by name.
#[server(endpoint = "inventory/filters", input = Json)]
pub async fn filters() -> Result<Vec<SavedFilter>, AppError> {
    Ok(services()?.inventory().filters(&caller()?).await?)
}

/// Keeps a filter under a name.
#[server(endpoint = "inventory/add_filter", input = Json)]
pub async fn add_filter(draft: FilterDraft) -> Result<SavedFilter, AppError> {
    Ok(services()?.inventory().add_filter(&caller()?, draft).await?)
}

/// Puts another filter in a saved one's place.
#[server(endpoint = "inventory/update_filter", input = Json)]
pub async fn update_filter(id: FilterId, draft: FilterDraft) -> Result<SavedFilter, AppError> {
    Ok(services()?.inventory().update_filter(&caller()?, id, draft).await?)
}

/// Forgets a saved filter.
#[server(endpoint = "inventory/delete_filter", input = Json)]
pub async fn delete_filter(id: FilterId) -> Result<(), AppError> {
    Ok(services()?.inventory().delete_filter(&caller()?, &id).await?)
}

/// Hosts, folders, live sessions and snippets that answer to some words.
#[server(name = FindAnything, endpoint = "inventory/search", input = Json)]
pub async fn search(query: SearchQuery) -> Result<SearchAnswer, AppError> {
    Ok(services()?.search(&caller()?, &query).await?)
}

/// Edits, moves, marks or deletes many hosts.
#[server(name = ChangeHosts, endpoint = "inventory/bulk", input = Json)]
pub async fn bulk(request: BulkRequest) -> Result<BulkReport, AppError> {
    Ok(services()?.inventory().bulk(&caller()?, request).await?)
}

/// Deletes a folder with the folders and hosts in it.
#[server(endpoint = "inventory/delete_folder_with_hosts", input = Json)]
pub async fn delete_folder_with_hosts(id: FolderId) -> Result<BulkReport, AppError> {
    Ok(services()?.inventory().delete_folder_with_hosts(&caller()?, &id).await?)
}

/// Changes that can be taken back, the newest first.
#[server(endpoint = "inventory/undos", input = Json)]
pub async fn undos() -> Result<Vec<UndoView>, AppError> {
    Ok(services()?.inventory().undos(&caller()?).await?)
}

/// Takes a change back.
#[server(name = TakeBack, endpoint = "inventory/undo", input = Json)]
pub async fn undo(id: UndoId) -> Result<UndoReport, AppError> {
    Ok(services()?.inventory().undo(&caller()?, &id).await?)
}

/// The account's keys that vouch for hosts, and those that are never accepted.
#[server(endpoint = "inventory/authorities", input = Json)]
pub async fn authorities() -> Result<Vec<HostAuthorityView>, AppError> {
    Ok(services()?.inventory().authorities(&caller()?).await?)
}

/// Adds lines of `known_hosts` with a marker.
#[server(endpoint = "inventory/add_authorities", input = Json)]
pub async fn add_authorities(draft: HostAuthorityDraft) -> Result<Vec<HostAuthorityView>, AppError> {
    Ok(services()?.inventory().add_authorities(&caller()?, draft).await?)
}

/// Takes one away.
#[server(endpoint = "inventory/delete_authority", input = Json)]
pub async fn delete_authority(id: HostAuthorityId) -> Result<(), AppError> {
    Ok(services()?.inventory().delete_authority(&caller()?, &id).await?)
}
