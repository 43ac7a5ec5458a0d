//! One connection: what it is, when it was used, and whether it still stands.

use crate::{Caller, ServiceError, Via, access, clock};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use transport::{DialError, Files, Link, RunLimits, RunOutput};
use wire::{
    AccountId, Timestamp,
    connections::{ConnectionKind, ConnectionView, SshStatusEntry},
};

/// How long a connection that ends waits for its commands to be given up, and how long then for the word that kills them to
/// be on its way: without a connection the host lets them run on.
const GIVING_UP: Duration = Duration::from_secs(1);
const KILLING: Duration = Duration::from_millis(200);

/// A connection. It ends with `close`; what still runs over it holds the link a moment longer.
pub(super) struct Entry {
    pub(super) account: AccountId,
    pub(super) opened_by: Via,
    pub(super) id: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) username: String,
    pub(super) session_name: Option<String>,
    pub(super) connected_at: Timestamp,
    pub(super) way: Way,
    used: Mutex<Used>,
    over: CancellationToken,
    commands: TaskTracker,
}

/// What carries a connection.
pub(super) enum Way {
    /// A link, and one channel on it for all who use its files, once somebody does.
    Ssh(Link, Box<tokio::sync::Mutex<Option<Files>>>),
    /// Files and nothing else.
    Ftp(Files),
}

/// What a connection is called, and where it leads.
pub(super) struct Label {
    pub(super) id: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) username: String,
    pub(super) session_name: Option<String>,
}

impl From<Link> for Way {
    fn from(link: Link) -> Self {
        Self::Ssh(link, Box::default())
    }
}

struct Used {
    at: Timestamp,
    since: Instant,
    now: usize,
}

impl Entry {
    pub(super) fn new(caller: &Caller, label: Label, way: Way) -> Self {
        let (account, opened_by) = (caller.account().clone(), caller.via().clone());
        let Label { id, host, port, username, session_name } = label;
        let connected_at = clock::now();
        let used = Mutex::new(Used { at: connected_at, since: Instant::now(), now: 0 });
        let (over, commands) = (CancellationToken::new(), TaskTracker::new());
        Self { account, opened_by, id, host, port, username, session_name, connected_at, way, used, over, commands }
    }

    /// What it speaks.
    pub(super) fn kind(&self) -> ConnectionKind {
        match self.way {
            Way::Ssh(..) => ConnectionKind::Ssh,
            Way::Ftp(_) => ConnectionKind::Ftp,
        }
    }

    /// Whether it speaks SSH, and the caller may use it.
    pub(super) fn is_ssh_for(&self, caller: &Caller) -> bool {
        self.kind() == ConnectionKind::Ssh && access::may_use(caller, &self.opened_by).is_ok()
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it stands, as far as is known here.
    pub(super) fn is_active(&self) -> bool {
        match &self.way {
            Way::Ssh(link, _) => link.is_open(),
            Way::Ftp(files) => files.is_open(),
        }
    }

    /// Whether nobody has used it for longer than that; zero is for ever.
    pub(super) fn is_over(&self, idle: Duration) -> bool {
        let used = self.used();
        !idle.is_zero() && used.now == 0 && used.since.elapsed() >= idle
    }

    /// Ends it and all that runs over it; commands are killed on the host. An FTP connection ends with the transfers that
    /// hold it.
    pub(super) async fn close(&self) {
        self.over.cancel();
        self.commands.close();
        if !self.commands.is_empty() {
            let _ = timeout(GIVING_UP, self.commands.wait()).await;
            sleep(KILLING).await;
        }
        if let Way::Ssh(link, _) = &self.way {
            link.close().await;
        }
    }

    /// Its link.
    ///
    /// # Errors
    /// When it is lost, or the connection has none.
    pub(super) fn link(&self) -> Result<Link, ServiceError> {
        match &self.way {
            Way::Ssh(link, _) if link.is_open() => Ok(link.clone()),
            Way::Ssh(..) => Err(ended()),
            Way::Ftp(_) => Err(ServiceError::bad("FTP runs no commands; open an SSH connection for that")),
        }
    }

    /// Runs a command on its link, until the connection ends.
    ///
    /// # Errors
    /// When it is lost or ends meanwhile, or what the host said.
    pub(super) async fn run(&self, command: &str, limits: RunLimits) -> Result<RunOutput, ServiceError> {
        let link = self.link()?;
        let _counted = self.commands.token();
        let output = self.over.run_until_cancelled(link.run(command, &[], limits)).await;
        output.ok_or_else(ended)?.map_err(ServiceError::Dial)
    }

    /// Its files, over one channel for all who use them; opened anew when that is gone.
    ///
    /// # Errors
    /// When it is lost, or the host has no files to offer.
    pub(super) async fn files(&self) -> Result<Files, ServiceError> {
        let channel = match &self.way {
            Way::Ftp(files) => return if files.is_open() { Ok(files.clone()) } else { Err(ended()) },
            Way::Ssh(_, channel) => channel,
        };
        let mut channel = channel.lock().await;
        if let Some(files) = channel.as_ref().filter(|files| files.is_open()) {
            return Ok(files.clone());
        }
        let opened = self.link()?.files().await?;
        *channel = Some(opened.clone());
        Ok(opened)
    }

    /// What it is called in the audit log.
    pub(super) fn object(&self) -> String {
        format!("connection {} as {} at {}:{}", self.id, self.username, self.host, self.port)
    }

    pub(super) fn ssh_view(&self) -> SshStatusEntry {
        SshStatusEntry {
            session_id: self.id.clone(),
            hostname: self.host.clone(),
            username: self.username.clone(),
            port: self.port,
            active: self.is_active(),
            connected_at: self.connected_at.millis() / 1000,
        }
    }

    pub(super) fn view(&self, idle: Duration) -> ConnectionView {
        let used = self.used();
        let last_activity = if used.now > 0 { clock::now() } else { used.at };
        let left = idle.saturating_sub(if used.now > 0 { Duration::ZERO } else { used.since.elapsed() });
        drop(used);
        ConnectionView {
            session_id: self.id.clone(),
            r#type: self.kind(),
            host: self.host.clone(),
            port: self.port,
            username: self.username.clone(),
            session_name: self.session_name.clone(),
            connected_at: self.connected_at,
            expires_at: (!idle.is_zero()).then(|| clock::after(last_activity, idle.as_secs())),
            last_activity,
            is_active: self.is_active(),
            time_remaining_seconds: (!idle.is_zero()).then_some(left.as_secs()),
        }
    }
}

/// A connection that somebody uses; as long as that lasts, its time does not run out.
pub(super) struct InUse(Arc<Entry>);

impl InUse {
    pub(super) fn of(entry: Arc<Entry>) -> Self {
        entry.used().now += 1;
        Self(entry)
    }
}

impl std::ops::Deref for InUse {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.0
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let mut used = self.0.used();
        used.now -= 1;
        (used.at, used.since) = (clock::now(), Instant::now());
    }
}

fn ended() -> ServiceError {
    let why = "it ended since it was opened; open it again".to_owned();
    ServiceError::NotConnected(DialError::Lost { why })
}
