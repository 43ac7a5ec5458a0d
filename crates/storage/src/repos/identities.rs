//! Whom providers of identities and directories know accounts as, and sign-ins by a provider that are on their way. What may
//! happen once is decided here, for all processes.

use super::{LIST_LIMIT, only::Only};
use crate::{
    Db, StorageError,
    entities::{
        account,
        identity::{ActiveModel, Column, Entity, Model},
        oidc_flow as flow,
    },
    repos::accounts::{AccountRecord, insert_new},
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::fmt;
use wire::{AccountId, Timestamp};

const LINKED: &str = "somebody else's account is linked to this identity already";

/// Somebody as a provider or a directory knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRecord {
    /// Who knows them: the issuer's address, or the directory.
    pub issuer: String,
    /// As whom, for ever.
    pub subject: String,
    /// Whose account it is.
    pub account_id: AccountId,
    /// The name that they had there, for people.
    pub known_as: String,
    /// Since when it is linked.
    pub created_at: Timestamp,
    /// When it was last signed in by.
    pub last_used_at: Option<Timestamp>,
}

/// A sign-in by a provider that is on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct FlowRecord {
    /// A hash of the browser's cookie and the state.
    pub id_hash: Vec<u8>,
    /// What the identity's token has to say.
    pub nonce: String,
    /// What goes with the code (PKCE).
    pub verifier: String,
    /// The address that the provider was told to send the browser to.
    pub redirect: String,
    /// The page to go on with.
    pub back: String,
    /// The account to link, and the sign-in that asked for it.
    pub link: Option<(AccountId, String)>,
    /// Until when it may be finished.
    pub expires_at: Timestamp,
}

impl fmt::Debug for FlowRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowRecord").field("link", &self.link).field("back", &self.back).finish_non_exhaustive()
    }
}

/// The identities.
#[derive(Debug, Clone)]
pub struct Identities(pub(crate) Db);

impl Identities {
    /// Whom an issuer knows by a subject.
    pub async fn find(&self, issuer: &str, subject: &str) -> Result<Option<IdentityRecord>, StorageError> {
        let key = (words::storable(issuer), words::storable(subject));
        Entity::find_by_id(key).only(&self.0.reads).await?.map(record).transpose()
    }

