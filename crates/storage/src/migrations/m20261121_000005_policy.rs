//! What hosts and folders say about their sessions, and the tmux session that a terminal session runs in.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ("hosts", big_integer_null("idle_timeout_seconds")),
            ("hosts", big_integer_null("max_duration_seconds")),
            ("hosts", integer_null("max_sessions")),
            ("hosts", boolean("tmux").default(false).take()),
            ("hosts", text_null("recording")),
            ("folders", text_null("recording")),
            ("terminal_sessions", text_null("tmux")),
        ];
        // One column a statement: SQLite adds no two at once.
        for (table, column) in columns {
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        Ok(())
    }
}
