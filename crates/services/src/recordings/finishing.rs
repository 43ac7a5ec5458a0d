//! Gives ended recordings their index, one after another, in the background.

use super::{NODE, Recordings, blocking};
use crate::ServiceError;
use session::{RecordingError, finish_recording};
use std::{
    collections::HashSet,
    sync::{Arc, Weak},
    time::Duration,
};
use storage::RecordingRecord;

/// What could not be finished is tried again after so long: a full disk may have room again.
const AGAIN: Duration = Duration::from_secs(60 * 60);

impl Recordings {
    /// Starts the worker. It ends with the recordings room.
    pub(super) fn spawn_finishing(&self) {
        let (room, stopping) = (Arc::downgrade(&self.0), self.0.stopping.clone());
        self.0.tasks.spawn(async move {
            loop {
                let Some(recordings) = Weak::upgrade(&room).map(Self) else { return };
                if let Err(error) = recordings.finish_all().await {
                    tracing::warn!(%error, "recordings could not be looked through for ended ones");
                }
                let round = async { tokio::time::timeout(AGAIN, recordings.0.ended.notified()).await.is_ok() };
                if stopping.run_until_cancelled(round).await.is_none() {
                    return;
                }
            }
        });
    }

    async fn finish_all(&self) -> Result<(), ServiceError> {
        let mut tried = HashSet::new();
        loop {
            let waiting = self.0.storage.recordings().unindexed_on(NODE).await?;
            let Some(recording) = waiting.into_iter().find(|recording| !tried.contains(&recording.id)) else {
                return Ok(());
            };
            if self.0.stopping.is_cancelled() {
                return Ok(());
            }
            tried.insert(recording.id.clone());
            self.finish(recording).await?;
        }
    }

    async fn finish(&self, recording: RecordingRecord) -> Result<(), ServiceError> {
        let (room, path, id) = (self.0.clone(), self.path(&recording), recording.id.clone());
        let done = blocking(move || finish_recording(&path, room.key.as_ref(), id.as_str(), &room.stop)).await?;
        let (duration_ms, commands) = match done {
            Ok(summary) => (summary.duration / 1000, summary.markers),
            Err(error) if may_work_later(&error) => {
                tracing::warn!(recording = %recording.id, %error, "a recording has no index yet; it can be played all the same");
                return Ok(());
            }
            Err(error) => {
                tracing::error!(recording = %recording.id, %error, "a recording cannot be given an index");
                (recording.duration_ms, recording.commands)
            }
        };
        let duration_ms = duration_ms.max(recording.duration_ms);
        self.0.storage.recordings().indexed(&recording.id, duration_ms, commands).await?;
        self.tell(&recording);
        Ok(())
    }
}

fn may_work_later(error: &RecordingError) -> bool {
    match error {
        RecordingError::Io(error) => error.kind() != std::io::ErrorKind::NotFound,
        RecordingError::NoKey | RecordingError::Stopped => true,
        RecordingError::Foreign(_) | RecordingError::Broken | RecordingError::Cast(_) => false,
    }
}