    /// Those of an account, the oldest first.
    pub async fn of_account(&self, account: &AccountId) -> Result<Vec<IdentityRecord>, StorageError> {
        let find = Entity::find().filter(Column::AccountId.eq(account.as_str()));
        let find = find.order_by_asc(Column::CreatedAt).order_by_asc(Column::Issuer).limit(LIST_LIMIT);
        find.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// Links one; [`StorageError::Taken`] when it is linked already.
    pub async fn link(&self, identity: &IdentityRecord) -> Result<(), StorageError> {
        let insert = Entity::insert(row(identity)).exec_without_returning(&self.0.writes).await;
        insert.map_err(StorageError::or_taken(LINKED))?;
        Ok(())
    }

    /// Adds an account with its identity, both or none; [`StorageError::Taken`] when the name or the identity is in use.
    pub async fn insert_account(&self, account: &AccountRecord, identity: &IdentityRecord) -> Result<(), StorageError> {
        let txn = self.0.begin().await?;
        insert_new(&txn, account).await?;
        let insert = Entity::insert(row(identity)).exec_without_returning(&txn).await;
        insert.map_err(StorageError::or_taken(LINKED))?;
        Ok(txn.commit().await?)
    }

    /// Unlinks one. One that is the account's last way in, because it has no password, stays: `false`, as when there is none.
    pub async fn unlink(&self, account: &AccountId, issuer: &str, subject: &str) -> Result<bool, StorageError> {
        let txn = self.0.begin().await?;
        let of_account = || Entity::find().filter(Column::AccountId.eq(account.as_str()));
        let owner = account::Entity::find_by_id(account.as_str()).only(&txn).await?;
        if !owner.is_some_and(|owner| owner.has_password) && of_account().count(&txn).await? < 2 {
            return Ok(false);
        }
        let delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        let delete = delete.filter(Column::Issuer.eq(words::storable(issuer)));
        let delete = delete.filter(Column::Subject.eq(words::storable(subject)));
        let gone = delete.exec(&txn).await?.rows_affected > 0;
        txn.commit().await?;
        Ok(gone)
    }

    /// Notes that one was signed in by, and the name that it has there now.
    pub async fn used(&self, issuer: &str, subject: &str, known_as: &str, at: Timestamp) -> Result<(), StorageError> {
        let change = ActiveModel {
            last_used_at: Set(Some(at.millis())),
            known_as: Set(words::storable(known_as)),
            ..Default::default()
        };
        let update = Entity::update_many().set(change).filter(Column::Issuer.eq(words::storable(issuer)));
        update.filter(Column::Subject.eq(words::storable(subject))).exec(&self.0.writes).await?;
        Ok(())
    }

    /// Keeps a sign-in that is on its way, and forgets those whose time is over.
    pub async fn begin(&self, begun: &FlowRecord, now: Timestamp) -> Result<(), StorageError> {
        let txn = self.0.begin().await?;
        flow::Entity::delete_many().filter(flow::Column::ExpiresAt.lte(now.millis())).exec(&txn).await?;
        flow::Entity::insert(flow_row(begun)).exec_without_returning(&txn).await?;
        Ok(txn.commit().await?)
    }

    /// Takes a sign-in that is on its way: of all who come with its key, one gets it.
    pub async fn take(&self, id_hash: &[u8], now: Timestamp) -> Result<Option<FlowRecord>, StorageError> {
        let txn = self.0.begin().await?;
        let found = flow::Entity::find_by_id(id_hash.to_vec()).only(&txn).await?;
        let delete = flow::Entity::delete_many().filter(flow::Column::IdHash.eq(id_hash.to_vec()));
        let is_first = delete.exec(&txn).await?.rows_affected > 0;
        txn.commit().await?;
        found.filter(|found| is_first && found.expires_at > now.millis()).map(flow_record).transpose()
    }
}

fn row(identity: &IdentityRecord) -> ActiveModel {
    ActiveModel {
        issuer: Set(words::storable(&identity.issuer)),
        subject: Set(words::storable(&identity.subject)),
        account_id: Set(identity.account_id.to_string()),
        known_as: Set(words::storable(&identity.known_as)),
        created_at: Set(identity.created_at.millis()),
        last_used_at: Set(identity.last_used_at.map(Timestamp::millis)),
    }
}

fn record(row: Model) -> Result<IdentityRecord, StorageError> {
    Ok(IdentityRecord {
        issuer: row.issuer,
        subject: row.subject,
        account_id: words::parse_id(row.account_id)?,
        known_as: row.known_as,
        created_at: Timestamp::from_millis(row.created_at),
        last_used_at: words::moment(row.last_used_at),
    })
}

fn flow_row(begun: &FlowRecord) -> flow::ActiveModel {
    let (account_id, sign_in) = begun.link.clone().unzip();
    flow::ActiveModel {
        id_hash: Set(begun.id_hash.clone()),
        nonce: Set(begun.nonce.clone()),
        verifier: Set(begun.verifier.clone()),
        redirect: Set(words::storable(&begun.redirect)),
        back: Set(words::storable(&begun.back)),
        account_id: Set(account_id.map(|account| account.to_string())),
        sign_in: Set(sign_in),
        expires_at: Set(begun.expires_at.millis()),
    }
}

fn flow_record(row: flow::Model) -> Result<FlowRecord, StorageError> {
    Ok(FlowRecord {
        link: row.account_id.map(words::parse_id).transpose()?.zip(row.sign_in),
        id_hash: row.id_hash,
        nonce: row.nonce,
        verifier: row.verifier,
        redirect: row.redirect,
        back: row.back,
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}
