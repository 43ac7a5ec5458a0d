//! Opening: reuse, place, dial, start (SPEC §5, "Open").

use super::{
    NODE, STOPPING, Terminal, limits::Limits, registry::Live, sharing, supervise, tickets, tmux::Opened, views,
};
use crate::{
    Caller, ServiceError, access,
    clock::{after, now},
    inventory::{AdHoc, OneTimeLogin, Use, username},
    recordings::Begun,
};
use std::{
    future::Future,
    time::{Duration, Instant},
};
use storage::SessionRecord;
use tracing::Instrument;
use transport::{DialError, Link, PtySize};
use wire::{
    SessionId,
    inventory::{BootstrapState, HostView, Reachability},
    terminal::{EndReason, Ending, Mode, OpenRequest, OpenedSession, SessionHost, Status},
};

/// The size of a terminal that did not say its own.
const DEFAULT_SIZE: PtySize = PtySize { cols: 80, rows: 24 };

/// What a new session is about.
pub(super) struct Plan {
    pub(super) host: Option<HostView>,
    pub(super) host_name: String,
    pub(super) username: String,
    pub(super) mode: Mode,
    pub(super) size: PtySize,
}

/// Why no session came of an opening.
enum NotStarted {
    /// Something ended it meanwhile.
    BrokenOff(Ending),
    /// It could not be opened.
    Refused(ServiceError),
}

impl Terminal {
    /// Opens a session on a host of the inventory, or hands out a live one of the same host and mode.
    ///
    /// # Errors
    /// The refusals of SPEC §12: unknown, offline, not set up, no place left; a question (host key, secret) that a person
    /// has to answer before the same call can work; or what the host said.
    pub async fn open(&self, caller: &Caller, host: &str, request: OpenRequest) -> Result<OpenedSession, ServiceError> {
        let host = self.0.inventory.find(caller, host).await?;
        let permit = access::connect(caller, host.clone())?;
        let resumes = self.can_resume(caller, &host, request.resume.as_ref()).await?;
        if request.reuse != Some(false)
            && !resumes
            && let Some(opened) = self.reuse(caller, &host, request.mode).await?
        {
            return Ok(opened);
        }
        self.refuse_offline(caller, &host).await?;
        let plan = Plan {
            host_name: host.name.clone(),
            username: username(&host, request.username.as_deref())?,
            mode: request.mode,
            size: size(&request),
            host: Some(host.clone()),
        };
        let (size, keeps_in_tmux) = (plan.size, host.tmux);
        let login = OneTimeLogin {
            username: request.username,
            password: request.password,
            passphrase: request.passphrase,
            answers: request.answers,
            may_ask: true,
        };
        let dial = {
            let (terminal, caller, resume) = (self.clone(), caller.clone(), request.resume);
            move |record| async move {
                let start = |link| terminal.open_shell(link, size, &record, keeps_in_tmux, resume.as_ref());
                terminal.0.inventory.with_link(&caller, &permit, login, Use::Shell, start).await
            }
        };
        let (record, resumed) = self.place_and_start(caller, plan, dial).await?;
        Ok(OpenedSession { resumed, ..self.opened(caller, record, &host, false).await? })
    }

    /// Opens a session on a host that is not in the inventory: the first message of a script's terminal (SPEC §12).
    ///
    /// # Errors
    /// As [`Terminal::open`].
    pub async fn open_adhoc(&self, caller: &Caller, adhoc: AdHoc, size: PtySize) -> Result<SessionId, ServiceError> {
        access::may_connect(caller)?;
        let plan = Plan {
            host: None,
            host_name: adhoc.hostname.clone(),
            username: adhoc.username.clone(),
            mode: Mode::Embedded,
            size,
        };
        let dial = {
            let (terminal, caller) = (self.clone(), caller.clone());
            move |_| async move {
                let link = terminal.0.inventory.dial_adhoc(&caller, adhoc).await?;
                let shell = link.open_shell(size).await.map_err(ServiceError::Dial)?;
                Ok((link, Opened::plainly(shell)))
            }
        };
        let (record, _) = self.place_and_start(caller, plan, dial).await?;
        Ok(record.id)
    }

    async fn reuse(&self, caller: &Caller, host: &HostView, mode: Mode) -> Result<Option<OpenedSession>, ServiceError> {
        let Some(record) = self.0.storage.terminal().reusable(caller.account(), &host.id, mode).await? else {
            return Ok(None);
        };
        if !self.is_healthy(&record.id) || self.may_use(caller, &record.id).is_err() {
            return Ok(None);
        }
        self.0.metrics.reused();
        if let Some(sign_in) = tickets::sign_in(caller) {
            self.0.storage.terminal().forget_unused(&record.id, sign_in).await?;
        }
        self.opened(caller, record, host, true).await.map(Some)
    }

