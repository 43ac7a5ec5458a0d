//! Recordings: what is known of each beside its file.

use super::only::Only;
use crate::{
    Db, StorageError,
    entities::recording::{ActiveModel, Column, Entity, Model},
    repos::LIST_LIMIT,
    words,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use wire::{AccountId, HostId, RecordingId, Timestamp, recordings::RecordingState};

/// A recording as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingRecord {
    /// Its id; its session's as well.
    pub id: RecordingId,
    /// Whose session it was.
    pub account_id: AccountId,
    /// That account's name at the time.
    pub account_name: String,
    /// The host; missing when it was not in the inventory.
    pub host_id: Option<HostId>,
    /// The host's name at the time.
    pub host_name: String,
    /// The username on the host.
    pub username: String,
    /// Where it is in its life.
    pub state: RecordingState,
    /// Why it breaks off.
    pub message: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long it is, in milliseconds.
    pub duration_ms: u64,
    /// Width at the beginning, in cells.
    pub cols: u16,
    /// Height at the beginning, in cells.
    pub rows: u16,
    /// How many commands are marked in it.
    pub commands: u32,
    /// Its file's name in the recordings' folder.
    pub file: String,
    /// Whether the file is sealed.
    pub sealed: bool,
    /// Whether a policy required it.
    pub required: bool,
    /// Whether nothing remains to be done: its file has an index, or cannot have one.
    pub indexed: bool,
    /// The server process that wrote it.
    pub node: String,
}

/// Which recordings are meant.
#[derive(Debug, Clone, Default)]
pub struct RecordingFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of the host with this id or exactly this name.
    pub host: Option<String>,
    /// Older than the one with this start and id.
    pub before: Option<(Timestamp, RecordingId)>,
}

/// How a recording ended.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingEnd {
    /// Finished or failed.
    pub state: RecordingState,
    /// Why it breaks off.
    pub message: Option<String>,
    /// When.
    pub ended_at: Timestamp,
    /// How long it is, in milliseconds.
    pub duration_ms: u64,
    /// How many commands are marked in it.
    pub commands: u32,
}

/// The recordings.
#[derive(Debug, Clone)]
pub struct Recordings(pub(crate) Db);

