//! What folders say for the hosts inside, hosts that share a name, and what stands beside them: marks, saved filters,
//! changes that can be taken back, and where hosts and folders were read from.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        folders_say(manager).await?;
        identities(manager).await?;
        favourites(manager).await?;
        filters(manager).await?;
        undos(manager).await?;
        sources(manager, "host").await?;
        manager
            .alter_table(Table::alter().table("host_sources").add_column(big_integer_null("vanished_at")).take())
            .await?;
        sources(manager, "folder").await
    }
}

async fn folders_say(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = [
        ("folders", text_null("username")),
        ("folders", boolean("direct").default(false).take()),
        ("folders", big_integer_null("idle_timeout_seconds")),
        ("folders", big_integer_null("max_duration_seconds")),
        ("folders", integer_null("max_sessions")),
        ("hosts", boolean("direct").default(false).take()),
    ];
    for (table, column) in columns {
        manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
    }
    // In words, because the builder knows no reference in a column that is added.
    let db = manager.get_connection();
    for (column, target) in
        [("credential_id", "credentials (id) ON DELETE SET NULL"), ("jump_host_id", "hosts (id) ON DELETE NO ACTION")]
    {
        db.execute_unprepared(&format!("ALTER TABLE folders ADD COLUMN {column} text REFERENCES {target}")).await?;
        manager.create_index(index("folders", column)).await?;
    }
    Ok(())
}

/// Hosts are told apart by folder, name, address and port; folders by the folder around them and their name. No row in
/// the place of a missing folder: two nulls are never the same in an index.
async fn identities(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    for statement in [
        "DROP INDEX hosts_by_account_id_name_key",
        "DROP INDEX folders_by_account_id_name_key",
        "CREATE INDEX hosts_by_name_key ON hosts (account_id, name_key)",
        "CREATE UNIQUE INDEX hosts_by_identity ON hosts (account_id, COALESCE(folder_id, ''), name, address, port)",
        "CREATE UNIQUE INDEX folders_by_identity ON folders (account_id, COALESCE(parent_id, ''), name_key)",
    ] {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}

async fn favourites(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("favourites")
        .col(text("account_id"))
        .col(text("host_id"))
        .primary_key(Index::create().col("account_id").col("host_id"))
        .foreign_key(&mut cascade("favourites", "account_id", "accounts"))
        .foreign_key(&mut cascade("favourites", "host_id", "hosts"));
    manager.create_table(table).await?;
    manager.create_index(index("favourites", "host_id")).await
}

async fn filters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("host_filters")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text("name"))
        .col(text("name_key"))
        .col(text("body"))
        .foreign_key(&mut cascade("host_filters", "account_id", "accounts"));
    manager.create_table(table).await?;
    let unique = Index::create()
        .name("host_filters_by_account_id_name_key")
        .table("host_filters")
        .col("account_id")
        .col("name_key")
        .unique()
        .take();
    manager.create_index(unique).await
}

async fn undos(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("undos")
        .col(text("id").primary_key())
        .col(text("account_id"))
        .col(text("what"))
        .col(big_integer("made_at"))
        .col(big_integer("until"))
        .col(binary("images"))
        .foreign_key(&mut cascade("undos", "account_id", "accounts"));
    manager.create_table(table).await?;
    manager.create_index(index("undos", "account_id")).await
}

/// Where hosts or folders were read from: the form, their place in it, and what of it Berth has no field for.
async fn sources(manager: &SchemaManager<'_>, of: &'static str) -> Result<(), DbErr> {
    let (table_name, column, target) = match of {
        "host" => ("host_sources", "host_id", "hosts"),
        _ => ("folder_sources", "folder_id", "folders"),
    };
    let mut table = Table::create();
    table
        .table(table_name)
        .col(text(column))
        .col(text("form"))
        .col(big_integer("position"))
        .col(text("kept"))
        .col(text_null("external_key"))
        .primary_key(Index::create().col(column).col("form"))
        .foreign_key(&mut cascade(table_name, column, target));
    manager.create_table(table).await?;
    manager.create_index(index(table_name, "external_key")).await
}

fn cascade(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Cascade).take()
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_by_{column}")).table(table).col(column).take()
}