    async fn refuse_offline(&self, caller: &Caller, host: &HostView) -> Result<(), ServiceError> {
        if host.status != Reachability::Offline || self.0.inventory.check_reachable(caller, host).await {
            return Ok(());
        }
        let endpoint = format!("{}:{}", host.address, host.port);
        Err(ServiceError::HostOffline { name: host.name.clone(), endpoint })
    }

    /// Takes a place and dials in a task of its own, so that a caller who goes away leaves no half-opened session.
    async fn place_and_start<F>(
        &self,
        caller: &Caller,
        plan: Plan,
        dial: impl FnOnce(SessionRecord) -> F + Send + 'static,
    ) -> Result<(SessionRecord, bool), ServiceError>
    where
        F: Future<Output = Result<(Link, Opened), ServiceError>> + Send + 'static,
    {
        if self.0.stopping.is_cancelled() {
            return Err(ServiceError::Unavailable(STOPPING));
        }
        let (terminal, caller) = (self.clone(), caller.clone());
        let task = async move {
            let host_name = plan.host_name.clone();
            let started = terminal.start_in_place(&caller, plan, dial).await;
            if let Err(error) = &started {
                terminal.note_refused(&caller, host_name, error).await;
            }
            started
        };
        self.0
            .tasks
            .spawn(task.in_current_span())
            .await
            .map_err(|_| ServiceError::Internal("opening the session broke off"))?
    }

    /// What a host or a policy refused is noted; what only asks a person something is not.
    async fn note_refused(&self, caller: &Caller, host_name: String, error: &ServiceError) {
        let refused = matches!(
            error,
            ServiceError::Dial(DialError::SignInFailed { .. })
                | ServiceError::HostKeyChanged(_)
                | ServiceError::NotRecorded(_)
        );
        if refused {
            self.0.audit.note(caller, "session.open", format!("host {host_name}"), &format!("failed: {error}")).await;
        }
    }

    /// Answers the session, and whether work was there already.
    async fn start_in_place<F>(
        &self,
        caller: &Caller,
        plan: Plan,
        dial: impl FnOnce(SessionRecord) -> F + Send,
    ) -> Result<(SessionRecord, bool), ServiceError>
    where
        F: Future<Output = Result<(Link, Opened), ServiceError>> + Send,
    {
        let (limits, began) = (Limits::of(&self.0.settings, plan.host.as_ref()), Instant::now());
        let record = self.record(caller, &plan, limits);
        let mut opening = self.0.registry.opening(&record.id);
        // A stop that came before this one was announced could not break it off.
        if self.0.stopping.is_cancelled() {
            return Err(ServiceError::Unavailable(STOPPING));
        }
        self.take_place(caller, &plan, &record, limits).await?;
        self.tell(&record);
        let mut begun = match self.begin_recording(caller, &plan, &record).await {
            Ok(begun) => begun,
            Err(error) => return Err(self.not_opened(&record, error).await),
        };
        // Whatever ends it meanwhile, the dial is dropped at once and not waited for.
        let started = tokio::select! {
            biased;
            ending = opening.broken_off() => Err(NotStarted::BrokenOff(ending)),
            () = longest(limits.max_duration) => Err(NotStarted::BrokenOff(EndReason::Expired.into())),
            started = dial(record.clone()) => started.map_err(NotStarted::Refused),
        };
        let (link, Opened { shell, tmux, resumed }) = match started {
            Ok(started) => started,
            Err(why) => {
                self.0.recordings.discard(begun).await;
                return Err(match why {
                    NotStarted::BrokenOff(ending) => self.broken_off(&record, ending).await,
                    NotStarted::Refused(error) => self.not_opened(&record, error).await,
                });
            }
        };
        let settings = self.engine_settings(limits.after(began.elapsed()));
        let (session, commands) = session::start(shell, plan.size, settings, begun.take_tap());
        let recording = self.0.recordings.keep(begun, &session);
        let live = Live {
            id: record.id.clone(),
            owner: record.account_id.clone(),
            opened_by: caller.via().clone(),
            host_name: record.host_name.clone(),
            of_another: plan.host.filter(|host| host.shared.is_some()).map(|host| host.id),
            legs: self.0.inventory.legs(&link),
            session,
            link,
            counted: Default::default(),
            tmux,
            recording,
        };
        if !self.0.storage.terminal().set_status(&record.id, Status::Active).await? {
            live.session.close(EndReason::User.into()).await;
            return Err(ServiceError::Conflict("the session was closed while it was being opened".into()));
        }
        if let Err(ending) = opening.goes_live(live.clone()) {
            live.session.close(ending.clone()).await;
            return Err(self.broken_off(&record, ending).await);
        }
        self.tell(&record);
        self.0.metrics.created(began.elapsed());
        supervise::spawn(self, live.clone(), commands, &record);
        self.is_open(caller, &record, &live).await?;
        Ok((record, resumed))
    }

