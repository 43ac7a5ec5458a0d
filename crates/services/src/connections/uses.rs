//! What a connection is used for: a command.

use super::{Connections, entry::InUse, held};
use crate::{Caller, ServiceError, runs};
use transport::{Link, RunLimits};
use wire::{
    AccountId,
    connections::{ConnectionKind, ExecuteRequest, Executed},
};

/// A link of a connection, which counts as used meanwhile.
pub(crate) struct Lent {
    pub(crate) link: Link,
    _in_use: InUse,
}

impl Connections {
    /// Runs a command on a connection.
    ///
    /// # Errors
    /// `BadInput` on FTP, which runs none, and what the host said.
    pub async fn execute(&self, caller: &Caller, id: &str, request: ExecuteRequest) -> Result<Executed, ServiceError> {
        let entry = self.using(caller, id)?;
        let link = entry.link()?;
        let (command, timeout) = (&request.command, request.timeout);
        let limits = RunLimits { timeout: runs::timeout(timeout)?, max_output: runs::MAX_OUTPUT };
        runs::check(command)?;
        let running = self.0.stopping.run_until_cancelled(link.run(command, &[], limits));
        let output = running.await.ok_or(ServiceError::Unavailable("the server is stopping"))?;
        let output = output.map_err(ServiceError::Dial)?;
        self.0.audit.note(caller, "command.run", format!("{command:?} on {}", entry.object()), "done").await;
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

    /// The link of an account's SSH connection that stands: the named one, else the one that was opened last.
    pub(crate) fn lend(&self, account: &AccountId, name: Option<&str>) -> Option<Lent> {
        let entry = {
            let shelf = held(&self.0.shelf);
            let fits = |id: &str| name.is_none_or(|name| name == id);
            let mut ssh: Vec<_> = shelf
                .of(account)
                .filter(|entry| entry.kind() == ConnectionKind::Ssh && entry.is_active() && fits(&entry.id))
                .collect();
            ssh.sort_by_key(|entry| entry.connected_at);
            ssh.pop().cloned()?
        };
        let in_use = InUse::of(entry);
        let link = in_use.link().ok()?;
        Some(Lent { link, _in_use: in_use })
    }
}
