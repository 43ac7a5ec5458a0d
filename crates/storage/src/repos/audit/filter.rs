//! Which lines of the audit log a filter means.

use crate::{entities::audit_line::Column, words};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};
use wire::audit::AuditFilter;

/// All that a filter says must hold. Case does not matter where a text is looked for; SQLite knows that of ASCII alone.
pub(super) fn condition(filter: &AuditFilter) -> Condition {
    let said =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Condition::all()
        .add_option(said(&filter.account).map(by_account))
        .add_option(said(&filter.action).map(by_action))
        .add_option(said(&filter.object).map(|text| lower(Column::Object).like(words::containing(&text))))
        .add_option(said(&filter.outcome).map(|text| lower(Column::Outcome).like(words::containing(&text))))
        .add_option(said(&filter.address).map(|text| lower(Column::Address).like(beginning(&words::key(&text)))))
        .add_option(filter.from.map(|from| Column::At.gte(from.millis())))
        .add_option(filter.until.map(|until| Column::At.lt(until.millis())))
}

fn by_account(text: String) -> Condition {
    let text = words::storable(&text);
    let named = lower(Column::AccountName).eq(words::key(&text));
    Condition::any().add(Column::AccountId.eq(text)).add(named)
}

/// A room has no dot in it: all that is done there is meant.
fn by_action(text: String) -> Condition {
    let text = words::key(text.trim_end_matches(['.', '*']));
    let whole = Condition::any().add(Column::Action.eq(text.as_str()));
    if text.contains('.') { whole } else { whole.add(Column::Action.like(beginning(&format!("{text}.")))) }
}

fn lower(column: Column) -> Expr {
    Func::lower(Expr::col(column)).into()
}

fn beginning(text: &str) -> LikeExpr {
    LikeExpr::new(words::beginning_pattern(text)).escape('!')
}
