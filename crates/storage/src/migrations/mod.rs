//! The tables' history. A merged file is never changed: what comes later is a new file with a later date.
//!
//! All pending files run in one transaction, behind a lock, so that two processes that start at once do the work
//! once, and a failure leaves nothing half done. There is no way down.

mod m20261121_000001_accounts;
mod m20261121_000002_inventory;
mod m20261121_000003_terminal;
mod m20261121_000004_history;
mod m20261121_000005_policy;
mod m20261121_000006_recordings;
mod m20261121_000007_sharing;
mod m20261121_000008_command_ends;
mod m20261121_000009_snippets;
mod m20261121_000010_inventory_at_scale;
mod m20261121_000011_host_search;
mod m20261121_000012_import_frames;
mod m20261121_000013_netbox;
mod m20261121_000014_netbox_sync;
mod m20261121_000015_grants;
mod m20261121_000016_audit_chain;
mod m20261121_000017_second_factors;
mod m20261122_000018_scopes;
mod m20261122_000019_identities;
mod m20261122_000020_certificates;
mod m20261122_000021_passkeys;
mod m20261122_000022_shared_credentials;
mod m20261122_000023_agent_forwarding;

use crate::{StorageError, connect::Db};
use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait, async_trait};

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_accounts::Migration),
            Box::new(m20261121_000002_inventory::Migration),
            Box::new(m20261121_000003_terminal::Migration),
            Box::new(m20261121_000004_history::Migration),
            Box::new(m20261121_000005_policy::Migration),
            Box::new(m20261121_000006_recordings::Migration),
            Box::new(m20261121_000007_sharing::Migration),
            Box::new(m20261121_000008_command_ends::Migration),
            Box::new(m20261121_000009_snippets::Migration),
            Box::new(m20261121_000010_inventory_at_scale::Migration),
            Box::new(m20261121_000011_host_search::Migration),
            Box::new(m20261121_000012_import_frames::Migration),
            Box::new(m20261121_000013_netbox::Migration),
            Box::new(m20261121_000014_netbox_sync::Migration),
            Box::new(m20261121_000015_grants::Migration),
            Box::new(m20261121_000016_audit_chain::Migration),
            Box::new(m20261121_000017_second_factors::Migration),
            Box::new(m20261122_000018_scopes::Migration),
            Box::new(m20261122_000019_identities::Migration),
            Box::new(m20261122_000020_certificates::Migration),
            Box::new(m20261122_000021_passkeys::Migration),
            Box::new(m20261122_000022_shared_credentials::Migration),
            Box::new(m20261122_000023_agent_forwarding::Migration),
        ]
    }
}

/// PostgreSQL: waits for any other process that migrates (the number is "berth" in ASCII). A migration may take
/// longer than a statement otherwise may.
const POSTGRES_LOCK: &str =
    "SET LOCAL statement_timeout = '10min'; SELECT pg_advisory_xact_lock(x'6265727468'::bigint);";

/// Brings the tables up to date.
pub(crate) async fn run(db: &Db) -> Result<(), StorageError> {
    // On SQLite this takes the write lock at once, which is all the lock that is needed.
    let txn = db.begin().await?;
    if txn.get_database_backend() == DbBackend::Postgres {
        txn.execute_unprepared(POSTGRES_LOCK).await?;
    }
    Migrator::up(&txn, None).await?;
    Ok(txn.commit().await?)
}
