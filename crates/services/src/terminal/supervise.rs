//! What runs beside a session: writing down its end and its commands, and the reaper that compares what is held with
//! what should be.

use super::{NODE, Terminal, registry::Live, views::seen_at};
use crate::{ServiceError, clock::now};
use std::{collections::HashSet, sync::Weak, time::Duration};
use storage::SessionRecord;
use wire::{
    AccountId, SessionId,
    events::Topic,
    terminal::{EndReason, Ending},
};

/// How often last-seen times are written and dangling rows looked for.
const ROUND: Duration = Duration::from_secs(5);

/// Waits for the session's end in a task of its own and writes down what was typed until then.
pub(super) fn spawn(terminal: &Terminal, live: Live, commands: session::Commands, record: &SessionRecord) {
    terminal.0.tasks.spawn(terminal.clone().remember(commands, record.clone()));
    let terminal = terminal.clone();
    let record = record.clone();
    terminal.clone().0.tasks.spawn(async move {
        let mut presence = live.session.presence();
        while presence.borrow_and_update().status.is_live() && presence.changed().await.is_ok() {
            terminal.tell(&record);
        }
        let ending = live.session.ended().await;
        terminal.count(&live);
        terminal.settle(&live.id, &ending).await;
        terminal.tell(&record);
    });
}

/// Starts the reaper. It ends with the terminal room.
pub(super) fn spawn_reaper(terminal: &Terminal) {
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
            if let Err(error) = terminal.round().await {
                tracing::warn!(%error, "the session reaper could not finish a round");
            }
        }
    });
}

impl Terminal {
    /// Writes down an end, once, and lets go of the session.
    pub(super) async fn settle(&self, id: &SessionId, ending: &Ending) {
        match self.0.storage.terminal().finish(id, ending, now()).await {
            Ok(first) => {
                if first {
                    self.0.metrics.closed(ending.reason);
                    tracing::info!(session = %id, reason = ending.reason.as_str(), "session ended");
                }
            }
            Err(error) => {
                tracing::error!(%error, session = %id, "a session's end could not be written; the reaper will")
            }
        }
        self.0.registry.remove(id);
    }

    /// Tells the owner's pages that a session is not as it was.
    pub(super) fn tell(&self, session: &SessionRecord) {
        self.0.events.changed(&session.account_id, Topic::Sessions, Some(session.id.as_str()));
    }

    async fn round(&self) -> Result<(), ServiceError> {
        let live = self.0.registry.all();
        if live.is_empty() {
            return self.mark_dangling().await.map(drop);
        }
        let seen: Vec<_> = live.iter().map(|live| (live.id.clone(), seen_at(live))).collect();
        self.0.storage.terminal().seen(&seen).await?;
        for live in &live {
            self.count(live);
            let status = live.session.glance().status;
            if status.is_live() && !self.0.storage.terminal().set_status(&live.id, status).await? {
                // Its row ended while it was being opened: what runs without a row is ended too.
                live.session.close(EndReason::User.into()).await;
            }
        }
        self.end_of_switched_off(&live).await?;
        self.end_of_invites().await?;
        self.mark_dangling().await?;
        Ok(())
    }

    /// Ends the sessions of accounts that were switched off, by whichever process.
    async fn end_of_switched_off(&self, live: &[Live]) -> Result<(), ServiceError> {
        let owners: HashSet<_> = live.iter().map(|live| &live.owner).collect();
        for owner in owners {
            if self.is_switched_off(owner).await? {
                for live in live.iter().filter(|live| &live.owner == owner) {
                    live.session.close(EndReason::Admin.into()).await;
                }
            }
        }
        Ok(())
    }

    /// Whether an account is switched off, or gone.
    pub(super) async fn is_switched_off(&self, account: &AccountId) -> Result<bool, ServiceError> {
        Ok(self.0.storage.accounts().by_id(account).await?.is_none_or(|account| account.disabled))
    }

    /// Ends rows that hold a place although nothing stands behind them. Returns how many.
    pub(super) async fn mark_dangling(&self) -> Result<u32, ServiceError> {
        let ending = Ending { message: Some("nothing stood behind it any more".into()), ..EndReason::Error.into() };
        let mut marked = 0;
        for record in self.0.storage.terminal().live_on(NODE).await? {
            if self.0.registry.holds(&record.id) {
                continue;
            }
            if self.0.storage.terminal().finish(&record.id, &ending, now()).await? {
                self.tell(&record);
                self.0.metrics.closed(ending.reason);
                marked += 1;
            }
        }
        Ok(marked)
    }
}
