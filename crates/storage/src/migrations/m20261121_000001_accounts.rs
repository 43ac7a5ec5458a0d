//! Accounts, what stands behind their cookies, API tokens, sealed credentials, and the turns.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        accounts(manager).await?;
        sign_ins(manager).await?;
        tokens(manager).await?;
        credentials(manager).await?;
        turns(manager).await
    }
}

/// The column of a row that ends with its account.
fn account_key(table: &str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table.to_owned(), "account_id")
        .to("accounts", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("accounts")
        .col(text("id").primary_key())
        .col(text("name"))
        .col(text("name_key").unique_key())
        .col(text("role"))
        .col(text("password_hash"))
        .col(boolean("disabled"))
        .col(big_integer("created_at"))
        .col(blob_null("password_wrap"))
        .col(blob_null("recovery_wrap"));
    manager.create_table(table).await
}

async fn sign_ins(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("sign_ins")
        .col(blob("id_hash").primary_key())
        .col(text_null("account_id"))
        .col(blob("data"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .foreign_key(&mut account_key("sign_ins"));
    manager.create_table(table).await?;
    manager.create_index(index("sign_ins", &["account_id"])).await?;
    manager.create_index(index("sign_ins", &["expires_at"])).await
}

async fn tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("tokens")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text("name"))
        .col(blob("secret_hash"))
        .col(blob_null("vault_wrap"))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer_null("expires_at"))
        .foreign_key(&mut account_key("tokens"));
    manager.create_table(table).await?;
    manager.create_index(index("tokens", &["account_id"])).await
}

async fn credentials(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("credentials")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text("name"))
        .col(text("kind"))
        .col(text_null("username"))
        .col(text_null("public_key"))
        .col(blob("sealed"))
        .col(big_integer("created_at"))
        .foreign_key(&mut account_key("credentials"));
    manager.create_table(table).await?;
    manager.create_index(index("credentials", &["account_id"])).await
}

/// One row for each thing that transactions must decide one after the other; writing the row is taking the turn.
async fn turns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table("turns").col(text("name").primary_key()).col(big_integer("taken"));
    manager.create_table(table).await?;
    let mut rows = Query::insert();
    rows.into_table("turns").columns(["name", "taken"]);
    for name in ["places", "first_account"] {
        rows.values([name.into(), 0.into()]).map_err(|err| DbErr::Migration(err.to_string()))?;
    }
    manager.execute(rows).await
}

fn index(table: &str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_by_{}", columns.join("_"))).table(table.to_owned());
    for column in columns {
        index.col(*column);
    }
    index
}
