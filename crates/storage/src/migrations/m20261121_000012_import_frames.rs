//! What stood around the folders and hosts of an import, so that an export gives that back too.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let account = ForeignKey::create()
            .from("import_frames", "account_id")
            .to("accounts", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take();
        let table = Table::create()
            .table("import_frames")
            .col(text("account_id"))
            .col(text("form"))
            .col(text("kept"))
            .primary_key(Index::create().col("account_id").col("form"))
            .foreign_key(&mut account.clone())
            .take();
        manager.create_table(table).await
    }
}
