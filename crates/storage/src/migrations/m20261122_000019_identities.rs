//! Whom a provider of identities or a directory knows an account as, sign-ins by it that are on their way, and which accounts
//! have a password of their own.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean("has_password").default(true).take();
        manager.alter_table(Table::alter().table("accounts").add_column(column).take()).await?;
        identities(manager).await?;
        flows(manager).await
    }
}

/// One somebody there is one account here.
async fn identities(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("identities")
        .col(text("issuer"))
        .col(text("subject"))
        .col(text("account_id"))
        .col(text("known_as"))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .primary_key(Index::create().col("issuer").col("subject"))
        .foreign_key(&mut cascade("identities"))
        .take();
    manager.create_table(table).await?;
    let index = Index::create().name("identities_by_account").table("identities").col("account_id").take();
    manager.create_index(index).await
}

/// Each lives minutes, and is taken once.
async fn flows(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("oidc_flows")
        .col(blob("id_hash").primary_key())
        .col(text("nonce"))
        .col(text("verifier"))
        .col(text("redirect"))
        .col(text("back"))
        .col(text_null("account_id"))
        .col(text_null("sign_in"))
        .col(big_integer("expires_at"))
        .foreign_key(&mut cascade("oidc_flows"))
        .take();
    manager.create_table(table).await?;
    let index = Index::create().name("oidc_flows_by_expiry").table("oidc_flows").col("expires_at").take();
    manager.create_index(index).await
}

fn cascade(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "account_id").to("accounts", "id").on_delete(ForeignKeyAction::Cascade).take()
}
