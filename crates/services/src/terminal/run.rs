//! One command beside a live session, on the same link, or on an SSH connection of the account (SPEC §12,
//! `/api/terminal/bastion/run`).

use super::{STOPPING, Terminal, sharing};
use crate::{
    Caller, ServiceError, access,
    connections::{Connections, Lent},
    runs,
};
use transport::{Link, RunLimits, RunOutput};
use wire::{
    SessionId,
    terminal::{RunRequest, RunResult},
};

/// What carries the command.
enum Carrier {
    Session(Link, String),
    Connection(Lent),
}

impl Carrier {
    async fn run(&self, command: &str, limits: RunLimits) -> Result<RunOutput, ServiceError> {
        match self {
            Self::Session(link, _) => link.run(command, &[], limits).await.map_err(ServiceError::Dial),
            Self::Connection(lent) => lent.run(command, limits).await,
        }
    }

    /// What it is called in the audit log.
    fn object(&self) -> String {
        match self {
            Self::Session(_, object) => object.clone(),
            Self::Connection(lent) => lent.object(),
        }
    }
}

impl Terminal {
    /// Runs a command on the host of a live session, else on an SSH connection. It never runs on the server itself.
    ///
    /// # Errors
    /// `NotFound` when the caller may use neither to carry it, `Unavailable` when the server stops meanwhile, or what the host
    /// said.
    pub async fn run(
        &self,
        caller: &Caller,
        connections: &Connections,
        request: RunRequest,
    ) -> Result<RunResult, ServiceError> {
        access::may_connect(caller)?;
        runs::check(&request.command)?;
        let limits = RunLimits { timeout: runs::timeout(request.timeout)?, max_output: runs::MAX_OUTPUT };
        let carrier = self.carrier(caller, connections, &request).await?;
        let what = runs::audited(&request.command, &carrier.object());
        self.0.audit.note(caller, "command.run", what, "started").await;
        let running = carrier.run(&request.command, limits);
        let output = self.0.stopping.run_until_cancelled(running).await;
        let output = output.ok_or(ServiceError::Unavailable(STOPPING))??;
        Ok(RunResult {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            exit_code: runs::exit_code(&output.exit),
            truncated: output.truncated,
            container_id: None,
        })
    }

    async fn carrier(
        &self,
        caller: &Caller,
        connections: &Connections,
        request: &RunRequest,
    ) -> Result<Carrier, ServiceError> {
        if access::another_account(caller, request.user_id.as_deref())?.is_some() {
            return Err(ServiceError::Forbidden("nobody runs commands on another account's link, not even an admin"));
        }
        let account = caller.account();
        let named = request.session_id.as_deref();
        let id = match named {
            Some(id) => id.parse::<SessionId>().ok(),
            None => self.0.storage.terminal().live(account).await?.pop().map(|record| record.id),
        };
        let live = id.and_then(|id| self.0.registry.live(&id));
        let live = live.filter(|live| &live.owner == account && access::may_use(caller, &live.opened_by).is_ok());
        let session = live.map(|live| {
            let object = format!("{}, host {}", sharing::object(&live.id), live.host_name);
            Carrier::Session(live.link, object)
        });
        let carrier = session.or_else(|| connections.lend(caller, named).map(Carrier::Connection));
        carrier
            .ok_or_else(|| ServiceError::missing("live session or SSH connection", named.unwrap_or("of this account")))
    }
}
