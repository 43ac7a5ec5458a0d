//! Sharing, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{
    GrantId, GroupId, HostId,
    grants::{AccountView, GrantQuery, GrantReport, GrantRequest, GrantView, GroupDraft, GroupView, OwnLoginDraft},
    inventory::HostView,
};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// All accounts, for an admin.
#[server(endpoint = "sharing/accounts", input = Json)]
pub async fn accounts() -> Result<Vec<AccountView>, AppError> {
    Ok(services()?.grants().accounts(&caller()?).await?)
}

/// All groups, for an admin.
#[server(endpoint = "sharing/groups", input = Json)]
pub async fn groups() -> Result<Vec<GroupView>, AppError> {
    Ok(services()?.grants().groups(&caller()?).await?)
}

/// Makes a group, or changes the one of this id.
#[server(endpoint = "sharing/save_group", input = Json)]
pub async fn save_group(id: Option<GroupId>, draft: GroupDraft) -> Result<GroupView, AppError> {
    let (rooms, caller) = (services()?, caller()?);
    Ok(match id {
        Some(id) => rooms.grants().update_group(&caller, id, draft).await?,
        None => rooms.grants().add_group(&caller, draft).await?,
    })
}

/// Deletes a group.
#[server(endpoint = "sharing/delete_group", input = Json)]
pub async fn delete_group(id: GroupId) -> Result<(), AppError> {
    Ok(services()?.grants().delete_group(&caller()?, &id).await?)
}

/// What is shared with whom.
#[server(endpoint = "sharing/grants", input = Json)]
pub async fn grants(query: GrantQuery) -> Result<Vec<GrantView>, AppError> {
    Ok(services()?.grants().grants(&caller()?, &query).await?)
}

/// Shares hosts and folders.
#[server(endpoint = "sharing/share", input = Json)]
pub async fn share(request: GrantRequest) -> Result<GrantReport, AppError> {
    Ok(services()?.grants().share(&caller()?, request).await?)
}

/// Ends sharing something with somebody.
#[server(endpoint = "sharing/unshare", input = Json)]
pub async fn unshare(id: GrantId) -> Result<(), AppError> {
    Ok(services()?.grants().unshare(&caller()?, &id).await?)
}

/// Stores what one signs in with on a host of another account.
#[server(endpoint = "sharing/set_own_login", input = Json)]
pub async fn set_own_login(id: HostId, login: OwnLoginDraft) -> Result<HostView, AppError> {
    Ok(services()?.inventory().set_own_login(&caller()?, &id, login).await?)
}
