//! Where an account's NetBox is, with its token, sealed.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut account = ForeignKey::create()
            .from("netboxes", "account_id")
            .to("accounts", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take();
        let table = Table::create()
            .table("netboxes")
            .col(text("account_id").primary_key())
            .col(text("settings"))
            .col(binary("token"))
            .foreign_key(&mut account)
            .take();
        manager.create_table(table).await
    }
}
