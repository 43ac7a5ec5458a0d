//! Folders, hosts and trusted host keys.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        folders(manager).await?;
        hosts(manager).await?;
        host_keys(manager).await
    }
}

fn key(from: (&'static str, &'static str), to: &'static str, on_delete: ForeignKeyAction) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from.0, from.1).to(to, "id").on_delete(on_delete).take()
}

async fn folders(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("folders")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text("name"))
        .col(text("name_key"))
        .col(text_null("parent_id"))
        .foreign_key(&mut key(("folders", "account_id"), "accounts", ForeignKeyAction::Cascade))
        // NO ACTION refuses to delete what others point at, yet lets a whole account go.
        .foreign_key(&mut key(("folders", "parent_id"), "folders", ForeignKeyAction::NoAction));
    manager.create_table(table).await?;
    manager.create_index(unique_name("folders")).await?;
    manager.create_index(index("folders", "parent_id")).await
}

async fn hosts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("hosts")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text("name"))
        .col(text("name_key"))
        .col(text("address"))
        .col(integer("port"))
        .col(text("protocol"))
        .col(text_null("username"))
        .col(text_null("credential_id"))
        .col(text_null("folder_id"))
        .col(text_null("jump_host_id"))
        .col(text("tags"))
        .col(text("device"))
        // Lower-cased: what the search looks in (except the folder's name), and the tags, each between line ends.
        .col(text("search_key"))
        .col(text("tags_key"))
        .col(text("status"))
        .col(big_integer_null("probed_at"))
        .col(text("bootstrap"))
        .col(text_null("bootstrap_message"))
        .col(big_integer_null("bootstrap_at"))
        .col(text_null("os"))
        .col(text_null("hostname"))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .foreign_key(&mut key(("hosts", "account_id"), "accounts", ForeignKeyAction::Cascade))
        .foreign_key(&mut key(("hosts", "credential_id"), "credentials", ForeignKeyAction::SetNull))
        .foreign_key(&mut key(("hosts", "folder_id"), "folders", ForeignKeyAction::NoAction))
        .foreign_key(&mut key(("hosts", "jump_host_id"), "hosts", ForeignKeyAction::NoAction));
    manager.create_table(table).await?;
    manager.create_index(unique_name("hosts")).await?;
    for column in ["credential_id", "folder_id", "jump_host_id"] {
        manager.create_index(index("hosts", column)).await?;
    }
    Ok(())
}

async fn host_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("host_keys")
        .col(text("account_id"))
        .col(text("endpoint"))
        .col(text("openssh"))
        .col(big_integer("trusted_at"))
        // One key for each endpoint: whatever races, the trusted key is one and the last one.
        .primary_key(Index::create().col("account_id").col("endpoint"))
        .foreign_key(&mut key(("host_keys", "account_id"), "accounts", ForeignKeyAction::Cascade));
    manager.create_table(table).await
}

fn unique_name(table: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("{table}_by_account_id_name_key"))
        .table(table)
        .col("account_id")
        .col("name_key")
        .unique()
        .take()
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_by_{column}")).table(table).col(column).take()
}
