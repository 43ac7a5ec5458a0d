//! What a token may be used for, and when an account was last seen. Tokens that are there keep what they could do: all of it,
//! and those of an admin `admin` as well.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Also what an older program writes by not naming the column.
const USUAL: &str = "read,connect,files";

const WHOLE: &str = "read,connect,files,admin";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text("scopes").default(USUAL).take();
        manager.alter_table(Table::alter().table("tokens").add_column(column).take()).await?;
        let column = big_integer_null("last_seen_at");
        manager.alter_table(Table::alter().table("accounts").add_column(column).take()).await?;
        let admins = Query::select().column("id").from("accounts").and_where(Expr::col("role").eq("admin")).take();
        let update = Query::update()
            .table("tokens")
            .value("scopes", WHOLE)
            .and_where(Expr::col("account_id").in_subquery(admins))
            .take();
        manager.execute(update).await
    }
}
