//! What Berth itself notes about a host: probes, bootstraps, last use.

use super::{
    Inventory,
    named::{CHUNK, named},
};
use crate::{
    StorageError,
    entities::host::{ActiveModel, Column, Entity},
    words,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set, Statement};
use wire::{
    AccountId, CredentialId, HostId, Timestamp,
    inventory::{BootstrapState, Reachability},
};

/// Hosts that are reached without another one: neither they nor the folders around them say a jump host, or they say that
/// it does not count for them.
const STRAIGHT: &str = "WITH RECURSIVE said (id, jump) AS ( \
    SELECT id, CASE WHEN direct THEN NULL ELSE jump_host_id END FROM folders WHERE parent_id IS NULL \
    UNION ALL SELECT folders.id, \
    CASE WHEN folders.direct THEN NULL ELSE COALESCE(folders.jump_host_id, said.jump) END \
    FROM said JOIN folders ON folders.parent_id = said.id) \
    SELECT hosts.account_id, hosts.id, hosts.address, hosts.port FROM hosts \
    LEFT JOIN said ON said.id = hosts.folder_id \
    WHERE hosts.id > $1 AND (hosts.direct OR (hosts.jump_host_id IS NULL \
    AND (said.jump IS NULL OR said.jump = hosts.id OR hosts.protocol <> 'ssh'))) \
    ORDER BY hosts.id LIMIT $2";

/// How a bootstrap ended.
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrapRecord {
    /// How.
    pub state: BootstrapState,
    /// What was done, or why it failed.
    pub message: String,
    /// When.
    pub at: Timestamp,
    /// The operating system; `None` keeps what an earlier one read.
    pub os: Option<String>,
    /// The host's own name; `None` keeps what an earlier one read.
    pub hostname: Option<String>,
}

impl Inventory {
    /// What the probe can dial, over all accounts, by id: `limit` hosts after this one. Hosts behind another host
    /// cannot be dialled from here and are left out.
    pub async fn all_endpoints(
        &self,
        limit: u64,
        after: Option<&HostId>,
    ) -> Result<Vec<(AccountId, HostId, String, u16)>, StorageError> {
        let db = &self.0.reads;
        let after = after.map_or("", HostId::as_str);
        let values = [after.into(), limit.cast_signed().into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), STRAIGHT, values);
        let rows = db.query_all_raw(statement).await?;
        rows.into_iter()
            .map(|row| {
                let port = words::parse_number("port", i64::from(row.try_get_by_index::<i32>(3)?))?;
                let (account, id) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                Ok((words::parse_id(account)?, words::parse_id(id)?, row.try_get_by_index(2)?, port))
            })
            .collect()
    }

    /// Notes what a probe found. Whether that is something else than what was known.
    pub async fn set_reachability(
        &self,
        id: &HostId,
        status: Reachability,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let change =
            ActiveModel { status: Set(words::word(status)), probed_at: Set(Some(at.millis())), ..Default::default() };
        let found = words::word(status);
        let note = Entity::update_many().set(change).filter(Column::Id.eq(id.as_str()));
        let news = note.clone().filter(Column::Status.ne(found)).exec(&self.0.writes).await?;
        if news.rows_affected > 0 {
            return Ok(true);
        }
        note.exec(&self.0.writes).await?;
        Ok(false)
    }

    /// Notes that probes found all these so. Whether that is something else than what was known of any.
    pub async fn set_all_reachable(
        &self,
        ids: &[HostId],
        status: Reachability,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let (found, mut news) = (words::word(status), false);
        let change =
            ActiveModel { status: Set(found.clone()), probed_at: Set(Some(at.millis())), ..Default::default() };
        for ids in ids.chunks(CHUNK) {
            let one_of = Column::Id.is_in(ids.iter().map(HostId::as_str));
            let known = Entity::find().filter(one_of.clone()).filter(Column::Status.ne(found.clone()));
            news = news || known.count(&self.0.reads).await? > 0;
            Entity::update_many().set(change.clone()).filter(one_of).exec(&self.0.writes).await?;
        }
        Ok(news)
    }

    /// Gives these hosts of an account a credential of their own, or takes it away.
    pub async fn set_credential(
        &self,
        account: &AccountId,
        ids: &[HostId],
        credential: Option<&CredentialId>,
    ) -> Result<(), StorageError> {
        let change = ActiveModel { credential_id: Set(credential.map(ToString::to_string)), ..Default::default() };
        for ids in ids.chunks(CHUNK) {
            Entity::update_many().set(change.clone()).filter(named(account, ids)).exec(&self.0.writes).await?;
        }
        Ok(())
    }

    /// Notes how a bootstrap ended.
    pub async fn set_bootstrap(
        &self,
        account: &AccountId,
        id: &HostId,
        bootstrap: &BootstrapRecord,
    ) -> Result<(), StorageError> {
        let mut change = ActiveModel {
            bootstrap: Set(words::word(bootstrap.state)),
            bootstrap_message: Set(Some(words::storable(&bootstrap.message))),
            bootstrap_at: Set(Some(bootstrap.at.millis())),
            ..Default::default()
        };
        if bootstrap.state == BootstrapState::Success {
            reached(&mut change, bootstrap.at);
        }
        if let Some(os) = &bootstrap.os {
            change.os = Set(Some(words::storable(os)));
        }
        if let Some(hostname) = &bootstrap.hostname {
            change.hostname = Set(Some(words::storable(hostname)));
        }
        if bootstrap.os.is_some() || bootstrap.hostname.is_some() {
            // What is not told stays as it was, and so in the text that is searched.
            let (os, hostname) = self.host(account, id).await?.map(|host| (host.os, host.hostname)).unwrap_or_default();
            let (os, hostname) = (bootstrap.os.clone().or(os), bootstrap.hostname.clone().or(hostname));
            change.found_key = Set(words::found_text(hostname.as_deref(), os.as_deref()));
        }
        self.note(account, id, change).await
    }

    /// Notes that it was opened, so it can be reached.
    pub async fn set_last_used(&self, account: &AccountId, id: &HostId, at: Timestamp) -> Result<(), StorageError> {
        let mut change = ActiveModel { last_used_at: Set(Some(at.millis())), ..Default::default() };
        reached(&mut change, at);
        self.note(account, id, change).await
    }

    /// Forgets what probes and bootstraps found: the host stands for another machine from now on.
    pub async fn forget_findings(&self, account: &AccountId, id: &HostId) -> Result<(), StorageError> {
        self.note(account, id, super::batch::nothing_found()).await
    }

    async fn note(&self, account: &AccountId, id: &HostId, change: ActiveModel) -> Result<(), StorageError> {
        Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(id.as_str()))
            .filter(Column::AccountId.eq(account.as_str()))
            .exec(&self.0.writes)
            .await?;
        Ok(())
    }
}

/// Whoever opened a host knows better than a probe.
fn reached(change: &mut ActiveModel, at: Timestamp) {
    change.status = Set(words::word(Reachability::Online));
    change.probed_at = Set(Some(at.millis()));
}
