//! Recordings. What they show stays for whoever has to look at it, even when the account or the host is gone: no
//! foreign keys.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("recordings")
            .col(text("id").primary_key())
            .col(text("account_id"))
            .col(text("account_name"))
            .col(text_null("host_id"))
            .col(text("host_name"))
            .col(text("username"))
            .col(text("state"))
            .col(text_null("message"))
            .col(big_integer("started_at"))
            .col(big_integer_null("ended_at"))
            .col(big_integer("duration_ms"))
            .col(big_integer("cols"))
            .col(big_integer("rows"))
            .col(big_integer("commands"))
            .col(text("file"))
            .col(boolean("sealed"))
            .col(boolean("required"))
            .col(boolean("indexed"))
            .col(text("node"));
        manager.create_table(table).await?;
        for columns in
            [&["started_at", "id"][..], &["account_id", "started_at"], &["host_id", "started_at"], &["state"]]
        {
            let mut index = Index::create();
            index.name(format!("recordings_by_{}", columns.join("_"))).table("recordings");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
