//! What a connection is used for: a command.

use super::{Connections, entry::InUse, held};
use crate::{Caller, ServiceError, runs};
use transport::{RunLimits, RunOutput};
use wire::connections::{ExecuteRequest, Executed};

/// A connection that runs a command for somebody else in the house, and counts as used meanwhile.
pub(crate) struct Lent(InUse);

impl Lent {
    /// Runs a command on it, until it ends.
    ///
    /// # Errors
    /// When it is lost or ends meanwhile, or what the host said.
    pub(crate) async fn run(&self, command: &str, limits: RunLimits) -> Result<RunOutput, ServiceError> {
        self.0.run(command, limits).await
    }

    /// What it is called in the audit log.
    pub(crate) fn object(&self) -> String {
        self.0.object()
    }
}

impl Connections {
    /// Runs a command on a connection.
    ///
    /// # Errors
    /// `BadInput` on FTP, which runs none, and what the host said.
    pub async fn execute(&self, caller: &Caller, id: &str, request: ExecuteRequest) -> Result<Executed, ServiceError> {
        let entry = self.using(caller, id)?;
        let (command, timeout) = (&request.command, request.timeout);
        let limits = RunLimits { timeout: runs::timeout(timeout)?, max_output: runs::MAX_OUTPUT };
        runs::check(command)?;
        self.0.audit.note(caller, "command.run", runs::audited(command, &entry.object()), "started").await;
        let running = self.0.stopping.run_until_cancelled(entry.run(command, limits));
        let output = running.await.ok_or(ServiceError::Unavailable("the server is stopping"))??;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Ok(Executed {
            output: format!("{stdout}{stderr}"),
            stdout,
            stderr,
            exit_code: runs::exit_code(&output.exit),
            truncated: output.truncated,
        })
    }

    /// An SSH connection that stands and that the caller may use: the named one, else the one that was opened last.
    pub(crate) fn lend(&self, caller: &Caller, name: Option<&str>) -> Option<Lent> {
        let entry = {
            let shelf = held(&self.0.shelf);
            let fits = |id: &str| name.is_none_or(|name| name == id);
            let mut ssh: Vec<_> = shelf
                .of(caller.account())
                .filter(|entry| entry.is_ssh_for(caller) && entry.is_active() && fits(&entry.id))
                .collect();
            ssh.sort_by_key(|entry| entry.connected_at);
            ssh.pop().cloned()?
        };
        Some(Lent(InUse::of(entry)))
    }
}
