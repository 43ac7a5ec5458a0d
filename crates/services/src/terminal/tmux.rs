//! Work that outlives its link and this process: the shell runs in tmux on the host, where the host wants it.
//!
//! The sessions table keeps the name. A session that ended without anybody wanting it (a restart of the server, a lost
//! link, tmux told to detach) leaves its name for the next one on that host; one that was ended on purpose takes what
//! runs in tmux with it.

use super::{Terminal, registry::Live};
use crate::{Caller, ServiceError};
use storage::SessionRecord;
use transport::{Link, PtySize, Shell, TmuxName};
use wire::{
    SessionId,
    inventory::HostView,
    terminal::{EndReason, Ending},
};

/// Whether a session that ended for this reason takes its tmux session with it.
pub(super) const fn ends_tmux(reason: EndReason) -> bool {
    match reason {
        EndReason::User | EndReason::ClientLost | EndReason::Idle | EndReason::Expired | EndReason::Admin => true,
        // The remote end of the shell is either the end of tmux, or somebody told tmux to detach.
        EndReason::RemoteExit | EndReason::Error | EndReason::ServerRestart => false,
    }
}

/// A shell that was opened for a session.
pub(super) struct Opened {
    pub(super) shell: Shell,
    /// Where it runs on the host, when not plainly.
    pub(super) tmux: Option<TmuxName>,
    /// Whether work was there already.
    pub(super) resumed: bool,
}

impl Opened {
    /// A shell without tmux.
    pub(super) const fn plainly(shell: Shell) -> Self {
        Self { shell, tmux: None, resumed: false }
    }
}

/// A name that no other session has: the random end of the session's id.
fn fresh_name(id: &SessionId) -> String {
    let plain: String = id.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("berth-{}", &plain[plain.len().saturating_sub(12)..])
}

impl Terminal {
    /// Opens the shell of a stored session, inside tmux where its host wants that.
    pub(super) async fn open_shell(
        &self,
        link: Link,
        size: PtySize,
        record: &SessionRecord,
        in_tmux: bool,
        resume: Option<&SessionId>,
    ) -> Result<Opened, ServiceError> {
        if !in_tmux {
            return Ok(Opened::plainly(link.open_shell(size).await.map_err(ServiceError::Dial)?));
        }
        if !link.has_tmux().await.map_err(ServiceError::Dial)? {
            tracing::info!(session = %record.id, host = record.host_name, "the host has no tmux");
            let shell = link.open_shell_without_tmux(size).await.map_err(ServiceError::Dial)?;
            return Ok(Opened::plainly(shell));
        }
        let rooms = self.0.storage.terminal();
        let (name, resumed) = rooms.claim_tmux(record, resume, &fresh_name(&record.id)).await?;
        let name = TmuxName::new(name).ok_or(ServiceError::Internal("a stored tmux name is none"))?;
        let shell = link.open_tmux(size, &name).await.map_err(ServiceError::Dial)?;
        Ok(Opened { shell, tmux: Some(name), resumed })
    }

    /// Whether this ended session of the caller left work behind on this host that can be taken up again.
    pub(super) async fn can_resume(
        &self,
        caller: &Caller,
        host: &HostView,
        resume: Option<&SessionId>,
    ) -> Result<bool, ServiceError> {
        let Some(id) = resume else { return Ok(false) };
        let record = self.own_record(caller, id).await?;
        if record.host_id.as_ref() != Some(&host.id) {
            return Err(ServiceError::bad("the session in `resume` was on another host"));
        }
        Ok(host.tmux && record.tmux.is_some() && !record.status.is_live())
    }

    /// Ends what a session that was ended on purpose ran in tmux. A host out of reach keeps it.
    pub(super) async fn end_tmux(&self, live: &Live, ending: &Ending) {
        let Some(name) = live.tmux.as_ref().filter(|_| ends_tmux(ending.reason)) else { return };
        let ended = live.link.kill_tmux(name).await;
        if let Err(error) = ended {
            tracing::warn!(session = %live.id, tmux = %name, %error, "a tmux session was left on its host");
            return;
        }
        if let Err(error) = self.0.storage.terminal().forget_tmux(&live.id).await {
            tracing::warn!(session = %live.id, %error, "an ended tmux session could not be forgotten");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_session_and_are_names() {
        let id: SessionId = "0199aa11-2233-7000-8000-0123456789ab".parse().unwrap();
        assert_eq!(fresh_name(&id), "berth-0123456789ab");
        assert!(TmuxName::new(fresh_name(&id)).is_some());
    }
}
