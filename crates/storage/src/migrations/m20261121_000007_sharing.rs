//! Several people at one session: whose a ticket is, invites, and the audit log that remembers who was let in.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        invites(manager).await?;
        tickets(manager).await?;
        audit(manager).await
    }
}

async fn invites(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("invites")
        .col(text("id").primary_key())
        .col(text("session_id"))
        .col(blob("hash").unique_key())
        .col(text("rights"))
        .col(text("label"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer("used"))
        .foreign_key(
            ForeignKey::create()
                .from("invites", "session_id")
                .to("terminal_sessions", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
    manager.create_table(table).await?;
    manager.create_index(Index::create().name("invites_by_session_id").table("invites").col("session_id").take()).await
}

/// A ticket of before is its owner's.
async fn tickets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = [
        text("kind").default("owner").take(),
        text("name").default("").take(),
        boolean("may_type").default(true).take(),
        text_null("invite_id"),
        text_null("account_id"),
        text_null("sign_in"),
    ];
    for column in columns {
        manager.alter_table(Table::alter().table("tickets").add_column(column).take()).await?;
    }
    manager.create_index(Index::create().name("tickets_by_invite_id").table("tickets").col("invite_id").take()).await?;
    manager.create_index(Index::create().name("tickets_by_account_id").table("tickets").col("account_id").take()).await
}

/// No foreign key: the log outlives what it speaks of.
async fn audit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("audit_events")
        .col(big_integer("id").primary_key().auto_increment())
        .col(big_integer("at"))
        .col(text_null("account_id"))
        .col(text("account_name"))
        .col(text_null("address"))
        .col(text("request_id"))
        .col(text("action"))
        .col(text("object"))
        .col(text("outcome"));
    manager.create_table(table).await
}
