//! Hosts of an account that are named by their ids.

use crate::entities::host::Column;
use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, SimpleExpr},
};
use wire::{AccountId, HostId};

/// So many ids are named in one statement.
pub(super) const CHUNK: usize = 500;

/// Whose a host is, as no index knows it: SQLite takes an account for rarer than a few ids, and looks at all its hosts.
macro_rules! owner {
    () => {
        "COALESCE(account_id, '')"
    };
}
pub(super) use owner;

/// The account's hosts of these ids; each is looked up by its id.
pub(super) fn named<'a>(account: &AccountId, ids: impl IntoIterator<Item = &'a HostId>) -> Condition {
    let of_ids: SimpleExpr = Column::Id.is_in(ids.into_iter().map(HostId::as_str));
    Condition::all().add(of_ids).add(Expr::cust(owner!()).eq(account.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Storage,
        entities::host::{ActiveModel, Entity},
    };
    use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryTrait, Set, Statement};

    #[tokio::test]
    async fn sqlite_looks_named_hosts_up_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&format!("sqlite://{}/berth.db?mode=rwc", folder.path().display())).await.unwrap();
        let account: AccountId = "account".parse().unwrap();
        let ids: Vec<HostId> = (0..CHUNK).map(|at| format!("host-{at}").parse().unwrap()).collect();
        let these = || named(&account, &ids);
        let change = ActiveModel { folder_id: Set(None), ..Default::default() };
        let statements = [
            Entity::find().filter(these()).build(DbBackend::Sqlite),
            Entity::update_many().set(change).filter(these()).build(DbBackend::Sqlite),
            Entity::delete_many().filter(these()).build(DbBackend::Sqlite),
        ];
        for statement in statements {
            let Statement { sql, values, .. } = statement;
            let explain = Statement { sql: format!("EXPLAIN QUERY PLAN {sql}"), values, db_backend: DbBackend::Sqlite };
            let row = storage.inventory().0.reads.query_one_raw(explain).await.unwrap().unwrap();
            let plan: String = row.try_get("", "detail").unwrap();
            assert!(plan.ends_with("(id=?)"), "{plan}");
        }
    }
}
