//! Passkeys of accounts, and what each of them holds of the vault.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(passkeys()).await?;
        let index = Index::create().name("passkeys_by_account").table("passkeys").col("account_id").take();
        manager.create_index(index).await
    }
}

/// One credential of an authenticator is one account's.
fn passkeys() -> TableCreateStatement {
    Table::create()
        .table("passkeys")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(blob("credential_id").unique_key())
        .col(text("name"))
        .col(text("public"))
        .col(big_integer("counter"))
        .col(blob_null("wrap"))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .foreign_key(
            ForeignKey::create()
                .from("passkeys", "account_id")
                .to("accounts", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}