impl Recordings {
    /// Adds one.
    pub async fn insert(&self, recording: &RecordingRecord) -> Result<(), StorageError> {
        Entity::insert(row(recording)).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// The one with this id.
    pub async fn get(&self, id: &RecordingId) -> Result<Option<RecordingRecord>, StorageError> {
        Entity::find_by_id(id.as_str()).only(&self.0.reads).await?.map(record).transpose()
    }

    /// Those that a filter means, the newest first.
    pub async fn list(&self, filter: &RecordingFilter, limit: u64) -> Result<Vec<RecordingRecord>, StorageError> {
        let mut select = Entity::find();
        if let Some(account) = &filter.account {
            select = select.filter(Column::AccountId.eq(account.as_str()));
        }
        if let Some(host) = &filter.host {
            let either = Condition::any().add(Column::HostId.eq(host.as_str())).add(Column::HostName.eq(host.as_str()));
            select = select.filter(either);
        }
        if let Some((at, id)) = &filter.before {
            let same = Condition::all().add(Column::StartedAt.eq(at.millis())).add(Column::Id.lt(id.as_str()));
            select = select.filter(Condition::any().add(Column::StartedAt.lt(at.millis())).add(same));
        }
        let select = select.order_by_desc(Column::StartedAt).order_by_desc(Column::Id).limit(limit.min(LIST_LIMIT));
        select.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// Those of a process that are marked as running.
    pub async fn running_on(&self, node: &str) -> Result<Vec<RecordingRecord>, StorageError> {
        let select = Entity::find()
            .filter(Column::State.eq(words::word(RecordingState::Running)))
            .filter(Column::Node.eq(node))
            .limit(LIST_LIMIT);
        select.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// Those that ended on a process and whose file has no index yet, the oldest first.
    pub async fn unindexed_on(&self, node: &str) -> Result<Vec<RecordingRecord>, StorageError> {
        let select = Entity::find()
            .filter(Column::State.ne(words::word(RecordingState::Running)))
            .filter(Column::Node.eq(node))
            .filter(Column::Indexed.eq(false))
            .order_by_asc(Column::StartedAt)
            .limit(LIST_LIMIT);
        select.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// Those that ended before this moment, the oldest first.
    pub async fn ended_before(&self, at: Timestamp, limit: u64) -> Result<Vec<RecordingRecord>, StorageError> {
        let select = Entity::find()
            .filter(Column::EndedAt.lt(at.millis()))
            .order_by_asc(Column::EndedAt)
            .limit(limit.min(LIST_LIMIT));
        select.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// Writes down how a running one ended. Whether it was running.
    pub async fn end(&self, id: &RecordingId, end: &RecordingEnd) -> Result<bool, StorageError> {
        let change = ActiveModel {
            state: Set(words::word(end.state)),
            message: Set(end.message.as_deref().map(words::storable)),
            ended_at: Set(Some(end.ended_at.millis())),
            duration_ms: Set(stored(end.duration_ms)),
            commands: Set(i64::from(end.commands)),
            ..Default::default()
        };
        let update = Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(id.as_str()))
            .filter(Column::State.eq(words::word(RecordingState::Running)));
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Its file has its index now (or cannot have one); this is what it says.
    pub async fn indexed(&self, id: &RecordingId, duration_ms: u64, commands: u32) -> Result<(), StorageError> {
        let change = ActiveModel {
            indexed: Set(true),
            duration_ms: Set(stored(duration_ms)),
            commands: Set(i64::from(commands)),
            ..Default::default()
        };
        Entity::update_many().set(change).filter(Column::Id.eq(id.as_str())).exec(&self.0.writes).await?;
        Ok(())
    }

    /// Forgets one. Whether it was there.
    pub async fn delete(&self, id: &RecordingId) -> Result<bool, StorageError> {
        Ok(Entity::delete_by_id(id.as_str()).exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Which of these files belong to no recording.
    pub async fn strangers(&self, files: &[String]) -> Result<Vec<String>, StorageError> {
        let mut strangers = Vec::new();
        for some in files.chunks(500) {
            let known: Vec<String> = Entity::find()
                .select_only()
                .column(Column::File)
                .filter(Column::File.is_in(some.iter().map(String::as_str)))
                .into_tuple()
                .all(&self.0.reads)
                .await?;
            strangers.extend(some.iter().filter(|file| !known.contains(file)).cloned());
        }
        Ok(strangers)
    }
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn row(recording: &RecordingRecord) -> ActiveModel {
    ActiveModel {
        id: Set(recording.id.to_string()),
        account_id: Set(recording.account_id.to_string()),
        account_name: Set(recording.account_name.clone()),
        host_id: Set(recording.host_id.as_ref().map(ToString::to_string)),
        host_name: Set(words::storable(&recording.host_name)),
        username: Set(words::storable(&recording.username)),
        state: Set(words::word(recording.state)),
        message: Set(recording.message.as_deref().map(words::storable)),
        started_at: Set(recording.started_at.millis()),
        ended_at: Set(recording.ended_at.map(Timestamp::millis)),
        duration_ms: Set(stored(recording.duration_ms)),
        cols: Set(recording.cols.into()),
        rows: Set(recording.rows.into()),
        commands: Set(recording.commands.into()),
        file: Set(recording.file.clone()),
        sealed: Set(recording.sealed),
        required: Set(recording.required),
        indexed: Set(recording.indexed),
        node: Set(recording.node.clone()),
    }
}

fn record(row: Model) -> Result<RecordingRecord, StorageError> {
    Ok(RecordingRecord {
        id: words::parse_id(row.id)?,
        account_id: words::parse_id(row.account_id)?,
        account_name: row.account_name,
        host_id: row.host_id.map(words::parse_id).transpose()?,
        host_name: row.host_name,
        username: row.username,
        state: words::parse_word("recording state", &row.state)?,
        message: row.message,
        started_at: Timestamp::from_millis(row.started_at),
        ended_at: words::moment(row.ended_at),
        duration_ms: words::parse_number("duration", row.duration_ms)?,
        cols: words::parse_number("width", row.cols)?,
        rows: words::parse_number("height", row.rows)?,
        commands: words::parse_number("number of commands", row.commands)?,
        file: row.file,
        sealed: row.sealed,
        required: row.required,
        indexed: row.indexed,
        node: row.node,
    })
}
