//! Snippets: commands that are kept to be run again.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("snippets")
            .col(text("id").primary_key())
            .col(text("account_id"))
            .col(text("name"))
            .col(text("name_key"))
            .col(text("text"))
            .col(text("description"))
            .col(text("search_key"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("snippets", "account_id")
                    .to("accounts", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            );
        manager.create_table(table).await?;
        let mut name = Index::create();
        name.name("snippets_by_account_id_name").table("snippets").col("account_id").col("name_key").unique();
        manager.create_index(name).await
    }
}
