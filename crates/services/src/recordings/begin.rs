//! The beginning and the end of a recording: before the session's first byte, and behind its last one.

use super::{NODE, Recordings, blocking, files};
use crate::{Caller, ServiceError, clock::now};
use session::{CastHeader, Notifier, Recording, Session, Tap, TapSettings, Written};
use std::fs;
use storage::{RecordingEnd, RecordingRecord, SessionRecord};
use tokio::sync::watch;
use transport::PtySize;
use wire::{
    RecordingId, Timestamp,
    events::Topic,
    recordings::{RecordingPolicy, RecordingState},
    terminal::{Notice, RecordingState as Standing},
};

/// What was begun for a session that is about to start.
pub(crate) enum Begun {
    /// Nothing: policy wants no recording.
    Off,
    /// Nothing, for this reason; policy lets the session go on.
    Failed(String),
    /// A recording that runs.
    On(Box<Running>),
}

/// A recording that runs.
pub(crate) struct Running {
    record: RecordingRecord,
    recording: Recording,
    tap: Option<Tap>,
}

impl Begun {
    /// What the session's engine hands everything to.
    pub(crate) fn take_tap(&mut self) -> Option<Tap> {
        match self {
            Self::On(running) => running.tap.take(),
            Self::Off | Self::Failed(_) => None,
        }
    }
}

impl Recordings {
    /// Begins the recording of a session, when policy wants one. Its header is on the disk when this returns.
    ///
    /// # Errors
    /// When policy requires a recording and there can be none.
    pub(crate) async fn begin(
        &self,
        caller: &Caller,
        session: &SessionRecord,
        size: PtySize,
        policy: Option<RecordingPolicy>,
    ) -> Result<Begun, ServiceError> {
        let policy = self.policy(policy);
        if policy == RecordingPolicy::Off {
            return Ok(Begun::Off);
        }
        let required = policy == RecordingPolicy::Required;
        match self.begin_required(caller, session, size, required).await {
            Ok(running) => Ok(Begun::On(Box::new(running))),
            Err(error) => {
                tracing::error!(session = %session.id, %error, required, "a session cannot be recorded");
                if required {
                    Err(ServiceError::NotRecorded(error.to_string()))
                } else {
                    Ok(Begun::Failed(error.to_string()))
                }
            }
        }
    }

    /// What holds: the server's `required` is everybody's, else the host's word, else the server's.
    fn policy(&self, policy: Option<RecordingPolicy>) -> RecordingPolicy {
        let settings = &self.0.settings;
        let own = if settings.enabled { RecordingPolicy::On } else { RecordingPolicy::Off };
        if settings.required { RecordingPolicy::Required } else { policy.unwrap_or(own) }
    }

    async fn begin_required(
        &self,
        caller: &Caller,
        session: &SessionRecord,
        size: PtySize,
        required: bool,
    ) -> Result<Running, ServiceError> {
        let record = self.record(caller, session, size, required)?;
        let (room, path, id) = (self.0.clone(), self.path(&record), record.id.clone());
        let header = CastHeader {
            size,
            timestamp: Some(record.started_at.millis() / 1000),
            title: Some(record.host_name.clone()),
        };
        let settings = TapSettings { required, input: room.settings.input };
        let begun = blocking(move || {
            let file = files::create(&path)?;
            let key = room.key.as_ref().map(|key| (key, id.as_str()));
            room.recorder.record(file, &header, key, settings).inspect_err(|_| drop(fs::remove_file(&path)))
        });
        let (tap, recording) = begun.await?.map_err(|error| ServiceError::Conflict(error.to_string()))?;
        if let Err(error) = self.0.storage.recordings().insert(&record).await {
            self.remove_file(&record).await;
            return Err(error.into());
        }
        Ok(Running { record, recording, tap: Some(tap) })
    }

