//! What runs beside a session: writing down its end and its commands, and the reaper that compares what is held with
//! what should be.

use super::{
    Dismissal, NODE, Terminal,
    registry::Live,
    sharing::{self, by_token},
    views::seen_at,
};
use crate::{ServiceError, clock::now};
use std::{
    collections::{HashMap, HashSet},
    sync::Weak,
    time::Duration,
};
use storage::SessionRecord;
use tokio::time::Instant;
use wire::{
    AccountId, SessionId, Timestamp,
    events::Topic,
    terminal::{EndReason, Ending, Status},
};

/// How often dangling rows are looked for, and changed statuses written.
const ROUND: Duration = Duration::from_secs(5);

/// How often ends of sign-ins are looked for that another process wrote.
const LOOK: Duration = Duration::from_secs(1);

/// How far back that look goes, because clocks of two processes differ, in seconds.
const LOOK_BACK: u64 = 30;

/// How many rounds go by until last-seen times are written: a page moves its own several times a minute.
const SEEN_ROUNDS: u32 = 6;

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
        terminal.end_tmux(&live, &ending).await;
    });
}

/// Starts the reaper. It ends with the terminal room.
pub(super) fn spawn_reaper(terminal: &Terminal) {
    let room = std::sync::Arc::downgrade(&terminal.0);
    let stopping = terminal.0.stopping.clone();
    tokio::spawn(async move {
        let mut noted = Noted::default();
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let (mut looks, mut ended) = (tokio::time::interval(LOOK), Ended::since(now()));
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let is_look = tokio::select! {
                () = stopping.cancelled() => return,
                _ = looks.tick() => true,
                _ = rounds.tick() => false,
            };
            let Some(terminal) = Weak::upgrade(&room).map(Terminal) else { return };
            let done = if is_look { terminal.look(&mut ended).await } else { terminal.round(&mut noted).await };
            if let Err(error) = done {
                tracing::warn!(%error, "the session reaper could not finish a round");
            }
        }
    });
}

/// Which ends of all sign-ins of an account were noticed.
struct Ended {
    start: Timestamp,
    noticed: HashMap<AccountId, Timestamp>,
}

impl Ended {
    /// Those from this moment on.
    fn since(start: Timestamp) -> Self {
        Self { start, noticed: HashMap::new() }
    }

    /// From where to look: some time before the newest that was noticed.
    fn look_back(&self) -> Timestamp {
        let newest = self.noticed.values().copied().max().unwrap_or(self.start).max(self.start);
        Timestamp::from_millis(newest.millis().saturating_sub(i64::try_from(LOOK_BACK * 1000).unwrap_or_default()))
    }

    /// Those of them that were not noticed before.
    fn fresh(&mut self, found: Vec<(AccountId, Timestamp)>) -> Vec<AccountId> {
        let unknown = found.into_iter().filter_map(|(account, at)| {
            let before = self.noticed.insert(account.clone(), at);
            (before != Some(at)).then_some(account)
        });
        unknown.collect()
    }
}

impl Terminal {
    /// Writes down an end, once, and lets go of the session.
    pub(super) async fn settle(&self, id: &SessionId, ending: &Ending) {
        match self.0.storage.terminal().finish(id, ending, now()).await {
            Ok(first) => {
                if first {
                    self.0.metrics.closed(ending.reason);
                    tracing::info!(session = %id, reason = ending.reason.as_str(), "session ended");
                    self.note_end(id, ending).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, session = %id, "a session's end could not be written; the reaper will")
            }
        }
        self.0.registry.remove(id);
    }

    /// Every session that began has its end in the audit log, whoever or whatever ended it.
    async fn note_end(&self, id: &SessionId, ending: &Ending) {
        let message = ending.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
        let outcome = format!("{}{message}", ending.reason.as_str());
        self.0.audit.note_server("session.end", sharing::object(id), &outcome).await;
    }

    /// Tells the owner's pages that a session is not as it was.
    pub(super) fn tell(&self, session: &SessionRecord) {
        self.0.events.changed(&session.account_id, Topic::Sessions, Some(session.id.as_str()));
    }

    async fn round(&self, noted: &mut Noted) -> Result<(), ServiceError> {
        let live = self.0.registry.all();
        // After the look at what runs: a row is written before its session is, so none is missed.
        let rows = self.0.storage.terminal().live_on(NODE).await?;
        for live in live.iter().filter(|live| !rows.contains(&live.id)) {
            // Its row ended while it was being opened: what runs without a row is ended too.
            live.session.close(EndReason::User.into()).await;
        }
        self.end_dangling(&rows).await?;
        if live.is_empty() {
            return Ok(());
        }
        for live in &live {
            self.count(live);
        }
        for (id, status) in noted.new_statuses(&live) {
            self.0.storage.terminal().set_status(&id, status).await?;
        }
        let seen = noted.newly_seen(&live);
        if !seen.is_empty() {
            self.0.storage.terminal().seen(&seen).await?;
        }
        self.end_of_switched_off(&live).await?;
        self.hold_guests(&live).await?;
        self.end_of_invites().await?;
        self.end_of_sign_ins(&live).await
    }

