//! Typed commands: stored as they came, searched whatever their case.

mod forget;

use crate::{
    Db, StorageError,
    entities::typed_command::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, NotSet, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set, sea_query::Expr,
};
use std::time::Duration;
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
    /// The shell's directory at that time, where it told that.
    pub directory: Option<String>,
}

/// The command history.
#[derive(Debug, Clone)]
pub struct History(pub(crate) Db);

impl History {
    /// Remembers a command; its number.
    pub async fn add(&self, typed: &Typed) -> Result<i64, StorageError> {
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
            exit_code: Set(None),
            duration_ms: Set(None),
            directory: Set(typed.directory.as_deref().map(words::storable)),
        };
        Ok(Entity::insert(row).exec(&self.0.writes).await?.last_insert_id)
    }

    /// Remembers how a command ended.
    pub async fn finish(&self, id: i64, exit_code: Option<i32>, duration: Duration) -> Result<(), StorageError> {
        Entity::update_many()
            .col_expr(Column::ExitCode, Expr::value(exit_code))
            .col_expr(Column::DurationMs, Expr::value(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
            .filter(Column::Id.eq(id))
            .exec(&self.0.writes)
            .await?;
        Ok(())
    }

    /// What an account typed, on one host or on all, the newest first.
    pub async fn list(
        &self,
        account: &AccountId,
        host: Option<&HostId>,
        query: &HistoryQuery,
    ) -> Result<CommandHistory, StorageError> {
        let matching = matching(account, host, query.search.as_deref());
        let total = matching.clone().count(&self.0.reads).await?;
        let rows = matching
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(words::page(query.limit, DEFAULT_PAGE))
            .offset(u64::from(query.offset.unwrap_or(0)))
            .all(&self.0.reads)
            .await?;
        Ok(CommandHistory { commands: rows.into_iter().map(view).collect::<Result<_, _>>()?, total })
    }

    /// The same with every command line once, the last used first.
    pub async fn unique(
        &self,
        account: &AccountId,
        host: Option<&HostId>,
        query: &HistoryQuery,
    ) -> Result<UniqueCommands, StorageError> {
        let groups = matching(account, host, query.search.as_deref())
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

fn matching(account: &AccountId, host: Option<&HostId>, search: Option<&str>) -> Select<Entity> {
    Entity::find().filter(condition(account, host, search))
}

fn condition(account: &AccountId, host: Option<&HostId>, search: Option<&str>) -> Condition {
    let text = search.map(str::trim).filter(|text| !text.is_empty());
    Condition::all()
        .add(Column::AccountId.eq(account.as_str()))
        .add_option(host.map(|host| Column::HostId.eq(host.as_str())))
        .add_option(text.map(|text| Expr::col(Column::CommandKey).like(words::containing(text))))
}

fn view(row: Model) -> Result<TypedCommand, StorageError> {
    Ok(TypedCommand {
        id: row.id,
        command: row.command,
        timestamp: Timestamp::from_millis(row.at),
        username: row.username,
        host_id: row.host_id.map(words::parse_id).transpose()?,
        host_name: row.host_name,
        session_id: words::parse_id(row.session_id)?,
        exit_code: row.exit_code,
        duration_ms: row.duration_ms.map(i64::unsigned_abs),
        directory: row.directory,
    })
}

fn unique_view((command, times, last_used): (String, i64, i64)) -> UniqueCommand {
    UniqueCommand { command, count: times.unsigned_abs(), last_used: Timestamp::from_millis(last_used) }
}