    fn record(
        &self,
        caller: &Caller,
        session: &SessionRecord,
        size: PtySize,
        required: bool,
    ) -> Result<RecordingRecord, ServiceError> {
        let id = RecordingId::try_from(session.id.to_string())
            .map_err(|_| ServiceError::Internal("a session's id is a recording's id"))?;
        let sealed = self.0.key.is_some();
        Ok(RecordingRecord {
            file: files::name(&id, sealed),
            id,
            account_id: session.account_id.clone(),
            account_name: caller.name().to_owned(),
            host_id: session.host_id.clone(),
            host_name: session.host_name.clone(),
            username: session.username.clone(),
            state: RecordingState::Running,
            message: None,
            started_at: now(),
            ended_at: None,
            duration_ms: 0,
            cols: size.cols,
            rows: size.rows,
            commands: 0,
            sealed,
            required,
            indexed: false,
            node: NODE.to_owned(),
        })
    }

    /// The session did not start after all: there is nothing to keep.
    pub(crate) async fn discard(&self, begun: Begun) {
        let Begun::On(running) = begun else { return };
        let Running { record, recording, tap } = *running;
        drop(tap);
        recording.written().await;
        self.remove_file(&record).await;
        if let Err(error) = self.0.storage.recordings().delete(&record.id).await {
            tracing::error!(%error, recording = %record.id, "an empty recording could not be forgotten");
        }
    }

    /// Tells the session's viewers where its recording stands, and whoever holds the answer from now on; waits for the
    /// recording's end in a task of its own, and writes it down.
    pub(crate) fn keep(&self, begun: Begun, session: &Session) -> watch::Receiver<Standing> {
        let (standing, stands) = watch::channel(Standing::Off);
        let running = match begun {
            Begun::Off => return stands,
            Begun::Failed(why) => {
                self.0.metrics.recording_failed();
                session.notify(&unrecorded(why));
                standing.send_replace(Standing::Failed);
                return stands;
            }
            Begun::On(running) => *running,
        };
        let Running { record, recording, tap } = running;
        drop(tap);
        standing.send_replace(Standing::On);
        session.notify(&Notice::Recording { state: Standing::On, message: None });
        self.tell(&record);
        self.0.metrics.recording_began();
        let (recordings, session) = (self.clone(), session.notifier());
        self.0.tasks.spawn(async move {
            let written = recording.written().await;
            recordings.0.metrics.recording_ended();
            if let Some(why) = &written.failure {
                standing.send_replace(Standing::Failed);
                recordings.broke_off(&record, why, &session).await;
            }
            recordings.end(&record, &end_of(written)).await;
        });
        stands
    }

    /// Never silently: a recording that cannot be written any more is in the log, in the audit log, and on every page.
    async fn broke_off(&self, record: &RecordingRecord, why: &str, session: &Notifier) {
        tracing::error!(recording = %record.id, why, required = record.required, "a recording broke off");
        self.0.metrics.recording_failed();
        session.notify(&unrecorded(why.to_owned()));
        self.0.events.changed(&record.account_id, Topic::Sessions, Some(record.id.as_str()));
        self.0.audit.note_server("recording.failed", format!("recording {}", record.id), why).await;
    }

    pub(super) async fn end(&self, record: &RecordingRecord, end: &RecordingEnd) {
        self.0.following.forget(&record.id);
        match self.0.storage.recordings().end(&record.id, end).await {
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, recording = %record.id, "a recording's end could not be written; the next start does");
            }
        }
        self.tell(record);
        self.0.ended.notify_one();
    }

    pub(super) async fn remove_file(&self, record: &RecordingRecord) -> bool {
        let path = self.path(record);
        let removed = blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            other => other,
        });
        match removed.await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, recording = %record.id, "a recording's file could not be deleted");
                false
            }
            Err(_) => false,
        }
    }
}

fn unrecorded(why: String) -> Notice {
    Notice::Recording { state: Standing::Failed, message: Some(why) }
}

fn end_of(written: Written) -> RecordingEnd {
    RecordingEnd {
        state: if written.failure.is_some() { RecordingState::Failed } else { RecordingState::Finished },
        message: written.failure,
        ended_at: now(),
        duration_ms: u64::try_from(written.duration.as_millis()).unwrap_or(u64::MAX),
        commands: written.markers,
    }
}

/// How long a recording is by now, in milliseconds.
pub(super) fn so_far(record: &RecordingRecord, at: Timestamp) -> u64 {
    u64::try_from(at.millis() - record.started_at.millis()).unwrap_or(0)
}
