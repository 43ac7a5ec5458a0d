//! The one row of a unique key.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Select, SelectTwo};

/// A query that finds one row at most, because it asks for a unique key.
///
/// `one()` would add a `LIMIT` with a parameter, and SQLite prepares a statement with such a limit anew each time it runs.
pub(super) trait Only {
    /// What a row becomes.
    type Row;

    /// That row.
    async fn only(self, db: &impl ConnectionTrait) -> Result<Option<Self::Row>, DbErr>;
}

impl<E: EntityTrait> Only for Select<E> {
    type Row = E::Model;

    async fn only(self, db: &impl ConnectionTrait) -> Result<Option<Self::Row>, DbErr> {
        Ok(self.all(db).await?.pop())
    }
}

impl<E: EntityTrait, F: EntityTrait> Only for SelectTwo<E, F> {
    type Row = (E::Model, Option<F::Model>);

    async fn only(self, db: &impl ConnectionTrait) -> Result<Option<Self::Row>, DbErr> {
        Ok(self.all(db).await?.pop())
    }
}
