//! Whether a host's shells may ask an agent that signs with the key of its owner.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean("agent_forwarding").default(false).take();
        manager.alter_table(Table::alter().table("hosts").add_column(column).take()).await
    }
}
