//! The certificate that goes with a credential's private key, and the keys that an account lets vouch for hosts.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let certificate = Table::alter().table("credentials").add_column(text_null("certificate")).take();
        manager.alter_table(certificate).await?;
        manager.create_table(authorities()).await?;
        let index =
            Index::create().name("host_authorities_by_account").table("host_authorities").col("account_id").take();
        manager.create_index(index).await
    }
}

/// Lines of `known_hosts` with a marker.
fn authorities() -> TableCreateStatement {
    Table::create()
        .table("host_authorities")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text("names"))
        .col(text("openssh"))
        .col(boolean("revoked"))
        .col(text("comment"))
        .col(big_integer("added_at"))
        .index(
            Index::create()
                .unique()
                .name("host_authorities_once")
                .col("account_id")
                .col("names")
                .col("openssh")
                .col("revoked"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("host_authorities", "account_id")
                .to("accounts", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}
