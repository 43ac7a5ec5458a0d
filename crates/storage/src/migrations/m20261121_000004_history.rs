//! Commands typed at a shell prompt. They outlive their session and their host.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("typed_commands")
            .col(big_integer("id").primary_key().auto_increment())
            .col(text("account_id"))
            .col(text_null("host_id"))
            .col(text("host_name"))
            .col(text("username"))
            .col(text("session_id"))
            .col(text("command"))
            .col(text("command_key"))
            .col(big_integer("at"))
            .foreign_key(
                ForeignKey::create()
                    .from("typed_commands", "account_id")
                    .to("accounts", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("typed_commands", "host_id")
                    .to("hosts", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            );
        manager.create_table(table).await?;
        for (name, first) in
            [("typed_commands_by_account_id_at", "account_id"), ("typed_commands_by_host_id_at", "host_id")]
        {
            manager
                .create_index(Index::create().name(name).table("typed_commands").col(first).col("at").take())
                .await?;
        }
        Ok(())
    }
}
