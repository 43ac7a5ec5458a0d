//! Looking at sessions and ending them: list, close, heartbeat, beacon, cleanup, status.

use super::{NODE, Terminal, sharing, tickets, views};
use crate::{Caller, ServiceError, access, accounts::account_of};
use std::collections::HashSet;
use storage::SessionRecord;
use wire::{
    AccountId, SessionId,
    terminal::{Cleanup, EndReason, Heartbeat, SessionClosed, SessionList, SessionQuery, SessionView, TerminalStatus},
};

/// In the place of an account: all of them.
const EVERYBODY: &str = "all";

/// In the place of an account: the sessions of others that the caller may watch.
const WATCHABLE: &str = "watchable";

/// At most this many sessions are listed.
const LIST_LIMIT: u64 = 500;

/// At most this many are looked at for those that somebody may watch.
const MOST_READ: u64 = 10_000;

impl Terminal {
    /// The caller's sessions, the newest first; another account's or everybody's for an admin, those of others that the
    /// caller may watch for anybody.
    ///
    /// # Errors
    /// `BadInput` on an unknown filter, `Forbidden` on another account, `NotFound` for an admin when there is no such one.
    pub async fn list(&self, caller: &Caller, query: SessionQuery) -> Result<SessionList, ServiceError> {
        let watchable = match query.user_id.as_deref() {
            Some(WATCHABLE) if !caller.is_admin() => Some(self.0.inventory.watchable(caller).await?),
            _ => None,
        };
        let account = match query.user_id.as_deref() {
            Some(EVERYBODY | WATCHABLE) if caller.is_admin() || watchable.is_some() => None,
            named => Some(account_of(&self.0.storage, caller, named).await?),
        };
        let wanted = views::statuses(query.status_filter.as_deref()).ok_or_else(|| {
            ServiceError::bad("status_filter is live, ended, all, starting, active, detached, closed, expired or error")
        })?;
        let stored = widened(&wanted);
        let rows = self.0.storage.terminal();
        let most = if watchable.is_some() { MOST_READ } else { LIST_LIMIT };
        let mut records = rows.list(account.as_ref(), &stored, most).await?;
        if let Some(hosts) = &watchable {
            records.retain(|record| {
                &record.account_id != caller.account() && record.host_id.as_ref().is_some_and(|id| hosts.contains(id))
            });
            records.truncate(LIST_LIMIT as usize);
        }
        for record in records.iter_mut().filter(|record| record.status.is_live()) {
            // It ended after its row was read: neither the row nor anything else here would say so.
            if !self.0.registry.holds(&record.id)
                && let Some(ended) = rows.get(&record.id).await?
            {
                *record = ended;
            }
        }
        let accounts = if account.is_none() { self.0.storage.accounts().list().await? } else { Vec::new() };
        let shown = |record: SessionRecord| {
            let owner = accounts.iter().find(|account| account.id == record.account_id);
            SessionView { owner: owner.map(|account| account.name.clone()), ..self.view(record) }
        };
        let sessions: Vec<_> = records.into_iter().map(shown).filter(|view| wanted.contains(&view.status)).collect();
        Ok(SessionList { total: sessions.len() as u64, sessions, max_per_user: self.0.settings.max_per_account })
    }

    /// One of the caller's own sessions.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when it is another account's.
    pub async fn session(&self, caller: &Caller, id: &SessionId) -> Result<SessionView, ServiceError> {
        Ok(self.view(self.own_record(caller, id).await?))
    }

    /// Ends a session. Unknown or already ended is a success, so that a script may call it twice.
    ///
    /// # Errors
    /// `Forbidden` for another account's session, unless the caller is an admin.
    pub async fn close(&self, caller: &Caller, session: &str) -> Result<SessionClosed, ServiceError> {
        let done = |message: &str| SessionClosed { message: message.to_owned(), session_id: session.to_owned() };
        let Ok(id) = session.parse::<SessionId>() else { return Ok(done("there is no such session")) };
        let Some(record) = self.0.storage.terminal().get(&id).await? else {
            return Ok(done("there is no such session"));
        };
        access::may_manage(caller, &record.account_id)?;
        if !record.status.is_live() {
            return Ok(done("the session had already ended"));
        }
        let reason = if caller.account() == &record.account_id { EndReason::User } else { EndReason::Admin };
        self.end(&id, reason).await;
        self.note_close(caller, &id, &record.account_id).await;
        Ok(done("the session is closed"))
    }

    async fn note_close(&self, caller: &Caller, session: &SessionId, owner: &AccountId) {
        let what = format!("{} of {owner}", sharing::object(session));
        self.0.audit.note(caller, "session.close", what, "done").await;
    }

