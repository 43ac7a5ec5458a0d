//! When an account's NetBox is imported without anybody, and the token that was sealed to the server's key for it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut netbox = ForeignKey::create()
            .from("netbox_syncs", "account_id")
            .to("netboxes", "account_id")
            .on_delete(ForeignKeyAction::Cascade)
            .take();
        let table = Table::create()
            .table("netbox_syncs")
            .col(text("account_id").primary_key())
            .col(binary_null("token"))
            .col(big_integer_null("sealed_at"))
            .col(big_integer("every_seconds"))
            .col(text("filters"))
            .col(big_integer("next_at"))
            .col(big_integer("failures"))
            .col(text_null("last"))
            .foreign_key(&mut netbox)
            .take();
        manager.create_table(table).await
    }
}
