//! Typed commands: stored as they came, searched whatever their case.

use crate::{
    Db, StorageError,
    entities::typed_command::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, NotSet, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Set, sea_query::Expr,
};
use wire::{
    AccountId, HostId, SessionId, Timestamp,
    terminal::{CommandHistory, HistoryQuery, TypedCommand, UniqueCommand, UniqueCommands},
};

const DEFAULT_PAGE: u32 = 100;

/// A command to remember.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// Who typed it.
    pub account: AccountId,
    /// Where; missing for a host that is not in the inventory.
    pub host_id: Option<HostId>,
    /// That host's name at the time.
    pub host_name: String,
    /// The username on the host.
    pub username: String,
    /// The command line.
    pub command: String,
    /// When.
    pub at: Timestamp,
    /// In which session.
    pub session_id: SessionId,
}

/// The command history.
#[derive(Debug, Clone)]
pub struct History(pub(crate) Db);

impl History {
    /// Remembers a command.
    pub async fn add(&self, typed: &Typed) -> Result<(), StorageError> {
        let command = words::storable(&typed.command);
        let row = ActiveModel {
            id: NotSet,
            account_id: Set(typed.account.to_string()),
            host_id: Set(typed.host_id.as_ref().map(ToString::to_string)),
            host_name: Set(typed.host_name.clone()),
            username: Set(typed.username.clone()),
            session_id: Set(typed.session_id.to_string()),
            command_key: Set(words::key(&command)),
            command: Set(command),
            at: Set(typed.at.millis()),
        };
        Entity::insert(row).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// What an account typed, on one host or on all, the newest first.
    pub async fn list(
        &self,
        account: &AccountId,
        host: Option<&HostId>,
        query: &HistoryQuery,
    ) -> Result<CommandHistory, StorageError> {
        let matching = matching(account, host, query);
        let total = matching.clone().count(&self.0.reads).await?;
        let rows = matching
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(words::page(query.limit, DEFAULT_PAGE))
            .offset(u64::from(query.offset.unwrap_or(0)))
            .all(&self.0.reads)
            .await?;
        Ok(CommandHistory { commands: rows.into_iter().map(view).collect(), total })
    }

    /// The same with every command line once, the last used first.
    pub async fn unique(
        &self,
        account: &AccountId,
        host: Option<&HostId>,
        query: &HistoryQuery,
    ) -> Result<UniqueCommands, StorageError> {
        let groups = matching(account, host, query)
            .select_only()
            .column(Column::Command)
            .column_as(Column::Id.count(), "times")
            .column_as(Column::At.max(), "last_used")
            .group_by(Column::Command);
        let total = groups.clone().into_tuple::<(String, i64, i64)>().count(&self.0.reads).await?;
        let rows: Vec<(String, i64, i64)> = groups
            .order_by(Expr::col("last_used"), Order::Desc)
            .order_by_asc(Column::Command)
            .limit(words::page(query.limit, DEFAULT_PAGE))
            .offset(u64::from(query.offset.unwrap_or(0)))
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        Ok(UniqueCommands { commands: rows.into_iter().map(unique_view).collect(), total })
    }
}

fn matching(account: &AccountId, host: Option<&HostId>, query: &HistoryQuery) -> Select<Entity> {
    let mut select = Entity::find().filter(Column::AccountId.eq(account.as_str()));
    if let Some(host) = host {
        select = select.filter(Column::HostId.eq(host.as_str()));
    }
    if let Some(text) = query.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        select = select.filter(Expr::col(Column::CommandKey).like(words::containing(text)));
    }
    select
}

fn view(row: Model) -> TypedCommand {
    TypedCommand {
        id: row.id,
        command: row.command,
        timestamp: Timestamp::from_millis(row.at),
        username: row.username,
        host_name: row.host_name,
    }
}

fn unique_view((command, times, last_used): (String, i64, i64)) -> UniqueCommand {
    UniqueCommand { command, count: times.unsigned_abs(), last_used: Timestamp::from_millis(last_used) }
}