    /// Closes what was opened by tokens that are no more, and by sign-ins that the command line has ended: an account was
    /// switched off, or its password or second factor reset.
    async fn look(&self, ended: &mut Ended) -> Result<(), ServiceError> {
        self.end_of_tokens().await?;
        let accounts = ended.fresh(self.0.storage.accounts().ended_since(ended.look_back()).await?);
        if accounts.is_empty() {
            return Ok(());
        }
        for account in &accounts {
            self.account_changed(account, true).await?;
        }
        Ok(())
    }

    /// Sends away what looks at other accounts' sessions by a token of this one.
    pub(super) fn dismiss_tokens(&self, account: &AccountId) {
        let tokens = by_token(account, "");
        for live in self.0.registry.all().into_iter().filter(|live| live.session.ending().is_none()) {
            for under in live.session.stands_under().into_iter().filter(|under| under.starts_with(&tokens)) {
                live.session.dismiss_under(&under, Dismissal::SignedOut);
            }
        }
    }

    /// An account was switched off or on, has another role, or lost its sign-ins to an admin: what it may not do any more ends at
    /// once. The sign-ins and tokens have ended already.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn account_changed(&self, account: &AccountId, signed_out: bool) -> Result<(), ServiceError> {
        // Sessions first: their viewers are told that an admin ended them, not that they are signed out.
        let live = self.0.registry.all();
        self.end_of_switched_off(&live).await?;
        self.hold_guests(&live).await?;
        if signed_out {
            self.sign_ins_ended(account).await?;
        }
        if self.is_switched_off(account).await? {
            self.dismiss_tokens(account);
        }
        self.rights_changed(account).await?;
        // Those who use what the account lends are looked at.
        self.0.events.changed(account, Topic::Hosts, None);
        // Whoever listens to the account's changes has to be one who still may.
        self.0.events.changed(account, Topic::SignIns, None);
        Ok(())
    }

    /// Ends the sessions of accounts that were switched off or may only watch now, by whichever process.
    async fn end_of_switched_off(&self, live: &[Live]) -> Result<(), ServiceError> {
        let owners: HashSet<_> = live.iter().map(|live| &live.owner).collect();
        let on = self.0.storage.accounts().that_open(owners).await?;
        for live in live.iter().filter(|live| !on.contains(&live.owner)) {
            self.end(&live.id, EndReason::Admin).await;
        }
        Ok(())
    }

    /// Whether an account is switched off, or gone.
    pub(super) async fn is_switched_off(&self, account: &AccountId) -> Result<bool, ServiceError> {
        Ok(self.0.storage.accounts().by_id(account).await?.is_none_or(|account| account.disabled))
    }

    /// Ends rows that hold a place although nothing stands behind them. Returns how many.
    pub(super) async fn mark_dangling(&self) -> Result<u32, ServiceError> {
        let rows = self.0.storage.terminal().live_on(NODE).await?;
        self.end_dangling(&rows).await
    }

    async fn end_dangling(&self, rows: &HashSet<SessionId>) -> Result<u32, ServiceError> {
        let ending = Ending { message: Some("nothing stood behind it any more".into()), ..EndReason::Error.into() };
        let mut marked = 0;
        for id in rows.iter().filter(|id| !self.0.registry.holds(id)) {
            if self.0.storage.terminal().finish(id, &ending, now()).await? {
                if let Some(record) = self.0.storage.terminal().get(id).await? {
                    self.tell(&record);
                }
                self.0.metrics.closed(ending.reason);
                self.note_end(id, &ending).await;
                marked += 1;
            }
        }
        Ok(marked)
    }
}

/// What the table was told of the sessions that run, so that only what changed is written.
#[derive(Default)]
struct Noted {
    told: HashMap<SessionId, (Status, Instant)>,
    round: u32,
}

impl Noted {
    /// The statuses that the table does not have yet.
    fn new_statuses(&mut self, live: &[Live]) -> Vec<(SessionId, Status)> {
        let running: HashSet<_> = live.iter().map(|live| &live.id).collect();
        self.told.retain(|id, _| running.contains(id));
        let changed = live.iter().filter_map(|live| {
            let glance = live.session.glance();
            let told = self.told.entry(live.id.clone()).or_insert((Status::Active, glance.last_seen));
            let is_new = glance.status.is_live() && told.0 != glance.status;
            told.0 = glance.status;
            is_new.then(|| (live.id.clone(), glance.status))
        });
        changed.collect()
    }

    /// The last-seen times that moved, every few rounds; nothing in between.
    fn newly_seen(&mut self, live: &[Live]) -> Vec<(SessionId, Timestamp)> {
        self.round = (self.round + 1) % SEEN_ROUNDS;
        if self.round != 0 {
            return Vec::new();
        }
        let moved = live.iter().filter_map(|live| {
            let last_seen = live.session.glance().last_seen;
            let told = self.told.get_mut(&live.id).filter(|told| told.1 != last_seen)?;
            told.1 = last_seen;
            Some((live.id.clone(), seen_at(live)))
        });
        moved.collect()
    }
}
