//! How a typed command ended and where it ran, and a way to find the oldest ones.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [integer_null("exit_code"), big_integer_null("duration_ms"), text_null("directory")] {
            manager.alter_table(Table::alter().table("typed_commands").add_column(column).take()).await?;
        }
        let oldest = Index::create().name("typed_commands_by_at").table("typed_commands").col("at").take();
        manager.create_index(oldest).await
    }
}
