//! Second factors and their recovery codes, what is known of the devices that sign-ins are on, and when the command line
//! ended all sign-ins of an account.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        columns(manager).await?;
        factors(manager).await?;
        codes(manager).await
    }
}

async fn columns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = [
        ("accounts", text_null("second_factor")),
        ("accounts", big_integer_null("ended_at")),
        ("sign_ins", text_null("sign_in")),
        ("sign_ins", text_null("address")),
        ("sign_ins", text_null("user_agent")),
        ("sign_ins", big_integer_null("last_used_at")),
    ];
    // One column a statement: SQLite adds no two at once.
    for (table, column) in columns {
        manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
    }
    let index = Index::create().name("accounts_by_ended_at").table("accounts").col("ended_at").take();
    manager.create_index(index).await
}

/// One an account; a draft until it is confirmed.
async fn factors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("second_factors")
        .col(text("account_id").primary_key())
        .col(text("id"))
        .col(blob("totp"))
        .col(big_integer_null("confirmed_at"))
        .col(big_integer("last_step"))
        .foreign_key(&mut cascade("second_factors", "accounts", "id"))
        .take();
    manager.create_table(table).await
}

/// Hashes only; a used one is gone.
async fn codes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("second_factor_codes")
        .col(text("account_id"))
        .col(blob("hash"))
        .primary_key(Index::create().col("account_id").col("hash"))
        .foreign_key(&mut cascade("second_factor_codes", "second_factors", "account_id"))
        .take();
    manager.create_table(table).await
}

fn cascade(table: &'static str, target: &'static str, key: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "account_id").to(target, key).on_delete(ForeignKeyAction::Cascade).take()
}
