//! The audit log becomes a chain: each line has a number without gaps and stands on the hash of the line before it, and the
//! database itself refuses what would change it.
//!
//! Lines from before are chained here, in their order and under new numbers, and a line behind them says so: that nobody
//! changed them earlier cannot be known.

use crate::{chain, words};
use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{DbBackend, FromQueryResult, Statement},
};
use std::time::{SystemTime, UNIX_EPOCH};
use wire::{
    Timestamp,
    audit::{AuditEvent, AuditHash, AuditHead},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const PAGE: i64 = 500;

/// What no user of the tables may do, whoever it is, as triggers. The chain's row moves forward only, and only onto lines that
/// are there; a line is added behind the head and goes only when the row says that it may.
const SQLITE: [&str; 6] = [
    "CREATE TRIGGER audit_lines_follow BEFORE INSERT ON audit_lines WHEN NOT EXISTS (SELECT 1 FROM audit_chain \
     WHERE head_number = new.number - 1 AND head_hash = new.previous) \
     BEGIN SELECT RAISE(ABORT, 'a line of the audit log follows its last line'); END",
    "CREATE TRIGGER audit_lines_stay BEFORE UPDATE ON audit_lines \
     BEGIN SELECT RAISE(ABORT, 'a line of the audit log is never changed'); END",
    "CREATE TRIGGER audit_lines_remain BEFORE DELETE ON audit_lines \
     WHEN NOT EXISTS (SELECT 1 FROM audit_chain WHERE removed_number >= old.number) \
     BEGIN SELECT RAISE(ABORT, 'a line of the audit log goes by retention alone'); END",
    "CREATE TRIGGER audit_chain_one BEFORE INSERT ON audit_chain WHEN EXISTS (SELECT 1 FROM audit_chain) \
     BEGIN SELECT RAISE(ABORT, 'the audit log is one chain'); END",
    "CREATE TRIGGER audit_chain_remains BEFORE DELETE ON audit_chain \
     BEGIN SELECT RAISE(ABORT, 'the audit log is one chain'); END",
    "CREATE TRIGGER audit_chain_forward BEFORE UPDATE ON audit_chain \
     WHEN new.head_number < old.head_number OR new.removed_number < old.removed_number \
     OR ((new.head_number <> old.head_number OR new.head_hash <> old.head_hash) AND NOT EXISTS \
     (SELECT 1 FROM audit_lines WHERE number = new.head_number AND hash = new.head_hash)) \
     OR ((new.removed_number <> old.removed_number OR new.removed_hash <> old.removed_hash) AND NOT EXISTS \
     (SELECT 1 FROM audit_lines WHERE number = new.removed_number AND hash = new.removed_hash)) \
     BEGIN SELECT RAISE(ABORT, 'the audit log goes forward, onto lines that are there'); END",
];

const POSTGRES: [&str; 6] = [
    "CREATE FUNCTION audit_lines_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     IF TG_OP = 'INSERT' THEN \
       IF NOT EXISTS (SELECT 1 FROM audit_chain WHERE head_number = NEW.number - 1 AND head_hash = NEW.previous) THEN \
         RAISE EXCEPTION 'a line of the audit log follows its last line'; END IF; \
       RETURN NEW; \
     ELSIF TG_OP = 'DELETE' THEN \
       IF NOT EXISTS (SELECT 1 FROM audit_chain WHERE removed_number >= OLD.number) THEN \
         RAISE EXCEPTION 'a line of the audit log goes by retention alone'; END IF; \
       RETURN OLD; \
     END IF; \
     RAISE EXCEPTION 'a line of the audit log is never changed'; END $$",
    "CREATE FUNCTION audit_chain_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     IF TG_OP <> 'UPDATE' THEN RAISE EXCEPTION 'the audit log is one chain'; END IF; \
     IF NEW.head_number < OLD.head_number OR NEW.removed_number < OLD.removed_number \
       OR ((NEW.head_number, NEW.head_hash) IS DISTINCT FROM (OLD.head_number, OLD.head_hash) AND NOT EXISTS \
         (SELECT 1 FROM audit_lines WHERE number = NEW.head_number AND hash = NEW.head_hash)) \
       OR ((NEW.removed_number, NEW.removed_hash) IS DISTINCT FROM (OLD.removed_number, OLD.removed_hash) AND NOT EXISTS \
         (SELECT 1 FROM audit_lines WHERE number = NEW.removed_number AND hash = NEW.removed_hash)) THEN \
       RAISE EXCEPTION 'the audit log goes forward, onto lines that are there'; END IF; \
     RETURN NEW; END $$",
    "CREATE TRIGGER audit_lines_guarded BEFORE INSERT OR UPDATE OR DELETE ON audit_lines \
     FOR EACH ROW EXECUTE FUNCTION audit_lines_guard()",
    "CREATE TRIGGER audit_lines_whole BEFORE TRUNCATE ON audit_lines \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_lines_guard()",
    "CREATE TRIGGER audit_chain_guarded BEFORE INSERT OR UPDATE OR DELETE ON audit_chain \
     FOR EACH ROW EXECUTE FUNCTION audit_chain_guard()",
    "CREATE TRIGGER audit_chain_whole BEFORE TRUNCATE ON audit_chain \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_chain_guard()",
];

/// A line of before.
#[derive(FromQueryResult)]
struct Old {
    id: i64,
    at: i64,
    account_id: Option<String>,
    account_name: String,
    address: Option<String>,
    request_id: String,
    action: String,
    object: String,
    outcome: String,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        lines(manager).await?;
        let head = copied(manager.get_connection()).await?;
        chain(manager, head).await?;
        manager.drop_table(Table::drop().table("audit_events").take()).await?;
        let triggers = if manager.get_database_backend() == DbBackend::Sqlite { SQLITE } else { POSTGRES };
        for trigger in triggers {
            manager.get_connection().execute_unprepared(trigger).await?;
        }
        Ok(())
    }
}

