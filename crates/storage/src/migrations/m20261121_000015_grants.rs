//! Groups of accounts, what is shared with accounts and groups, and what people sign in with on hosts of others.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        groups(manager).await?;
        members(manager).await?;
        grants(manager).await?;
        own_logins(manager).await
    }
}

async fn groups(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table("account_groups").col(text("id").primary_key()).col(text("name")).col(text("name_key").unique_key());
    manager.create_table(table).await
}

async fn members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("group_members")
        .col(text("group_id"))
        .col(text("account_id"))
        .primary_key(Index::create().col("group_id").col("account_id"))
        .foreign_key(&mut cascade("group_members", "group_id", "account_groups"))
        .foreign_key(&mut cascade("group_members", "account_id", "accounts"));
    manager.create_table(table).await?;
    manager.create_index(index("group_members", "account_id")).await
}

/// A host or a folder, and an account or a group.
async fn grants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("grants")
        .col(text("id").primary_key())
        .col(text_null("host_id"))
        .col(text_null("folder_id"))
        .col(text_null("account_id"))
        .col(text_null("group_id"))
        .col(boolean("may_connect"))
        .col(boolean("may_files"))
        .col(boolean("may_watch"))
        .col(big_integer("created_at"))
        .foreign_key(&mut cascade("grants", "host_id", "hosts"))
        .foreign_key(&mut cascade("grants", "folder_id", "folders"))
        .foreign_key(&mut cascade("grants", "account_id", "accounts"))
        .foreign_key(&mut cascade("grants", "group_id", "account_groups"));
    manager.create_table(table).await?;
    for column in ["host_id", "folder_id", "account_id", "group_id"] {
        manager.create_index(index("grants", column)).await?;
    }
    // No row in the place of a missing id: two nulls are never the same in an index.
    let unique = "CREATE UNIQUE INDEX grants_by_identity ON grants (COALESCE(host_id, ''), COALESCE(folder_id, ''), \
                  COALESCE(account_id, ''), COALESCE(group_id, ''))";
    manager.get_connection().execute_unprepared(unique).await.map(drop)
}

async fn own_logins(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("own_logins")
        .col(text("account_id"))
        .col(text("host_id"))
        .col(text_null("username"))
        .col(text_null("credential_id"))
        .primary_key(Index::create().col("account_id").col("host_id"))
        .foreign_key(&mut cascade("own_logins", "account_id", "accounts"))
        .foreign_key(&mut cascade("own_logins", "host_id", "hosts"))
        .foreign_key(&mut cascade("own_logins", "credential_id", "credentials"));
    manager.create_table(table).await?;
    manager.create_index(index("own_logins", "host_id")).await
}

fn cascade(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Cascade).take()
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_by_{column}")).table(table).col(column).take()
}