    /// Says that a page still shows the session.
    ///
    /// # Errors
    /// `NotFound` when it is gone, `Forbidden` when it is another account's.
    pub async fn heartbeat(&self, caller: &Caller, session: &SessionId) -> Result<Heartbeat, ServiceError> {
        let record = self.own_record(caller, session).await?;
        let live = self.0.registry.live(session).ok_or_else(|| ServiceError::missing("live session", session))?;
        live.session.touch();
        let view = self.view(record);
        Ok(Heartbeat {
            healthy: self.is_healthy(session),
            session_id: view.session_id,
            status: view.status,
            last_seen_at: view.last_seen_at,
            remaining_seconds: view.remaining_seconds,
        })
    }

    /// A page says that it goes away and wants its session ended. Whoever may not is not told.
    pub async fn beacon(&self, caller: Option<&Caller>, session: &SessionId, ticket: Option<&str>) {
        let by_ticket = match ticket {
            Some(ticket) => {
                self.0.storage.terminal().knows_ticket(&tickets::hash(ticket), session).await.unwrap_or(false)
            }
            None => false,
        };
        let by_owner = match caller {
            Some(caller) => self.own_record(caller, session).await.is_ok(),
            None => false,
        };
        if by_ticket || by_owner {
            self.end(session, EndReason::ClientLost).await;
        }
    }

    /// Ends the caller's sessions, or everybody's for an admin who asks for that.
    ///
    /// # Errors
    /// `Forbidden` when somebody else than an admin asks for all.
    pub async fn cleanup(&self, caller: &Caller, all: bool) -> Result<Cleanup, ServiceError> {
        if all && !caller.is_admin() {
            return Err(ServiceError::Forbidden("only an admin cleans up all accounts' sessions"));
        }
        let (mut closed, rows) = (0, self.0.storage.terminal());
        // By the rows, for they know of those as well that are being opened.
        let own = rows.live(caller.account()).await?.into_iter().map(|record| record.id);
        for id in own.filter(|id| self.0.registry.holds(id)) {
            self.end(&id, EndReason::User).await;
            self.note_close(caller, &id, caller.account()).await;
            closed += 1;
        }
        let others = if all { rows.live_on(NODE).await? } else { HashSet::new() };
        for id in others.into_iter().filter(|id| self.0.registry.holds(id)) {
            let Some(record) = rows.get(&id).await? else { continue };
            self.end(&id, EndReason::Admin).await;
            self.note_close(caller, &id, &record.account_id).await;
            closed += 1;
        }
        let marked = self.mark_dangling().await?;
        Ok(Cleanup {
            message: format!("{closed} sessions closed, {marked} dangling ones marked"),
            processes_terminated: closed,
            sessions_closed: closed,
            expired_marked: marked,
        })
    }

    /// What anybody may know: whether sessions can be opened, and the limits.
    pub async fn status(&self) -> TerminalStatus {
        let settings = &self.0.settings;
        TerminalStatus {
            available: !self.0.stopping.is_cancelled(),
            max_sessions_per_user: settings.max_per_account,
            session_ttl_minutes: settings.max_duration.as_secs() / 60,
            session_idle_timeout_seconds: settings.idle_timeout.as_secs(),
            heartbeat_interval_seconds: settings.heartbeat_interval.as_secs(),
            active_sessions: self.0.registry.len() as u64,
        }
    }

    /// The record of the caller's own session.
    pub(super) async fn own_record(&self, caller: &Caller, id: &SessionId) -> Result<SessionRecord, ServiceError> {
        let found = self.0.storage.terminal().get(id).await?;
        let record = found.ok_or_else(|| ServiceError::missing("session", id))?;
        if &record.account_id != caller.account() {
            return Err(ServiceError::Forbidden("this session belongs to another account"));
        }
        Ok(record)
    }

    /// Ends a session and returns once that is written down. A dial that is under way is broken off.
    pub(super) async fn end(&self, id: &SessionId, reason: EndReason) {
        let ending = match self.0.registry.live(id) {
            Some(live) => {
                live.session.close(reason.into()).await;
                live.session.ended().await
            }
            None => {
                let ending = reason.into();
                self.0.registry.break_off(id, &ending);
                ending
            }
        };
        self.settle(id, &ending).await;
    }
}

/// The database learns of `active` and `detached` a moment late, so a filter for one reads both.
fn widened(wanted: &[wire::terminal::Status]) -> Vec<wire::terminal::Status> {
    use wire::terminal::Status::{Active, Detached};
    let mut stored = wanted.to_vec();
    for (has, add) in [(Active, Detached), (Detached, Active)] {
        if wanted.contains(&has) && !stored.contains(&add) {
            stored.push(add);
        }
    }
    stored
}
