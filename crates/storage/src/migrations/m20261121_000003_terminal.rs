//! Terminal sessions and the tickets that attach to them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sessions(manager).await?;
        tickets(manager).await
    }
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("terminal_sessions")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text_null("host_id"))
        .col(text("host_name"))
        .col(text("username"))
        .col(text("mode"))
        .col(text("status"))
        .col(big_integer("created_at"))
        .col(big_integer_null("expires_at"))
        .col(big_integer("last_seen_at"))
        .col(big_integer_null("ended_at"))
        .col(text_null("end_reason"))
        .col(big_integer_null("exit_code"))
        .col(text_null("end_signal"))
        .col(text_null("end_message"))
        .col(text("node"))
        .foreign_key(
            ForeignKey::create()
                .from("terminal_sessions", "account_id")
                .to("accounts", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .from("terminal_sessions", "host_id")
                .to("hosts", "id")
                .on_delete(ForeignKeyAction::SetNull),
        );
    manager.create_table(table).await?;
    manager.create_index(index("terminal_sessions", &["account_id", "status"])).await?;
    manager.create_index(index("terminal_sessions", &["status", "ended_at"])).await?;
    manager.create_index(index("terminal_sessions", &["host_id"])).await
}

async fn tickets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("tickets")
        .col(blob("hash").primary_key())
        .col(text("session_id"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .foreign_key(
            ForeignKey::create()
                .from("tickets", "session_id")
                .to("terminal_sessions", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
    manager.create_table(table).await?;
    manager.create_index(index("tickets", &["session_id"])).await
}

fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_by_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
