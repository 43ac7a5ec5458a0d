//! Credentials that others may use and not read: the right to it, a pair of keys for each account, and a copy of a credential for
//! each account that may use it, sealed to that account's key.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let right = boolean("may_credential").default(false).take();
        manager.alter_table(Table::alter().table("grants").add_column(right).take()).await?;
        let revision = big_integer("revision").default(0).take();
        manager.alter_table(Table::alter().table("credentials").add_column(revision).take()).await?;
        manager.create_table(pairs()).await?;
        manager.create_table(copies()).await?;
        let by =
            Index::create().name("credential_copies_by_account_id").table("credential_copies").col("account_id").take();
        manager.create_index(by).await
    }
}

/// The public half lies open; the secret one is sealed under the account's data key.
fn pairs() -> TableCreateStatement {
    Table::create()
        .table("account_keys")
        .col(text("account_id").primary_key())
        .col(binary("public_key"))
        .col(binary("sealed"))
        .foreign_key(&mut cascade("account_keys", "account_id", "accounts"))
        .take()
}

/// A copy says of which state of the credential it is, and for which key it was sealed.
fn copies() -> TableCreateStatement {
    Table::create()
        .table("credential_copies")
        .col(text("credential_id"))
        .col(text("account_id"))
        .col(big_integer("revision"))
        .col(binary("public_key"))
        .col(binary("sealed"))
        .primary_key(Index::create().col("credential_id").col("account_id"))
        .foreign_key(&mut cascade("credential_copies", "credential_id", "credentials"))
        .foreign_key(&mut cascade("credential_copies", "account_id", "accounts"))
        .take()
}

fn cascade(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Cascade).take()
}