async fn lines(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("audit_lines")
        .col(big_integer("number").primary_key())
        .col(big_integer("at"))
        .col(text_null("account_id"))
        .col(text("account_name"))
        .col(text_null("address"))
        .col(text("request_id"))
        .col(text("action"))
        .col(text("object"))
        .col(text("outcome"))
        .col(blob("previous"))
        .col(blob("hash"));
    manager.create_table(table).await?;
    let by_action =
        Index::create().name("audit_lines_by_action").table("audit_lines").col("action").col("number").take();
    manager.create_index(by_action).await
}

async fn chain(manager: &SchemaManager<'_>, head: AuditHead) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("audit_chain")
        .col(big_integer("id").primary_key())
        .col(big_integer("head_number"))
        .col(blob("head_hash"))
        .col(big_integer("removed_number"))
        .col(blob("removed_hash"));
    manager.create_table(table).await?;
    let hash = |hash: AuditHash| Expr::value(hash.bytes().to_vec());
    let mut row = Query::insert();
    row.into_table("audit_chain").columns(["id", "head_number", "head_hash", "removed_number", "removed_hash"]);
    let none = hash(AuditHash::NONE);
    row.values([Expr::value(1), Expr::value(head.number), hash(head.hash), Expr::value(0), none])
        .map_err(|error| DbErr::Migration(error.to_string()))?;
    manager.execute(row).await
}

/// Chains the lines that are there.
async fn copied(db: &SchemaManagerConnection<'_>) -> Result<AuditHead, DbErr> {
    let (mut head, mut after) = (AuditHead::START, i64::MIN);
    loop {
        let page = "SELECT id, \"at\", account_id, account_name, address, request_id, action, object, outcome \
                    FROM audit_events WHERE id > $1 ORDER BY id LIMIT $2";
        let page = Statement::from_sql_and_values(db.get_database_backend(), page, [after.into(), PAGE.into()]);
        let rows = Old::find_by_statement(page).all(db).await?;
        if rows.is_empty() {
            break;
        }
        for old in rows {
            after = old.id;
            head = append(db, head, event(old)?).await?;
        }
    }
    if head.number == 0 { Ok(head) } else { append(db, head, begins(head)).await }
}

async fn append(db: &SchemaManagerConnection<'_>, head: AuditHead, mut line: AuditEvent) -> Result<AuditHead, DbErr> {
    (line.id, line.previous) = (head.number + 1, head.hash);
    line.hash = chain::hash(&line);
    let head = line.head();
    let values = [
        line.id.into(),
        line.at.millis().into(),
        line.account_id.map(|id| id.to_string()).into(),
        line.account_name.into(),
        line.address.into(),
        line.request_id.into(),
        line.action.into(),
        line.object.into(),
        line.outcome.into(),
        line.previous.bytes().to_vec().into(),
        line.hash.bytes().to_vec().into(),
    ];
    let insert = "INSERT INTO audit_lines (number, \"at\", account_id, account_name, address, request_id, action, object, \
                  outcome, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), insert, values)).await?;
    Ok(head)
}

fn event(old: Old) -> Result<AuditEvent, DbErr> {
    let account_id = old.account_id.map(words::parse_id).transpose();
    Ok(AuditEvent {
        id: 0,
        at: Timestamp::from_millis(old.at),
        account_id: account_id.map_err(|error| DbErr::Custom(error.to_string()))?,
        account_name: old.account_name,
        address: old.address,
        request_id: old.request_id,
        action: old.action,
        object: old.object,
        outcome: old.outcome,
        previous: AuditHash::NONE,
        hash: AuditHash::NONE,
    })
}

/// The line that says where the chain begins in truth.
fn begins(head: AuditHead) -> AuditEvent {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    AuditEvent {
        id: 0,
        at: Timestamp::from_millis(now.try_into().unwrap_or(i64::MAX)),
        account_id: None,
        account_name: "server".into(),
        address: None,
        request_id: String::new(),
        action: "audit.begin".into(),
        object: format!("lines 1 to {}", head.number),
        outcome: "they were written before there was a chain, and were chained only now".into(),
        previous: AuditHash::NONE,
        hash: AuditHash::NONE,
    }
}
