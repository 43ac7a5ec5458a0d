//! How long recordings are kept: retention, deletion, and what a process that died left behind.

use super::{NODE, Recordings, begin::so_far, blocking, files};
use crate::{Caller, ServiceError, clock::now};
use std::{
    fs,
    sync::{Arc, Weak},
    time::{Duration, UNIX_EPOCH},
};
use storage::{RecordingEnd, RecordingRecord};
use wire::{RecordingId, Timestamp, recordings::RecordingState};

/// How often old recordings are looked for.
const ROUND: Duration = Duration::from_secs(60 * 60);

/// So many are deleted in one go.
const BATCH: u64 = 100;

/// So many strange files are named in the log.
const NAMED: usize = 10;

impl Recordings {
    /// Ends what the process before left running, and looks for files that nobody knows.
    pub(super) async fn tidy_up(&self) -> Result<(), ServiceError> {
        for recording in self.0.storage.recordings().running_on(NODE).await? {
            let path = self.path(&recording);
            let written = blocking(move || fs::metadata(path).and_then(|about| about.modified()).ok()).await?;
            let millis = written.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_millis());
            let ended_at = millis.and_then(|at| i64::try_from(at).ok()).map_or_else(now, Timestamp::from_millis);
            let end = RecordingEnd {
                state: RecordingState::Failed,
                message: Some(
                    "the server ended while the session was recorded; what it showed until then is here".into(),
                ),
                ended_at,
                duration_ms: so_far(&recording, ended_at),
                commands: 0,
            };
            self.end(&recording, &end).await;
        }
        let folder = self.0.settings.directory.clone();
        let (recordings, temporary) = match blocking(move || files::found(&folder)).await? {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "the recordings' folder cannot be read");
                return Ok(());
            }
        };
        for path in temporary {
            // It is written anew; what it was made from is still there.
            let _ = tokio::fs::remove_file(path).await;
        }
        let strangers = self.0.storage.recordings().strangers(&recordings).await?;
        if !strangers.is_empty() {
            let some = strangers[..strangers.len().min(NAMED)].join(", ");
            tracing::warn!(count = strangers.len(), some, "files in the recordings' folder belong to no recording");
        }
        Ok(())
    }

    /// Starts deleting what is older than the settings want. It ends with the recordings room.
    pub(super) fn spawn_retention(&self) {
        if self.0.settings.retention.is_zero() {
            return;
        }
        let (room, stopping) = (Arc::downgrade(&self.0), self.0.stopping.clone());
        self.0.tasks.spawn(async move {
            let mut rounds = tokio::time::interval(ROUND);
            while stopping.run_until_cancelled(rounds.tick()).await.is_some() {
                let Some(recordings) = Weak::upgrade(&room).map(Self) else { return };
                if let Err(error) = recordings.delete_old().await {
                    tracing::warn!(%error, "old recordings could not be deleted; the next round tries again");
                }
            }
        });
    }

    async fn delete_old(&self) -> Result<(), ServiceError> {
        let span = i64::try_from(self.0.settings.retention.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_millis(now().millis().saturating_sub(span));
        loop {
            let old = self.0.storage.recordings().ended_before(before, BATCH).await?;
            let mut deleted = 0;
            for recording in &old {
                if self.0.stopping.is_cancelled() {
                    return Ok(());
                }
                if self.delete_one(recording).await? {
                    let object = format!("recording {} of {}", recording.id, recording.account_name);
                    self.0
                        .audit
                        .note_server("recording.delete", object, "it was older than [recording] retention")
                        .await;
                    deleted += 1;
                }
            }
            if deleted == 0 {
                return Ok(());
            }
        }
    }

    /// Deletes a recording: its owner's right unless it was required, an admin's always.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, or `Conflict` while the session goes on.
    pub async fn delete(&self, caller: &Caller, id: &RecordingId) -> Result<(), ServiceError> {
        let recording = self.readable(caller, id).await?;
        if !self.may_delete(caller, &recording) {
            return Err(ServiceError::Forbidden("this recording may not be deleted by you; ask an admin"));
        }
        if recording.state == RecordingState::Running {
            return Err(ServiceError::Conflict("this is still being recorded; close its session, or wait until the recording is finished, and try again".into()));
        }
        if !self.delete_one(&recording).await? {
            return Err(ServiceError::Conflict(
                "the recording's file could not be deleted; see the server's log".into(),
            ));
        }
        self.note(caller, "recording.delete", &recording, "done").await;
        Ok(())
    }

    async fn delete_one(&self, recording: &RecordingRecord) -> Result<bool, ServiceError> {
        if !self.remove_file(recording).await {
            return Ok(false);
        }
        let deleted = self.0.storage.recordings().delete(&recording.id).await?;
        self.tell(recording);
        Ok(deleted)
    }

    pub(super) fn may_delete(&self, caller: &Caller, recording: &RecordingRecord) -> bool {
        let own = caller.account() == &recording.account_id;
        caller.is_admin() || own && self.0.settings.owner_may_delete && !recording.required
    }
}
