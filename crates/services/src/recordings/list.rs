//! Which recordings there are, for whoever may know.

use super::{Recordings, begin::so_far, blocking, files};
use crate::{Caller, ServiceError, clock::now};
use std::path::PathBuf;
use storage::{RecordingFilter, RecordingRecord};
use wire::{
    AccountId, RecordingId, SessionId, Timestamp,
    accounts::Role,
    recordings::{RecordingList, RecordingQuery, RecordingState, RecordingView},
};

const DEFAULT_PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;

impl Recordings {
    /// The recordings that the caller may watch, the newest first.
    ///
    /// # Errors
    /// `BadInput` on a cursor that is none, `Forbidden` on another account without the right to watch it.
    pub async fn list(&self, caller: &Caller, query: RecordingQuery) -> Result<RecordingList, ServiceError> {
        let limit = query.limit.unwrap_or(DEFAULT_PAGE).clamp(1, LARGEST_PAGE) as usize;
        let filter = RecordingFilter {
            account: self.wanted(caller, query.account.as_deref()).await?,
            host: query.host.filter(|host| !host.is_empty()),
            before: query.cursor.as_deref().map(parse_cursor).transpose()?,
        };
        if let Some(text) = query.search.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) {
            return self.search(caller, filter, &text, limit).await;
        }
        let mut records = self.0.storage.recordings().list(&filter, limit as u64 + 1).await?;
        let more = records.len() > limit;
        records.truncate(limit);
        let next_cursor = records.last().filter(|_| more).map(cursor);
        Ok(RecordingList { recordings: self.views(caller, records).await?, next_cursor })
    }

    /// Whose recordings are meant; `None` for everybody's.
    async fn wanted(&self, caller: &Caller, account: Option<&str>) -> Result<Option<AccountId>, ServiceError> {
        match account {
            None | Some("") => Ok((!may_watch_all(caller)).then(|| caller.account().clone())),
            Some(own) if own == caller.account().as_str() || own == caller.name() => Ok(Some(caller.account().clone())),
            Some(other) if may_watch_all(caller) => {
                let named = self.0.storage.accounts().by_name(other).await?.map(|account| account.id);
                match named {
                    Some(id) => Ok(Some(id)),
                    None => other.parse().map(Some).map_err(|_| ServiceError::missing("account", other)),
                }
            }
            Some(_) => Err(ServiceError::Forbidden("only an admin or a viewer lists another account's recordings")),
        }
    }

    /// A recording that the caller may watch.
    pub(super) async fn readable(&self, caller: &Caller, id: &RecordingId) -> Result<RecordingRecord, ServiceError> {
        let found = self.0.storage.recordings().get(id).await?;
        // Another account's is told as one that never was: nobody learns what exists.
        let watchable = found.filter(|it| caller.account() == &it.account_id || may_watch_all(caller));
        watchable.ok_or_else(|| ServiceError::missing("recording", id))
    }

    pub(super) async fn views(
        &self,
        caller: &Caller,
        records: Vec<RecordingRecord>,
    ) -> Result<Vec<RecordingView>, ServiceError> {
        let paths: Vec<PathBuf> = records.iter().map(|record| self.path(record)).collect();
        let sizes = blocking(move || paths.iter().map(|path| files::size(path)).collect::<Vec<_>>()).await?;
        records.into_iter().zip(sizes).map(|(record, size)| self.view(caller, record, size)).collect()
    }

    fn view(&self, caller: &Caller, record: RecordingRecord, size: Option<u64>) -> Result<RecordingView, ServiceError> {
        let running = record.state == RecordingState::Running;
        let may_delete = self.may_delete(caller, &record) && !running;
        let session_id = SessionId::try_from(record.id.to_string())
            .map_err(|_| ServiceError::Internal("a recording's id is a session's id"))?;
        Ok(RecordingView {
            session_id,
            duration_ms: if running { so_far(&record, now()) } else { record.duration_ms },
            id: record.id,
            account_id: record.account_id,
            account: record.account_name,
            host_id: record.host_id,
            host_name: record.host_name,
            username: record.username,
            state: record.state,
            running,
            message: record.message,
            started_at: record.started_at,
            ended_at: record.ended_at,
            cols: record.cols,
            rows: record.rows,
            bytes: size.unwrap_or(0),
            commands: record.commands,
            sealed: record.sealed,
            required: record.required,
            missing: size.is_none(),
            may_delete,
            matches: Vec::new(),
        })
    }
}

fn may_watch_all(caller: &Caller) -> bool {
    matches!(caller.role(), Role::Admin | Role::Viewer)
}

/// Where the page behind this recording begins.
pub(super) fn cursor(record: &RecordingRecord) -> String {
    format!("{}.{}", record.started_at.millis(), record.id)
}

fn parse_cursor(text: &str) -> Result<(Timestamp, RecordingId), ServiceError> {
    let parsed = text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let (at, id) =
        parsed.ok_or_else(|| ServiceError::bad("the cursor is none of ours; ask for the first page again"))?;
    Ok((Timestamp::from_millis(at), id))
}