    /// Notes that a session is open, whether or not whoever asked for it has stayed. What was taken back while the host was
    /// dialled was looked for among the sessions that were open then, so it is looked for once more.
    async fn is_open(&self, caller: &Caller, record: &SessionRecord, live: &Live) -> Result<(), ServiceError> {
        let what = format!("{} on {}", sharing::object(&record.id), record.host_name);
        self.0.audit.note(caller, "session.open", what, "done").await;
        if let Some(host) = &live.of_another
            && !self.may_go_on(&record.account_id, host, &live.legs).await.unwrap_or(false)
        {
            self.end(&record.id, EndReason::Admin).await;
            let text = format!("what is shared of {} was changed while the session was being opened", record.host_name);
            return Err(ServiceError::Conflict(text));
        }
        match &record.host_id {
            Some(host) => self.0.inventory.mark_used(caller, host).await,
            None => Ok(()),
        }
    }

    /// Begins the recording that the host's, its folders' and the server's policy want: before the host is dialled, so
    /// that nothing is shown unrecorded.
    async fn begin_recording(
        &self,
        caller: &Caller,
        plan: &Plan,
        record: &SessionRecord,
    ) -> Result<Begun, ServiceError> {
        let policy = plan.host.as_ref().and_then(|host| host.effective.recording);
        self.0.recordings.begin(caller, record, plan.size, policy).await
    }

    async fn not_opened(&self, record: &SessionRecord, error: ServiceError) -> ServiceError {
        let error = self.give_place_back(&record.id, error).await;
        self.tell(record);
        error
    }

    /// Writes down how an opening was broken off, and says so to whoever waits for it.
    async fn broken_off(&self, record: &SessionRecord, ending: Ending) -> ServiceError {
        self.settle(&record.id, &ending).await;
        self.tell(record);
        match ending.reason {
            EndReason::ServerRestart => ServiceError::Unavailable(STOPPING),
            EndReason::Expired => {
                ServiceError::Conflict("the session reached its longest duration while it was being opened".into())
            }
            _ => ServiceError::Conflict("the session was closed while it was being opened".into()),
        }
    }

    fn record(&self, caller: &Caller, plan: &Plan, limits: Limits) -> SessionRecord {
        let created_at = now();
        let lasts = views::limit_seconds(limits.max_duration);
        SessionRecord {
            id: new_id(),
            account_id: caller.account().clone(),
            host_id: plan.host.as_ref().map(|host| host.id.clone()),
            host_name: plan.host_name.clone(),
            username: plan.username.clone(),
            mode: plan.mode,
            status: Status::Starting,
            created_at,
            expires_at: lasts.map(|seconds| after(created_at, seconds)),
            last_seen_at: created_at,
            ended_at: None,
            ending: None,
            node: NODE.to_owned(),
            tmux: None,
        }
    }

    fn engine_settings(&self, limits: Limits) -> session::Settings {
        session::Settings {
            ring_bytes: self.0.settings.scrollback,
            idle_timeout: limits.idle_timeout,
            max_duration: limits.max_duration,
            warn_before: self.0.settings.warn_before,
            extend_by: self.0.settings.extend_by,
            ..session::Settings::default()
        }
    }

    async fn opened(
        &self,
        caller: &Caller,
        record: SessionRecord,
        host: &HostView,
        reused: bool,
    ) -> Result<OpenedSession, ServiceError> {
        let token = self.issue_ticket(&record.id, &tickets::owner(caller)).await?;
        let page = match record.mode {
            Mode::Embedded => "connect",
            Mode::Popout => "popout",
        };
        Ok(OpenedSession {
            url: format!("/{page}/{}?token={}", record.id, token.expose()),
            websocket_url: format!("/ws/terminal/{}?token={}", record.id, token.expose()),
            expires_at: record.expires_at,
            ttl_seconds: record.expires_at.map(|expires| expires.seconds_since(now())),
            mode: record.mode,
            host: SessionHost {
                id: host.id.clone(),
                name: host.name.clone(),
                ip: host.address.clone(),
                status: if reused { host.status } else { Reachability::Online },
                bootstrap_ok: host.bootstrap == BootstrapState::Success,
            },
            reused,
            resumed: false,
            token,
            session_id: record.id,
        })
    }
}

/// The longest duration counts from the first moment on; without one this never ends.
async fn longest(duration: Duration) {
    match duration {
        Duration::ZERO => std::future::pending().await,
        duration => tokio::time::sleep(duration).await,
    }
}

fn size(request: &OpenRequest) -> PtySize {
    PtySize {
        cols: request.cols.filter(|cols| *cols > 0).unwrap_or(DEFAULT_SIZE.cols),
        rows: request.rows.filter(|rows| *rows > 0).unwrap_or(DEFAULT_SIZE.rows),
    }
}

fn new_id() -> SessionId {
    let text = uuid::Uuid::now_v7().to_string();
    // A UUID's hyphenated form is always an id.
    SessionId::try_from(text).unwrap_or_else(|_| unreachable!())
}
