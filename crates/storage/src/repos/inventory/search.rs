//! The list of hosts by name: folder, tag, and pages.
//!
//! A page ends with a cursor, the name and id where the next one begins. Hosts that come or go in between shift
//! nothing.

use super::{Inventory, hosts::view};
use crate::{
    StorageError,
    entities::{
        folder,
        host::{Column, Entity},
    },
    words,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use wire::{
    AccountId, FolderId,
    inventory::{HostPage, HostQuery, HostView},
};

const DEFAULT_PAGE: u32 = 200;

impl Inventory {
    /// The account's hosts that match, by name.
    ///
    /// `folders` are those that `query.folder` names. What is searched for is not looked at: a search is ranked, which is not
    /// for a database to do.
    pub async fn hosts(
        &self,
        account: &AccountId,
        query: &HostQuery,
        folders: Option<&[FolderId]>,
    ) -> Result<HostPage, StorageError> {
        let matching = Entity::find().find_also_related(folder::Entity).filter(condition(account, query, folders));
        let total = matching.clone().count(&self.0.reads).await?;
        let limit = words::page(query.limit, DEFAULT_PAGE);
        let mut page = matching;
        if let Some(cursor) = &query.cursor {
            page = page.filter(after(cursor)?);
        }
        let rows =
            page.order_by_asc(Column::NameKey).order_by_asc(Column::Id).limit(limit + 1).all(&self.0.reads).await?;
        let has_more = rows.len() as u64 > limit;
        let hosts: Vec<HostView> =
            rows.into_iter().take(limit as usize).map(view).collect::<Result<_, StorageError>>()?;
        let next_cursor = hosts.last().filter(|_| has_more).map(cursor_at);
        Ok(HostPage { hosts, next_cursor, total })
    }
}

fn condition(account: &AccountId, query: &HostQuery, folders: Option<&[FolderId]>) -> Condition {
    let mut all = Condition::all().add(Column::AccountId.eq(account.as_str()));
    if let Some(folders) = folders {
        all = all.add(Column::FolderId.is_in(folders.iter().map(FolderId::as_str)));
    }
    if let Some(tag) = &query.tag {
        all = all.add(column(Column::TagsKey).like(words::containing(&format!("\n{tag}\n"))));
    }
    all
}

fn column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

fn cursor_at(host: &HostView) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{}\n{}", host.id, words::key(&host.name)))
}

fn after(cursor: &str) -> Result<Condition, StorageError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StorageError::BadCursor)?;
    let text = String::from_utf8(bytes).map_err(|_| StorageError::BadCursor)?;
    let (id, name_key) = text.split_once('\n').ok_or(StorageError::BadCursor)?;
    if text.contains('\0') {
        return Err(StorageError::BadCursor);
    }
    let same_name = Condition::all().add(Column::NameKey.eq(name_key)).add(Column::Id.gt(id));
    Ok(Condition::any().add(Column::NameKey.gt(name_key)).add(same_name))
}
