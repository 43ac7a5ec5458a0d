//! Keeping typed commands: writing them down as sessions tell them, and forgetting the old ones.

use super::super::Terminal;
use crate::clock::now;
use session::CommandEvent;
use std::{collections::VecDeque, sync::Weak, time::Duration};
use storage::{SessionRecord, StorageError, Typed};
use wire::{Timestamp, events::Topic};

/// How often old commands are looked for.
const ROUND: Duration = Duration::from_secs(60 * 60);

/// Of so many commands that run the end can still be written: one runs at a time, and each may be a shell with others.
const RUNNING: usize = 16;

/// Starts the sweeper, which forgets what is too old or too much. It ends with the terminal room.
pub(in super::super) fn spawn_sweeper(terminal: &Terminal) {
    let room = std::sync::Arc::downgrade(&terminal.0);
    let stopping = terminal.0.stopping.clone();
    tokio::spawn(async move {
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                _ = rounds.tick() => {}
            }
            let Some(terminal) = Weak::upgrade(&room).map(Terminal) else { return };
            match terminal.forget_old().await {
                Ok(0) => {}
                Ok(forgotten) => tracing::info!(forgotten, "old commands were removed from the history"),
                Err(error) => tracing::warn!(%error, "old commands could not be removed from the history"),
            }
        }
    });
}

impl Terminal {
    /// Writes down a session's commands until it ends.
    pub(in super::super) async fn remember(self, mut commands: session::Commands, session: SessionRecord) {
        let mut running = VecDeque::new();
        while let Some(event) = commands.next().await {
            if !self.0.history.enabled {
                continue;
            }
            match self.keep(event, &session, &mut running).await {
                Ok(()) => self.0.events.changed(&session.account_id, Topic::History, None),
                Err(error) => {
                    tracing::warn!(%error, session = %session.id, "a typed command could not be remembered");
                }
            }
        }
    }

    /// `running`: the numbers of commands within the session, and the numbers of their rows.
    async fn keep(
        &self,
        event: CommandEvent,
        session: &SessionRecord,
        running: &mut VecDeque<(u64, i64)>,
    ) -> Result<(), StorageError> {
        let history = self.0.storage.history();
        match event {
            CommandEvent::Typed { number, line, directory } => {
                running.truncate(RUNNING - 1);
                running.push_front((number, history.add(&typed(session, line, directory)).await?));
            }
            CommandEvent::Finished { number, exit_code, duration } => {
                let found = running.iter().find(|(typed, _)| *typed == number).map(|(_, row)| *row);
                running.retain(|(typed, _)| *typed < number);
                if let Some(row) = found {
                    history.finish(row, exit_code, duration).await?;
                }
            }
        }
        Ok(())
    }

    async fn forget_old(&self) -> Result<u64, StorageError> {
        let (history, settings) = (self.0.storage.history(), &self.0.history);
        let mut forgotten = 0;
        if !settings.retention.is_zero() {
            let retention = i64::try_from(settings.retention.as_millis()).unwrap_or(i64::MAX);
            let oldest = Timestamp::from_millis(now().millis().saturating_sub(retention));
            forgotten += history.forget_before(oldest).await?;
        }
        if settings.max_per_account > 0 {
            forgotten += history.forget_beyond(settings.max_per_account).await?;
        }
        Ok(forgotten)
    }
}

fn typed(session: &SessionRecord, command: String, directory: Option<String>) -> Typed {
    Typed {
        account: session.account_id.clone(),
        host_id: session.host_id.clone(),
        host_name: session.host_name.clone(),
        username: session.username.clone(),
        command,
        at: now(),
        session_id: session.id.clone(),
        directory,
    }
}
